"""HTTP: meta, schema, tenants, one object."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

from typing_extensions import override

from tests.weaviate_double.faults import Faults
from tests.weaviate_double.schemas import completed_property
from tests.weaviate_double.shelf import RefusedError, Shard, Shelf

Reply = tuple[int, Any]


class RestServer(ThreadingHTTPServer):
    """Listens on loopback and answers from the shelf."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, shelf: Shelf, faults: Faults, *, version: str, key: str) -> None:
        super().__init__(("127.0.0.1", 0), RestHandler)
        self.shelf, self.faults = shelf, faults
        self.version, self.key = version, key
        self.calls: list[str] = []


class RestHandler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    # An answer in two packets costs 40 ms (Nagle's algorithm and delayed acknowledgements).
    wbufsize = 1 << 16
    server: RestServer  # pyright: ignore[reportIncompatibleVariableOverride]

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        address = urlparse(self.path)
        parts = [part for part in address.path.split("/") if part][1:]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.calls.append(f"{method} {address.path}")
        fault = self.server.faults.next("rest")
        if fault is not None and fault.garbage:
            return self._send(200, b"<html>Not Weaviate</html>")
        if fault is not None and fault.status:
            return self._send(fault.status, b'{"error":[{"message":"on purpose"}]}')
        if self._is_stranger(parts):
            return self._send(401, b'{"error":[{"message":"invalid api key"}]}')
        given = json.loads(body) if body else None
        tenant = (parse_qs(address.query).get("tenant") or [""])[0]
        try:
            with self.server.shelf.turn:
                status, found = self._route(method, parts, given, tenant)
        except RefusedError as error:
            status, found = 422, {"error": [{"message": str(error)}]}
        return self._send(status, b"" if found is None else json.dumps(found).encode())

    def _is_stranger(self, parts: list[str]) -> bool:
        key = self.server.key
        is_open = parts[:1] == [".well-known"]
        return bool(key) and not is_open and self.headers.get("Authorization") != f"Bearer {key}"

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _route(self, method: str, parts: list[str], given: Any, tenant: str) -> Reply:
        match method, parts:
            case "GET", ["meta"]:
                return 200, {"hostname": "http://[::]:8080", "version": self.server.version}
            case "GET", [".well-known", "ready" | "live"]:
                return 200, None
            case _, ["schema", *below]:
                return self._schema(method, below, given)
            case "PATCH", ["objects", name, wanted]:
                return self._patch(name, wanted, given, tenant or given.get("tenant", ""))
            case _:
                return 404, None

    def _schema(self, method: str, below: list[str], given: Any) -> Reply:
        shelf = self.server.shelf
        match method, below:
            case "POST", []:
                return 200, shelf.create(given)
            case "GET", []:
                return 200, {"classes": [one.schema for one in shelf.collections.values()]}
            case "GET", [name]:
                found = shelf.collections.get(name)
                return (404, None) if found is None else (200, found.schema)
            case "POST", [name, "properties"]:
                shelf.named(name).schema["properties"].append(completed_property(given))
                return 200, given
            case _, [name, "tenants"]:
                return 200, self._tenants(method, name, given)
            case _:
                return 404, None

    def _tenants(self, method: str, name: str, given: Any) -> Any:
        shards = self.server.shelf.named(name).shards
        for tenant in given if method == "POST" else ():
            shards.setdefault(tenant["name"], Shard())
        for tenant in given if method == "DELETE" else ():
            shards.pop(tenant, None)
        return [{"name": tenant, "activityStatus": "HOT"} for tenant in shards]

    def _patch(self, name: str, wanted: str, given: Any, tenant: str) -> Reply:
        _, shard = self.server.shelf.shard(name, tenant)
        stored = shard.objects.get(wanted)
        if stored is None:
            return 404, None
        stored.properties |= given.get("properties") or {}
        shard.version += 1
        return 204, None
