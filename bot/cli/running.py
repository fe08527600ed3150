"""Shared by the commands that keep running: event loop, signals, a calm end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager

try:
    import uvloop
except ImportError:  # Windows
    uvloop = None

from bot.app import Relevo, Role, open_relevo
from bot.vocabulary.errors import RelevoError
from config.settings import Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_until_signal(
    settings: Settings, role: Role, on_ready: Callable[[Relevo], Awaitable[None]]
) -> None:
    """Run Relevo until SIGINT or SIGTERM; the first drains, the second ends at once."""
    factory = uvloop.new_event_loop if uvloop else None
    with asyncio.Runner(loop_factory=factory) as runner:
        try:
            runner.run(_run(settings, role, on_ready))
        except asyncio.CancelledError:
            return  # a signal came before there was anything to drain
        except BaseExceptionGroup as group:
            raise cause_of(group) from group


def cause_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that an operator can act on; a bug stays as it is."""
    ours = group.subgroup(RelevoError)
    while isinstance(ours, BaseExceptionGroup):
        first = ours.exceptions[0]
        if not isinstance(first, BaseExceptionGroup):
            return first
        ours = first
    return group


async def _run(
    settings: Settings, role: Role, on_ready: Callable[[Relevo], Awaitable[None]]
) -> None:
    asked = asyncio.Event()
    with _told_to_stop(asked):
        async with open_relevo(settings, role=role) as relevo:
            # A library may have swallowed the cancellation while everything was opened.
            if not asked.is_set():
                await until_signal(_serve(relevo, role, on_ready))


@contextmanager
def _told_to_stop(asked: asyncio.Event) -> Generator[None]:
    """Cancel this task when a signal comes, and remember that one came."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        asked.set()
        if task is not None:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def _serve(relevo: Relevo, role: Role, on_ready: Callable[[Relevo], Awaitable[None]]) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relevo.run(role))
        tasks.create_task(_call(on_ready, relevo))


async def _call(on_ready: Callable[[Relevo], Awaitable[None]], relevo: Relevo) -> None:
    await on_ready(relevo)


async def until_signal(work: Coroutine[None, None, None]) -> None:
    """Run ``work`` until it ends or a signal cancels it."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work)
        for number in SIGNALS:
            loop.add_signal_handler(number, working.cancel)
        try:
            await asyncio.wait([working])
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)
