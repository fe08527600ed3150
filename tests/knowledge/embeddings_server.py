"""A server on this machine that embeds texts as OpenAI's API does, well or badly."""

import base64
import json
import struct
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from typing_extensions import override

from knowledge.embedding import default_embedder

PREFIXES = ("query: ", "passage: ")
KEY = "sk-very-secret"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done with a request; the defaults are what is right."""

    status: int = 200
    retry_after: str = ""
    seconds: float = 0.0
    dimensions: int = 632
    value: float | None = None
    missing: int = 0
    body: str = ""


@dataclass
class EmbeddingsServer:
    """Answers each request by the next step, or well; notes what it was asked for."""

    url: str = ""
    steps: list[Step] = field(default_factory=list[Step])
    otherwise: Step = field(default_factory=Step)
    only_floats: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: set[str] = field(default_factory=set[str])

    @property
    def texts(self) -> list[str]:
        """All texts, in the order in which they came."""
        return [text for body in self.asked for text in cast("list[str]", body["input"])]

    def answer(self, body: dict[str, Any]) -> tuple[Step, str]:
        """Note a request and give what is said to it."""
        self.asked.append(body)
        step = self.steps.pop(0) if self.steps else self.otherwise
        if step.body or step.status != 200:
            return step, step.body or json.dumps({"error": {"message": f"no, {KEY}", "code": "x"}})
        texts = cast("list[str]", body["input"])[step.missing :]
        data = [
            {"object": "embedding", "index": place, "embedding": self._written(vector, body)}
            for place, vector in enumerate(vectors(texts, step))
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return step, json.dumps({"object": "list", "data": data, "model": "m", "usage": usage})

    def _written(self, vector: list[float], body: dict[str, Any]) -> str | list[float]:
        if body.get("encoding_format") != "base64" or self.only_floats:
            return vector
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def vectors(texts: Sequence[str], step: Step) -> list[list[float]]:
    """What the embedder of the default install gives, with longer vectors than it should."""
    plain = [text.removeprefix(PREFIXES[0]).removeprefix(PREFIXES[1]) for text in texts]
    given = 3 * default_embedder().embed(plain)[:, : step.dimensions]
    return [[step.value if step.value is not None else x for x in row] for row in given.tolist()]


@contextmanager
def running_embeddings() -> Generator[EmbeddingsServer]:
    server = EmbeddingsServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.keys.add(self.headers.get("Authorization", ""))
            step, said = server.answer(body)
            time.sleep(step.seconds)
            self.send_response(step.status)
            if step.retry_after:
                self.send_header("Retry-After", step.retry_after)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        @override
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that has gone away is what some tests are about."""

    listening = Server(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}/v1"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    listening.shutdown()
    listening.server_close()
    thread.join()
