"""The echoing bots of ``benchmarks.platform_echo``: Relevo, or the platform's bare SDK.

Each is a process of its own that echoes until SIGTERM: ``bare`` is what the SDK's own first example
does, without a memory of any kind; ``relevo`` is adapter, inbox, Docket worker, outbox and sender
over Redis, in one process. Both run on uvloop, and no rate limit slows either down.
"""

import argparse
import asyncio
import json
import logging
import signal
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import uvloop
import yarl
from typing_extensions import override

from adapters.discord import DiscordAdapter
from adapters.slack import SlackAdapter
from adapters.telegram import TelegramAdapter
from benchmarks.handler import OneMessage
from bot.engine.client.connection import connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.engine.tools import build_tools
from bot.engine.tools.limits import SharedLimits
from bot.vocabulary.messages import OutgoingMessage, Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.tools import AdapterTools, Limit
from bot.vocabulary.turns import Turn
from tests.platforms.discord.stage import QUICK

OPTIONS = EngineOptions(join=0, concurrency=256)
Settings = dict[str, Any]


class EndlessLimits(SharedLimits):
    """Asks Redis as the real ones do, and always gets what it wants."""

    @override
    async def take(self, *limits: Limit) -> float:
        return await super().take(*(replace(limit, rate=1e6, burst=10**6) for limit in limits))


class Echo(OneMessage):
    """Answers each turn with the words of its newest message."""

    @override
    async def message(self, turn: Turn) -> OutgoingMessage:
        return OutgoingMessage(text=turn.messages[-1].text, is_literal=True)


def adapter_of(platform: Platform, tools: AdapterTools, settings: Settings) -> ChatAdapter:
    match platform:
        case Platform.SLACK:
            return SlackAdapter(tools, **settings)
        case Platform.DISCORD:
            return DiscordAdapter(tools, pace=QUICK, **settings)
        case _:
            return TelegramAdapter(tools, **settings)


async def relevo(platform: Platform, settings: Settings, url: str) -> None:
    redis = connect(url, pool_size=300, deadline_seconds=10)
    tools = replace(
        build_tools(redis, platform, deadline=10),
        limits=EndlessLimits(redis, platform, deadline=10),
    )
    adapter = adapter_of(platform, tools, settings)
    async with open_docket(url) as docket:
        engine = Engine(
            redis,
            DocketScheduler(docket, deadline=10),
            adapters={platform: adapter},
            handler=Echo(),
            authority=Authority(),
            options=OPTIONS,
        )
        register(docket, engine.duties, concurrency=OPTIONS.concurrency)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(engine.work(docket))
                tasks.create_task(adapter.run(engine.inbox.accept))
        finally:
            await adapter.close()
            await redis.aclose()


async def bare_slack(settings: Settings) -> None:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler  # noqa: PLC0415
    from slack_bolt.app.async_app import AsyncApp  # noqa: PLC0415
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415

    client = AsyncWebClient(token=settings["bot_token"], base_url=settings["api_url"])
    app: Any = AsyncApp(client=client)

    async def echo(event: dict[str, Any], say: Any) -> None:
        await say(event["text"])

    app.event("message")(echo)
    await AsyncSocketModeHandler(app, settings["app_token"]).start_async()


async def bare_discord(settings: Settings) -> None:
    import discord  # noqa: PLC0415
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415
    from discord.http import Route  # noqa: PLC0415

    Route.BASE = settings["api_url"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings["gateway_url"])
    intents = discord.Intents.default()
    intents.message_content = True

    class Bot(discord.Client):
        async def on_message(self, message: discord.Message) -> None:
            if message.author != self.user:
                await message.channel.send(message.content)

    async with Bot(intents=intents, chunk_guilds_at_startup=False) as bot:
        await bot.start(settings["token"])


async def bare_telegram(settings: Settings) -> None:
    from telegram import Update  # noqa: PLC0415
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters  # noqa: PLC0415

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(update.message.text or "")

    builder = ApplicationBuilder().token(settings["token"]).base_url(settings["api_url"] + "/bot")
    application: Any = builder.concurrent_updates(True).build()  # noqa: FBT003 - PTB's own
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=10)
        await asyncio.Event().wait()


BARE: dict[Platform, Callable[[Settings], Coroutine[None, None, None]]] = {
    Platform.SLACK: bare_slack,
    Platform.DISCORD: bare_discord,
    Platform.TELEGRAM: bare_telegram,
}


async def until_terminated(work: Coroutine[None, None, None]) -> None:
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("platform", type=Platform)
    parser.add_argument("settings", type=json.loads)
    parser.add_argument("--redis", default="")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    if chosen.redis:
        work = until_terminated(relevo(chosen.platform, chosen.settings, chosen.redis))
    else:  # SIGTERM simply ends it: it has nothing to lose
        work = BARE[chosen.platform](chosen.settings)
    uvloop.run(work)
