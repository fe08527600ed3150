"""The client, on an event loop of its own, each call with a deadline.

The client tries a search again for a minute when the server is down, and nothing can be set to stop
it: so each piece of work is cancelled when its time is over. Its synchronous form could not be.
"""

import asyncio
import atexit
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import cache
from threading import Thread
from typing import TypeVar

from weaviate import WeaviateAsyncClient, use_async_with_custom
from weaviate.classes.init import AdditionalConfig, Auth, Timeout

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.weaviate.failures import TROUBLE, explain
from knowledge.weaviate.options import WeaviateOptions

_LONGEST = 60.0
_CLOSE_SECONDS = 5.0
_Result = TypeVar("_Result")
Work = Callable[[WeaviateAsyncClient], Awaitable[_Result]]

# It would log whole objects, and its tries to reach a server.
logging.getLogger("weaviate-client").setLevel(logging.CRITICAL)


class WeaviateFailedError(KnowledgeUnavailableError):
    """Raised when Weaviate is down, slow, refuses us or answers nonsense."""


class Connection:
    """One client, made when it is first needed and again after it could not be."""

    def __init__(self, options: WeaviateOptions) -> None:
        self.options = options
        self._rest, self._grpc = options.addresses()
        self._client: WeaviateAsyncClient | None = None
        self._turn = asyncio.Lock()

    def run(
        self, work: Work[_Result], seconds: float | None = None, *, quotes: bool = False
    ) -> _Result:
        """Do ``work`` within the options' seconds, or others; the calling thread waits.

        With ``quotes`` an error tells the server's words, which may be those of a question: not so
        where it ends in a log.

        Raises:
            WeaviateFailedError: It failed or took longer.
        """
        limit = self.options.seconds if seconds is None else seconds
        guarded = self._guarded(work, limit, quotes=quotes)
        return asyncio.run_coroutine_threadsafe(guarded, _loop()).result()

    def close(self) -> None:
        """Close the client; whatever needs it afterwards gets a new one."""
        atexit.unregister(self.close)
        asyncio.run_coroutine_threadsafe(self._close(), _loop()).result()

    async def _guarded(self, work: Work[_Result], seconds: float, *, quotes: bool) -> _Result:
        try:
            async with asyncio.timeout(seconds):
                return await work(await self._connected())
        except TROUBLE as error:
            said = explain(error, seconds, quotes=quotes)
            raise WeaviateFailedError(f"Weaviate at {self._rest.netloc} {said}.") from error

    async def _connected(self) -> WeaviateAsyncClient:
        async with self._turn:
            if self._client is None:
                async with AsyncExitStack() as stack:
                    client = self._build()
                    stack.push_async_callback(client.close)
                    await client.connect()
                    stack.pop_all()
                self._client = client
                # A command or a process may end without closing what answers.
                atexit.register(self.close)
            return self._client

    def _build(self) -> WeaviateAsyncClient:
        rest, grpc, key = self._rest, self._grpc, self.options.api_key.get_secret_value()
        return use_async_with_custom(
            http_host=rest.hostname or "",
            http_port=rest.port or (443 if rest.scheme == "https" else 80),
            http_secure=rest.scheme == "https",
            grpc_host=grpc.hostname or "",
            grpc_port=grpc.port or (443 if grpc.scheme == "https" else 80),
            grpc_secure=grpc.scheme == "https",
            auth_credentials=Auth.api_key(key) if key else None,
            additional_config=AdditionalConfig(
                # Ours end earlier, and bound all that a piece of work does.
                timeout=Timeout(init=_LONGEST, query=_LONGEST, insert=_LONGEST)
            ),
            # The checks would ask a public server for the client's newest version.
            skip_init_checks=True,
        )

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await client.close()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of all connections of this process: gRPC wants one loop for all its channels.

    It is Python's own, whatever runs the rest of Relevo.
    """
    loop = asyncio.SelectorEventLoop()
    Thread(target=loop.run_forever, name="weaviate", daemon=True).start()
    return loop
