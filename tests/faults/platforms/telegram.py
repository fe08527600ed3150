"""Telegram in the matrix: updates that wait to be fetched, or are posted to a webhook."""

import asyncio
from dataclasses import replace
from typing import Any

from typing_extensions import override

from bot.vocabulary.messages import Platform
from tests.faults.platforms.ledger import Entry, Telling
from tests.faults.platforms.sites import (
    SLOW_SECONDS,
    Customer,
    How,
    Site,
    Trouble,
)
from tests.platforms.stage import Someone
from tests.platforms.telegram.server import Fault, TelegramServer
from tests.platforms.telegram.stage import FAST, SECRET, TelegramStage, entities_of, place
from tests.platforms.telegram.world import BOT, Json

POST = "sendMessage"
GROUP = -1001234567891
LEASE_SECONDS = 1.5
NONSENSE: tuple[Json, ...] = (
    {"message": {"message_id": "x"}},
    {"message": "hello"},
    {"message": None},
    {"edited_message": {"message_id": 1, "date": 1, "chat": {"id": "no", "type": 5}}},
    {"callback_query": {"id": 1}},
    {"something_of_next_year": {"id": 1}},
    {},
)


class Telegram(Site):
    """See ``Site``; long polling."""

    name = "telegram"
    platform = Platform.TELEGRAM

    @override
    def populate(self) -> None:
        self.server.world.add_group(GROUP, forum=False)
        self._updates: dict[int, Json] = {}
        super().populate()

    @override
    def settle(self, number: int, *, among_others: bool) -> Customer:
        chat = 5550100 + number
        who = Someone(user_id=str(chat), name=f"Carla{number}")
        self.server.world.add_person(chat, who.name)
        there = place(GROUP if among_others else chat)
        return Customer(who=who, place=there, among_others=among_others)

    @property
    def server(self) -> TelegramServer:
        assert isinstance(self.stage, TelegramStage)
        return self.stage.server

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return {**self.stage.settings, "pace": replace(FAST, lease=LEASE_SECONDS)}

    @override
    async def ready(self) -> None:
        await self.server.until_polled()

    @override
    async def send(self, customer: Customer, entry: Entry) -> None:
        await self.server.push(self._update(customer, entry))

    @override
    def trouble(self, *troubles: Trouble) -> None:
        self.server.faults[POST].extend(map(_fault, troubles))

    @override
    def troubles_left(self) -> int:
        return len(self.server.faults[POST])

    @override
    async def tell_again(self, entry: Entry, times: int) -> None:
        """Give a message again under new numbers: an update that is confirmed never comes again."""
        for _ in range(times):
            await self.server.push(self._again(entry))

    @override
    async def babble(self) -> None:
        for content in NONSENSE:
            update: Json = {"update_id": next(self.server._numbers), **content}
            await self.server.push(update, checked=False)

    @override
    async def cut(self) -> None:
        self.server.faults["getUpdates"].append(Fault(kind="drop_before"))

    def fail_polls(self, *faults: Fault) -> None:
        """Let the next polls go wrong, one after the other."""
        self.server.faults["getUpdates"].extend(faults)

    def _update(self, customer: Customer, entry: Entry) -> Json:
        assert isinstance(self.stage, TelegramStage)
        chat = int(customer.place.channel_id)
        text = f"@{BOT['username']} {entry.text}" if customer.among_others else entry.text
        user = self.stage.user(customer.who)
        message = self.server.world.put(chat, user, text=text, **entities_of(text))
        update: Json = {"update_id": next(self.server._numbers), "message": message}
        self._updates[entry.number] = update
        return update

    def _again(self, entry: Entry) -> Json:
        return self._updates[entry.number] | {"update_id": next(self.server._numbers)}


class TelegramWebhook(Telegram):
    """See ``Site``; the webhook, which Telegram calls in parallel."""

    name = "telegram webhook"
    keeps_order = False

    @property
    @override
    def settings(self) -> dict[str, Any]:
        hook = {"webhook_url": "http://127.0.0.1:9", "webhook_secret": SECRET}
        return {**super().settings, **hook}

    @override
    async def ready(self) -> None:
        await self.server.until_called("setWebhook")

    @override
    async def send(self, customer: Customer, entry: Entry) -> None:
        self._tell(entry, self._update(customer, entry))

    @override
    async def write_mixed_up(self, customer: Customer, count: int) -> list[Entry]:
        entries = [self.ledger.write(customer.name) for _ in range(count)]
        updates = [self._update(customer, entry) for entry in entries]
        for entry, update in reversed(list(zip(entries, updates, strict=True))):
            self._tell(entry, update)
        return entries

    @override
    async def tell_again(self, entry: Entry, times: int) -> None:
        update = self._updates[entry.number]
        again = [update if self.dice.random() < 0.5 else self._again(entry) for _ in range(times)]
        await asyncio.gather(*map(self._told, again))

    @override
    async def babble(self) -> None:
        for content in NONSENSE:
            update: Json = {"update_id": next(self.server._numbers), **content}
            assert await self._told(update), f"not acknowledged: {content}"

    @override
    async def cut(self) -> None:
        """There is nothing to cut."""

    def _tell(self, entry: Entry, update: Json) -> None:
        self.in_background(self._insist(entry, update))

    async def _insist(self, entry: Entry, update: Json) -> None:
        """Tell for as long as it takes: Telegram keeps updates for a day."""
        while not entry.is_acknowledged:
            await self.tell(entry, lambda telling: self._told(update, telling))

    async def _told(self, update: Json, telling: Telling | None = None) -> bool:
        async def deliver(port: int) -> bool:
            self.server.webhook["url"] = f"http://127.0.0.1:{port}/telegram/webhook"
            return await self.server.deliver(update) == 200

        return bool(self.server.webhook) and await self.through_a_door(deliver, telling)


def _fault(trouble: Trouble) -> Fault:
    status = trouble.status
    seconds = None if trouble.seconds is None else round(trouble.seconds)
    faults = {
        How.LIMITED: Fault(status=429, retry_after=seconds),
        How.BROKEN: Fault(status=status),
        How.DONE_BROKEN: Fault(kind="commit_then_status", status=status),
        How.DROPPED: Fault(kind="drop_before"),
        How.DONE_DROPPED: Fault(kind="commit_then_drop"),
        How.SLOW: Fault(kind="commit_then_drop", delay=SLOW_SECONDS),
        How.REFUSED: Fault(status=403, description="Forbidden: bot was blocked by the user"),
    }
    return faults[trouble.how]
