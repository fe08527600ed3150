"""Collections, tenants and objects, in memory."""

from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from tests.weaviate_double.schemas import completed
from tests.weaviate_double.values import Vector


class RefusedError(Exception):
    """What the server refuses, in its words."""


@dataclass(slots=True)
class Stored:
    """An object."""

    id: str
    properties: dict[str, Any]
    vectors: dict[str, Vector]


@dataclass(slots=True)
class Shard:
    """The objects of one tenant; ``version`` grows with each change."""

    objects: dict[str, Stored] = field(default_factory=dict[str, Stored])
    version: int = 0
    cache: dict[Any, Any] = field(default_factory=dict[Any, Any])

    def ordered(self) -> list[Stored]:
        """All objects by their id."""
        return self.remembered("ordered", lambda: sorted(self.objects.values(), key=_id))

    def remembered(self, key: Any, make: Any) -> Any:
        """What was made of this version before, or is now."""
        found = self.cache.get(key)
        if found is None or found[0] != self.version:
            found = (self.version, make())
            self.cache[key] = found
        return found[1]


def _id(stored: Stored) -> str:
    return stored.id


@dataclass(slots=True)
class Collection:
    """A collection with its schema."""

    schema: dict[str, Any]
    shards: dict[str, Shard] = field(default_factory=dict[str, Shard])

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.schema["properties"]}

    def shard(self, tenant: str) -> Shard:
        if tenant not in self.shards:
            raise RefusedError(f'tenant not found: "{tenant}"')
        return self.shards[tenant]

    def put(self, shard: Shard, stored: Stored) -> None:
        """Store an object; a vector of another length than those that are there is refused."""
        for name, vector in stored.vectors.items():
            other = next(iter(shard.objects.values()), None)
            if other is not None and len(other.vectors.get(name, vector)) != len(vector):
                raise RefusedError(
                    f"new node has a vector with length {len(vector)}. Existing nodes have "
                    f"vectors with length {len(other.vectors[name])}"
                )
        unknown = sorted(set(stored.properties) - set(self.properties))
        if unknown:
            raise RefusedError(f"no such prop with name '{unknown[0]}' found in class")
        shard.objects[stored.id] = stored
        shard.version += 1


class Shelf:
    """All collections; ``turn`` is held by whoever reads or changes them."""

    def __init__(self) -> None:
        self.turn = RLock()
        self.collections: dict[str, Collection] = {}

    def create(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Add a collection."""
        if schema["class"] in self.collections:
            raise RefusedError(f"class name {schema['class']} already exists")
        self.collections[schema["class"]] = Collection(completed(schema))
        return self.collections[schema["class"]].schema

    def named(self, name: str) -> Collection:
        if name not in self.collections:
            raise RefusedError(f"could not find class {name} in schema")
        return self.collections[name]

    def shard(self, name: str, tenant: str) -> tuple[Collection, Shard]:
        """The objects of a tenant."""
        collection = self.named(name)
        if not tenant:
            raise RefusedError(f"class {name} has multi-tenancy enabled, but no tenant was named")
        return collection, collection.shard(tenant)
