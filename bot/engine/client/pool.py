"""A pool of connections from which a cancellation takes nothing.

The client library's pool (measured with redis 8.1 on Python 3.11) loses two things when a caller is
cancelled at the wrong moment: the connection that it was giving back, and the wake-up that it had just
been sent while it waited for one (an ``asyncio.Condition`` hands that on only from Python 3.13 on). Whoever
waits then waits for its whole deadline beside connections that nobody uses.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from typing_extensions import override


class SteadyPool(BlockingConnectionPool):
    """Gives connections back, and passes wake-ups on, whatever becomes of the caller."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType]
        self._asides: set[asyncio.Task[None]] = set()

    @override
    async def get_connection(self, *_: Any, **__: Any) -> AbstractConnection:
        """Wait for a connection; one who leaves in the midst of it wakes the next."""
        found: AbstractConnection | None = None
        try:
            found = await super().get_connection()  # pyright: ignore[reportUnknownMemberType]
            return found
        finally:
            if found is None:
                self._aside(self._wake_next())

    @override
    async def release(self, connection: AbstractConnection) -> None:
        """Give a connection back."""
        await asyncio.shield(self._aside(super().release(connection)))

    async def _wake_next(self) -> None:
        async with self._condition:
            self._condition.notify()

    def _aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let work end, also when nobody waits for it any more."""
        task = asyncio.create_task(work)  # noqa: TID251 - the pool holds it until it ends
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
        return task
