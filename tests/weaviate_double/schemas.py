"""What a server adds to a schema that it is given."""

from typing import Any, cast

_HNSW = {
    "distance": "cosine",
    "skip": False,
    "cleanupIntervalSeconds": 300,
    "maxConnections": 32,
    "efConstruction": 128,
    "ef": -1,
    "dynamicEfMin": 100,
    "dynamicEfMax": 500,
    "dynamicEfFactor": 8,
    "vectorCacheMaxObjects": 1_000_000_000_000,
    "flatSearchCutoff": 40_000,
    "filterStrategy": "acorn",
}
_DEFAULTS: dict[str, Any] = {
    "invertedIndexConfig": {
        "bm25": {"b": 0.75, "k1": 1.2},
        "cleanupIntervalSeconds": 60,
        "stopwords": {"preset": "en", "additions": None, "removals": None},
    },
    "replicationConfig": {
        "factor": 1,
        "asyncEnabled": False,
        "deletionStrategy": "NoAutomatedResolution",
    },
    "shardingConfig": {
        "virtualPerPhysical": 128,
        "desiredCount": 1,
        "actualCount": 1,
        "desiredVirtualCount": 128,
        "actualVirtualCount": 128,
        "key": "_id",
        "strategy": "hash",
        "function": "murmur3",
    },
    "multiTenancyConfig": {
        "enabled": False,
        "autoTenantCreation": False,
        "autoTenantActivation": False,
    },
    "properties": [],
}


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with a server's defaults; names of keys are read without regard to case, as Go does."""
    given = {name[0].lower() + name[1:]: value for name, value in schema.items()}
    full = _merged(_DEFAULTS, given)
    for vector in full.get("vectorConfig", {}).values():
        vector.setdefault("vectorIndexType", "hnsw")
        vector["vectorIndexConfig"] = {**_HNSW, **(vector.get("vectorIndexConfig") or {})}
    full["properties"] = [completed_property(one) for one in full["properties"]]
    return full


def _merged(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    full = {**defaults, **given}
    for name, value in defaults.items():
        if isinstance(value, dict) and name in given:
            full[name] = _merged(cast("dict[str, Any]", value), given[name])
    return full


def completed_property(given: dict[str, Any]) -> dict[str, Any]:
    """A property with a server's defaults."""
    is_text = given["dataType"][0].startswith("text")
    defaults = {
        "indexFilterable": True,
        "indexSearchable": is_text,
        "indexRangeFilters": False,
        "tokenization": "word" if is_text else None,
    }
    return {**defaults, **{name: value for name, value in given.items() if value is not None}}
