"""gRPC: search, batches, deletion, counts, tenants."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from typing_extensions import override
from weaviate.proto.v1 import (
    aggregate_pb2,
    base_pb2,
    batch_delete_pb2,
    batch_pb2,
    properties_pb2,
    search_get_pb2,
    tenants_pb2,
    weaviate_pb2_grpc,
)

from tests.weaviate_double.faults import Fault, Faults
from tests.weaviate_double.filters import matches
from tests.weaviate_double.ranking import bm25, cosines, hybrid
from tests.weaviate_double.shelf import Collection, RefusedError, Shard, Shelf, Stored
from tests.weaviate_double.values import (
    packed,
    properties_of,
    value_of,
    vectors_of,
    wanted_vector,
)

MOST_RESULTS = 10_000
_DEFAULT_LIMIT = 25
_LONG_AGO = 1_700_000_000_000
_Reply = TypeVar("_Reply")


class Service(weaviate_pb2_grpc.WeaviateServicer):
    """The calls that Relevo's client makes."""

    def __init__(self, shelf: Shelf, faults: Faults, key: str) -> None:
        self.shelf, self.faults, self.key = shelf, faults, key
        self.calls: list[str] = []

    @override
    def Search(self, request: search_get_pb2.SearchRequest, context: Any) -> Any:
        return self._run("Search", context, lambda _: self._search(request))

    @override
    def BatchObjects(self, request: batch_pb2.BatchObjectsRequest, context: Any) -> Any:
        return self._run("BatchObjects", context, lambda fault: self._put(request, fault))

    @override
    def BatchDelete(self, request: batch_delete_pb2.BatchDeleteRequest, context: Any) -> Any:
        return self._run("BatchDelete", context, lambda _: self._delete(request))

    @override
    def Aggregate(self, request: aggregate_pb2.AggregateRequest, context: Any) -> Any:
        return self._run("Aggregate", context, lambda _: self._count(request))

    @override
    def TenantsGet(self, request: tenants_pb2.TenantsGetRequest, context: Any) -> Any:
        return self._run("TenantsGet", context, lambda _: self._tenants(request))

    def _run(self, call: str, context: Any, work: Callable[[Fault | None], _Reply]) -> _Reply:
        self.calls.append(call)
        sent = dict(context.invocation_metadata())
        if self.key and sent.get("authorization") != f"Bearer {self.key}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "unauthorized: invalid api key")
        fault = self.faults.next(call)
        if fault is not None and fault.code is not None:
            context.abort(fault.code, "on purpose")
        try:
            with self.shelf.turn:
                return work(fault)
        except RefusedError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
            raise

    def _search(self, request: search_get_pb2.SearchRequest) -> search_get_pb2.SearchReply:
        collection, shard = self.shelf.shard(request.collection, request.tenant)
        limit = request.limit or _DEFAULT_LIMIT
        if limit + request.offset > MOST_RESULTS:
            raise RefusedError("query maximum results exceeded")
        objects = shard.ordered()
        places = _places(request, collection, shard, limit + request.offset)
        chosen = [objects[place] for place in places[request.offset :][:limit]]
        return search_get_pb2.SearchReply(
            took=0.001, results=[_result(one, request, collection) for one in chosen]
        )

    def _put(
        self, request: batch_pb2.BatchObjectsRequest, fault: Fault | None
    ) -> batch_pb2.BatchObjectsReply:
        errors: list[batch_pb2.BatchObjectsReply.BatchError] = []
        for index, sent in enumerate(request.objects):
            try:
                collection, shard = self.shelf.shard(sent.collection, sent.tenant)
                properties = properties_of(sent)
                _refuse(properties, fault)
                collection.put(shard, Stored(sent.uuid, properties, vectors_of(sent)))
            except RefusedError as error:
                errors.append(batch_pb2.BatchObjectsReply.BatchError(index=index, error=str(error)))
        return batch_pb2.BatchObjectsReply(took=0.001, errors=errors)

    def _delete(
        self, request: batch_delete_pb2.BatchDeleteRequest
    ) -> batch_delete_pb2.BatchDeleteReply:
        collection, shard = self.shelf.shard(request.collection, request.tenant)
        doomed = [
            stored.id
            for stored in shard.objects.values()
            if matches(request.filters, stored, collection)
        ][:MOST_RESULTS]
        for one in doomed:
            del shard.objects[one]
        shard.version += 1
        return batch_delete_pb2.BatchDeleteReply(
            took=0.001, matches=len(doomed), successful=len(doomed), failed=0
        )

    def _count(self, request: aggregate_pb2.AggregateRequest) -> aggregate_pb2.AggregateReply:
        collection, shard = self.shelf.shard(request.collection, request.tenant)
        allowed = _allowed(request, collection, shard)
        return aggregate_pb2.AggregateReply(
            single_result=aggregate_pb2.AggregateReply.Single(objects_count=len(allowed))
        )

    def _tenants(self, request: tenants_pb2.TenantsGetRequest) -> tenants_pb2.TenantsGetReply:
        names = self.shelf.named(request.collection).shards
        wanted = set(request.names.values) if request.HasField("names") else set(names)
        status = tenants_pb2.TENANT_ACTIVITY_STATUS_HOT
        return tenants_pb2.TenantsGetReply(
            tenants=[
                tenants_pb2.Tenant(name=name, activity_status=status)
                for name in names
                if name in wanted
            ]
        )


def _refuse(properties: dict[str, Any], fault: Fault | None) -> None:
    if fault is not None and fault.refuse is not None:
        name, value = fault.refuse
        if properties.get(name) == value:
            raise RefusedError("refused on purpose")


def _allowed(request: Any, collection: Collection, shard: Shard) -> set[int]:
    if not request.HasField("filters"):
        return set(range(len(shard.objects)))
    wanted: base_pb2.Filters = request.filters
    return shard.remembered(
        ("allowed", wanted.SerializeToString(deterministic=True)),
        lambda: {
            place
            for place, stored in enumerate(shard.ordered())
            if matches(wanted, stored, collection)
        },
    )


def _places(
    request: search_get_pb2.SearchRequest, collection: Collection, shard: Shard, limit: int
) -> list[int]:
    """Which objects an answer holds, in its order, by their place among all."""
    allowed = _allowed(request, collection, shard)
    if request.HasField("hybrid_search"):
        return list(hybrid(collection, shard, request.hybrid_search, allowed, limit))
    if request.HasField("bm25_search"):
        wanted = request.bm25_search
        scores = bm25(collection, shard, wanted.query, wanted.properties)
        return sorted(allowed & set(scores), key=lambda place: (-scores[place], place))
    if request.HasField("near_vector"):
        near = cosines(shard, *wanted_vector(request.near_vector))
        return sorted(allowed, key=lambda place: (-near[place], place))
    places = sorted(allowed)
    if request.after:
        if request.HasField("filters"):
            raise RefusedError("where cannot be set with after and limit parameters")
        objects = shard.ordered()
        places = [place for place in places if objects[place].id > request.after]
    return places


def _result(
    stored: Stored, request: search_get_pb2.SearchRequest, collection: Collection
) -> search_get_pb2.SearchResult:
    known = collection.properties
    wanted = request.properties
    is_all = wanted.return_all_nonref_properties or not request.HasField("properties")
    names = list(known) if is_all else list(wanted.non_ref_properties)
    asked = request.metadata
    vectors = [
        packed(name, vector)
        for name, vector in stored.vectors.items()
        if asked.vector or name in asked.vectors
    ]
    fields = {
        name: value_of(stored.properties.get(name), known[name]["dataType"][0]) for name in names
    }
    return search_get_pb2.SearchResult(
        metadata=search_get_pb2.MetadataResult(
            id=stored.id,
            id_as_bytes=uuid.UUID(stored.id).bytes,
            vectors=vectors,
            creation_time_unix=_LONG_AGO,
            creation_time_unix_present=asked.creation_time_unix,
            last_update_time_unix=_LONG_AGO,
            last_update_time_unix_present=asked.last_update_time_unix,
        ),
        properties=search_get_pb2.PropertiesResult(
            target_collection=request.collection,
            non_ref_props=properties_pb2.Properties(fields=fields),
        ),
    )
