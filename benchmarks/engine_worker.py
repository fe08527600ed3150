"""A worker process for the engine's benchmark: a handler that only thinks, a platform that notes.

Started by ``benchmarks.engine_load``; on SIGTERM it drains and prints one line of JSON for each
shown reply: the ids of the messages that it answers and when it was shown (monotonic seconds).
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import Sequence

import uvloop
from typing_extensions import override

from benchmarks.handler import OneMessage
from bot.engine.client.connection import connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.vocabulary.messages import ConversationRef, File, OutgoingMessage, Platform, SentMessage
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import Turn
from tests.fakes import RecordingAdapter

OPTIONS = EngineOptions(join=0, concurrency=256)


class NotingPlatform(RecordingAdapter):
    """Notes when each reply is shown; the send follows the commit at once."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[tuple[float, str]] = []

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        self.noted.append((time.monotonic(), message.text))
        return SentMessage(conversation=conversation, message_id=key)


class Thinker(OneMessage):
    """Answers each turn with the ids of its messages after a random while (seconds)."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    @override
    async def message(self, turn: Turn) -> OutgoingMessage:
        if self._high:
            await asyncio.sleep(random.uniform(self._low, self._high))  # noqa: S311
        return OutgoingMessage(text=",".join(item.id for item in turn.messages))


async def work(url: str, low: float, high: float) -> None:
    platform, stop = NotingPlatform(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    redis = connect(url, pool_size=160, deadline_seconds=10)
    async with open_docket(url) as docket:
        engine = Engine(
            redis,
            DocketScheduler(docket, deadline=10),
            adapters={Platform.PLAYGROUND: platform},
            handler=Thinker(low, high),
            authority=Authority(),
            options=OPTIONS,
        )
        register(docket, engine.duties, concurrency=OPTIONS.concurrency)
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(engine.work(docket))
            print("ready", flush=True)
            await stop.wait()
            working.cancel()
    await redis.aclose()
    sys.stdout.writelines(json.dumps(item) + "\n" for item in platform.noted)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--think", nargs=2, type=float, default=(0.0, 0.0))
    arguments = parser.parse_args()
    uvloop.run(work(arguments.url, *arguments.think))
