"""A worker process of the matrix: Relevo's engine and one platform's adapter, with an echo inside.

Everything is the real thing but the behaviour, which answers each turn with the words of its
messages, so that the answers say what they answer.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.slack import SlackAdapter
from adapters.telegram import TelegramAdapter
from bot.cli.running import until_signal
from bot.edge import HttpEdge
from bot.engine.client.connection import connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.engine.tools import build_tools
from bot.supervisor import Backoff, keep_receiving
from bot.vocabulary.messages import Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from tests.engine_kit import EchoHandler
from tests.faults.worker import Ready, Struck, log_to
from tests.forking import end_with_parent

SEND_SECONDS = 1.0
DEADLINE_SECONDS = 1.5
OPTIONS = EngineOptions(
    deadline=DEADLINE_SECONDS,
    join=0.03,
    lease=1.2,
    sweep=0.4,
    drain=4.0,
    resend=0.3,
)
RESTARTS = Backoff(first=0.1, longest=0.5)

BUILDERS = {
    Platform.SLACK: SlackAdapter,
    Platform.DISCORD: DiscordAdapter,
    Platform.TELEGRAM: TelegramAdapter,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a process is to be. ``settings`` are its adapter's arguments, ``desk`` a channel's id.

    ``send_seconds`` is the deadline of one send.
    """

    platform: Platform
    settings: dict[str, Any]
    redis_url: str
    log: Path
    desk: str = ""
    send_seconds: float = SEND_SECONDS


def serve(orders: Orders, voice: "Connection[Ready | Struck, None]") -> None:
    """Be a worker until a signal ends it."""
    end_with_parent()
    log_to(orders.log)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(orders, voice))


async def _run(orders: Orders, voice: "Connection[Ready | Struck, None]") -> None:
    redis = connect(orders.redis_url, pool_size=32, deadline_seconds=DEADLINE_SECONDS)
    tools = build_tools(redis, orders.platform, deadline=DEADLINE_SECONDS)
    adapter: ChatAdapter = BUILDERS[orders.platform](tools, **orders.settings)
    try:
        await until_signal(_work(orders, redis, adapter, voice))
    finally:
        await adapter.close()
        await redis.aclose()


async def _work(
    orders: Orders, redis: Redis, adapter: ChatAdapter, voice: "Connection[Ready | Struck, None]"
) -> None:
    desk = await adapter.locate(orders.desk) if orders.desk else None
    async with open_docket(orders.redis_url) as docket:
        engine = Engine(
            redis,
            DocketScheduler(docket, deadline=DEADLINE_SECONDS),
            adapters={orders.platform: adapter},
            handler=EchoHandler(),
            authority=Authority(desk=desk),
            options=replace(
                OPTIONS,
                send=orders.send_seconds,
                lane_lease=orders.send_seconds + DEADLINE_SECONDS,
            ),
        )
        register(docket, engine.duties)
        routes = adapter.routes()
        async with (
            HttpEdge("127.0.0.1", 0, routes=routes, ready=engine.is_ready) as edge,
            asyncio.TaskGroup() as tasks,
        ):
            receiving = keep_receiving([adapter], engine.inbox.accept, backoff=RESTARTS)
            tasks.create_task(receiving)
            tasks.create_task(engine.work(docket))
            voice.send(Ready(port=edge.port))
