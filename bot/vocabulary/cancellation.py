"""Keeps a cancellation that a library has swallowed.

redis-py 8.1 returns a reply that arrives while its task is being cancelled, and the cancellation is
gone (measured: 492 of 650). A loop around such calls would then run for ever, and a shutdown hang.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


@asynccontextmanager
async def keeping_cancellation() -> AsyncGenerator[None]:
    """Raise ``CancelledError`` at the end of the block if the task was cancelled within it."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
