"""The platform side of ``benchmarks.platform_echo``: the loopback server, and many customers on it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from adapters.discord.parse import direct
from bot.vocabulary.messages import ConversationRef, Platform
from tests.platforms.discord import payloads, specs
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.opening import open_stage
from tests.platforms.slack import spec as slack_spec
from tests.platforms.slack.stage import SlackStage
from tests.platforms.slack.stage import place as slack_place
from tests.platforms.stage import Someone, Stage
from tests.platforms.telegram import spec as telegram_spec
from tests.platforms.telegram.stage import TelegramStage
from tests.platforms.telegram.stage import place as telegram_place

PATIENCE = 30.0

Listener = Callable[[str, str], None]
"""Told the channel and the text of each message of the bot."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One person in a private conversation with the bot."""

    who: Someone
    place: ConversationRef


@dataclass
class Crowd:
    """Customers who write and wait for the echo. Times are seconds."""

    stage: Stage
    customers: list[Customer]
    doubled: int = 0
    lost: int = 0
    _waiting: dict[tuple[str, str], asyncio.Future[float]] = field(
        default_factory=dict[tuple[str, str], asyncio.Future[float]]
    )
    _numbers: Iterator[int] = field(default_factory=count)

    def hear(self, channel: str, text: str) -> None:
        """The bot's words stand in a conversation; what nobody waits for is a copy."""
        waiting = self._waiting.pop((channel, text), None)
        if waiting is None:
            self.doubled += 1
        else:
            waiting.set_result(time.monotonic())

    async def ask(self, customer: Customer, words: str) -> float:
        """Write and wait for the echo; returns the time between the two."""
        text = f"{words} {next(self._numbers)}"
        echo = (customer.place.channel_id, text)
        heard = self._waiting[echo] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        await self.stage.write(customer.place, text, who=customer.who)
        try:
            async with asyncio.timeout(PATIENCE):
                return await heard - begun
        except TimeoutError:
            self._waiting.pop(echo, None)
            self.lost += 1
            return PATIENCE

    async def greet(self) -> None:
        """One echo for everybody: whatever is looked up once is known then."""
        for customer in self.customers:
            await self.ask(customer, "hello")

    async def one_by_one(self, number: int) -> list[float]:
        """A single customer, one message after the other."""
        return [await self.ask(self.customers[0], "message") for _ in range(number)]

    async def all_at_once(self, number: int, seconds: float) -> tuple[list[float], float]:
        """So many customers at a time, each with one message on its way; returns times and duration."""
        took = list[float]()
        begun = time.monotonic()

        async def talk(customer: Customer) -> None:
            while time.monotonic() - begun < seconds:
                took.append(await self.ask(customer, "message"))

        async with asyncio.TaskGroup() as tasks:
            for customer in self.customers[:number]:
                tasks.create_task(talk(customer))
        return took, time.monotonic() - begun


@asynccontextmanager
async def a_crowd(platform: Platform, number: int) -> AsyncGenerator[Crowd]:
    """Serve a platform with so many customers on it."""
    _compare_nothing()
    async with open_stage(platform) as stage:
        crowd = Crowd(stage, [_CUSTOMERS[platform](stage, n) for n in range(number)])
        _LISTENERS[platform](stage, crowd.hear)
        yield crowd


def _compare_nothing() -> None:
    """Payloads are compared with the published descriptions in the tests; here only time counts."""
    specs.IS_HERE = False
    telegram_spec.description = lambda: None
    for name in ("wrong_event", "wrong_request", "wrong_answer"):
        setattr(slack_spec, name, _nothing_wrong)


def _nothing_wrong(*_: object) -> list[str]:
    return []


def _slack_customer(stage: Stage, number: int) -> Customer:
    server = cast("SlackStage", stage).server
    server.ack_seconds = PATIENCE
    who = Someone(user_id=f"U0CROWD{number:04}", name=f"Marta{number}")
    server.workspace.add_user(who.user_id, who.name)
    channel = server.workspace.add_channel(f"D0CROWD{number:04}", is_im=True)
    return Customer(who=who, place=slack_place(channel.id))


def _discord_customer(stage: Stage, number: int) -> Customer:
    server = cast("DiscordStage", stage).server
    server.bucket_seconds = 0.0
    who = Someone(user_id=str(30_000 + number), name=f"Cleo{number}")
    channel = str(40_000 + number)
    server.world.users[who.user_id] = payloads.user(who.user_id, who.name)
    server.world.channels[channel] = payloads.direct(channel, server.world.users[who.user_id])
    return Customer(who=who, place=direct(channel))


def _telegram_customer(stage: Stage, number: int) -> Customer:
    who = Someone(user_id=str(6_000_000 + number), name=f"Marta{number}")
    cast("TelegramStage", stage).server.world.add_person(int(who.user_id), who.name)
    return Customer(who=who, place=telegram_place(int(who.user_id)))


def _listen_to_slack(stage: Stage, hear: Listener) -> None:
    workspace = cast("SlackStage", stage).server.workspace
    post = workspace.post

    def noticed(channel: Any, message: Any) -> Any:
        posted = post(channel, message)
        if message.get("bot_id"):
            hear(channel.id, message["text"])
        return posted

    vars(workspace)["post"] = noticed


def _listen_to_discord(stage: Stage, hear: Listener) -> None:
    world = cast("DiscordStage", stage).server.world
    emit = world.emit

    def noticed(kind: str, payload: Any) -> None:
        emit(kind, payload)
        if kind == "MESSAGE_CREATE" and payload["author"]["bot"]:
            hear(payload["channel_id"], payload["content"])

    world.emit = noticed


def _listen_to_telegram(stage: Stage, hear: Listener) -> None:
    world = cast("TelegramStage", stage).server.world
    put = world.put

    def noticed(chat_id: int, sender: Any, **more: Any) -> Any:
        message = put(chat_id, sender, **more)
        if sender["is_bot"]:
            hear(str(chat_id), str(more.get("text")))
        return message

    vars(world)["put"] = noticed


_CUSTOMERS: dict[Platform, Callable[[Stage, int], Customer]] = {
    Platform.SLACK: _slack_customer,
    Platform.DISCORD: _discord_customer,
    Platform.TELEGRAM: _telegram_customer,
}
_LISTENERS: dict[Platform, Callable[[Stage, Listener], None]] = {
    Platform.SLACK: _listen_to_slack,
    Platform.DISCORD: _listen_to_discord,
    Platform.TELEGRAM: _listen_to_telegram,
}
