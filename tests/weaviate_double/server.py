"""Starts and stops both listeners."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread
from typing import Any

import grpc
from weaviate.proto.v1 import health_weaviate_pb2, weaviate_pb2_grpc

from tests.weaviate_double.faults import Fault, Faults
from tests.weaviate_double.rest import RestServer
from tests.weaviate_double.service import Service
from tests.weaviate_double.shelf import Shelf, Stored

VERSION = "1.40.3"
"""As in ``compose.yaml``."""


class WeaviateDouble:
    """A running server; ``empty`` makes it as new."""

    def __init__(self, *, version: str = VERSION, key: str = "") -> None:
        self.shelf, self.faults = Shelf(), Faults()
        self.rest = RestServer(self.shelf, self.faults, version=version, key=key)
        self.service = Service(self.shelf, self.faults, key)
        # Else another process might be given the same port, and half of our calls.
        alone = [("grpc.so_reuseport", 0)]
        self._grpc = grpc.server(ThreadPoolExecutor(16), options=alone)
        stubs: Any = weaviate_pb2_grpc
        stubs.add_WeaviateServicer_to_server(self.service, self._grpc)
        _add_health(self._grpc)
        port = self._grpc.add_insecure_port("127.0.0.1:0")
        self.url = f"http://127.0.0.1:{self.rest.server_port}"
        self.grpc_url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Begin to answer."""
        self._grpc.start()
        Thread(target=self.rest.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self.faults.stopped.set()
        self.rest.shutdown()
        self.rest.server_close()
        self._grpc.stop(0).wait()

    def empty(self) -> None:
        """Forget all objects, schemas, calls and faults."""
        with self.shelf.turn:
            self.shelf.collections.clear()
        self.faults.by_call.clear()
        self.service.calls.clear()
        self.rest.calls.clear()

    def break_down(self, call: str, fault: Fault) -> None:
        """Let calls of a kind go wrong."""
        self.faults.by_call[call] = fault

    def mend(self) -> None:
        """Let everything go well again."""
        self.faults.by_call.clear()

    def stored(self, collection: str) -> list[Stored]:
        """The objects of the collections whose names begin so."""
        with self.shelf.turn:
            return [
                stored
                for name, one in self.shelf.collections.items()
                if name.startswith(collection)
                for shard in one.shards.values()
                for stored in shard.objects.values()
            ]


@contextmanager
def running_weaviate(*, version: str = VERSION, key: str = "") -> Generator[WeaviateDouble]:
    """Run a server for the block."""
    double = WeaviateDouble(version=version, key=key)
    double.start()
    try:
        yield double
    finally:
        double.stop()


def _add_health(server: grpc.Server) -> None:
    answer = health_weaviate_pb2.WeaviateHealthCheckResponse
    handler = grpc.unary_unary_rpc_method_handler(
        lambda *_: answer(status=answer.SERVING),
        request_deserializer=health_weaviate_pb2.WeaviateHealthCheckRequest.FromString,
        response_serializer=answer.SerializeToString,
    )
    health = grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler})
    server.add_generic_rpc_handlers((health,))
