"""Slack in the matrix: each event is told by itself, over a socket or over HTTP."""

import asyncio
from dataclasses import replace
from typing import Any, ClassVar

from typing_extensions import override

from bot.vocabulary.messages import Platform
from tests.faults.platforms.ledger import Entry, Telling
from tests.faults.platforms.sites import (
    ACK_SECONDS,
    SLOW_SECONDS,
    Customer,
    How,
    Site,
    Trouble,
)
from tests.platforms.slack import spec
from tests.platforms.slack.faults import (
    BROKEN,
    DONE_AND_BROKEN,
    DONE_AND_DROPPED,
    DROPPED,
    Fault,
    limited,
    refusal,
)
from tests.platforms.slack.server import BOT_TOKEN, SECRET, SlackServer, drop
from tests.platforms.slack.stage import QUICK, SlackStage, place
from tests.platforms.stage import Someone

CHANNEL = "C0PUBLIC01"
POST = "chat.postMessage"
NONSENSE: tuple[dict[str, Any], ...] = (
    {"type": "message"},
    {"type": "message", "user": ["U1"], "text": "hi", "ts": "1.1", "channel": {}},
    {"type": "message", "user": "U1", "text": 5, "ts": "x", "channel": "D1"},
    {"type": "message", "subtype": "message_changed", "channel": "D1"},
    {"type": "reaction_added", "reaction": "+1", "user": "U1", "item": "x"},
    {"type": "something_of_next_year", "user": "U1"},
    {},
)


class Slack(Site):
    """See ``Site``; Socket Mode."""

    name = "slack"
    platform = Platform.SLACK
    keeps_order = False
    over_http: ClassVar[bool] = False

    @override
    def populate(self) -> None:
        self.server.ack_seconds = ACK_SECONDS
        self.server.workspace.add_channel(CHANNEL)
        self._bodies: dict[int, list[dict[str, Any]]] = {}
        super().populate()

    @override
    def settle(self, number: int, *, among_others: bool) -> Customer:
        who = Someone(user_id=f"U0CUST{number:04}", name=f"Carla{number}")
        direct = f"D0CUST{number:04}"
        self.server.workspace.add_user(who.user_id, who.name)
        self.server.workspace.add_channel(direct, is_im=True)
        there = place(CHANNEL if among_others else direct)
        return Customer(who=who, place=there, among_others=among_others)

    @property
    def server(self) -> SlackServer:
        assert isinstance(self.stage, SlackStage)
        return self.stage.server

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return {**self.stage.settings, "pace": QUICK}

    @override
    async def ready(self) -> None:
        await self.server.connected()

    @override
    async def send(self, customer: Customer, entry: Entry) -> None:
        self._post(customer, entry)
        self.in_background(self._tell(entry))

    @override
    async def write_in_a_gap(self, customer: Customer) -> Entry:
        entry = self.ledger.write(customer.name)
        self._post(customer, entry)
        entry.is_held = True
        return entry

    def _post(self, customer: Customer, entry: Entry) -> None:
        assert isinstance(self.stage, SlackStage)
        message = self.stage.post(customer.place, entry.text, who=customer.who)
        events = self.stage.events_of(customer.place, message)
        self._bodies[entry.number] = bodies = [self.server.event(event) for event in events]
        for body in bodies:
            self.server.violations += spec.wrong_event(body)
        if customer.place.channel_id == CHANNEL and customer.place.thread_id is None:
            customer.place = replace(customer.place, thread_id=message["ts"])

    @override
    async def write_mixed_up(self, customer: Customer, count: int) -> list[Entry]:
        entries = [self.ledger.write(customer.name) for _ in range(count)]
        for entry in entries:
            self._post(customer, entry)
        for entry in reversed(entries):
            self.in_background(self._tell(entry))
        return entries

    @override
    def trouble(self, *troubles: Trouble) -> None:
        self.server.faults.add(POST, *map(_fault, troubles))

    @override
    def troubles_left(self) -> int:
        return len(self.server.faults._waiting.get(POST, ()))

    @override
    async def tell_again(self, entry: Entry, times: int) -> None:
        bodies = self._bodies[entry.number] * times
        await asyncio.gather(*map(self._told, bodies))

    @override
    async def babble(self) -> None:
        for event in NONSENSE:
            assert await self._told(self.server.event(event)), f"not acknowledged: {event}"

    @override
    async def cut(self) -> None:
        for socket in list(self.server.sockets):
            drop(socket)

    async def ask_for_another_socket(self, reason: str) -> None:
        """Say that a connection is to be replaced, and close it a little later."""
        for socket in list(self.server.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason})
        await asyncio.sleep(0.3)

    async def _tell(self, entry: Entry) -> None:
        bodies = self._bodies[entry.number]

        async def once(telling: Telling) -> bool:
            return all(await asyncio.gather(*(self._told(body, telling) for body in bodies)))

        await self.tell(entry, once)

    async def _told(self, body: dict[str, Any], telling: Telling | None = None) -> bool:
        """Tell once, without the look at the published samples, which nonsense would not pass."""
        return (await self.server._push("events_api", body, 0)).acknowledged


class SlackOverHttp(Slack):
    """See ``Site``; the Events API."""

    name = "slack over HTTP"
    over_http = True

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return {
            "bot_token": BOT_TOKEN,
            "signing_secret": SECRET,
            "api_url": self.server.api_url,
            "pace": QUICK,
        }

    @override
    async def ready(self) -> None:
        body = {"type": "url_verification", "challenge": "well"}
        while not await self._told(body):  # noqa: ASYNC110 - it has no signal
            await asyncio.sleep(0.02)

    @override
    async def cut(self) -> None:
        """There is nothing to cut."""

    @override
    async def _told(self, body: dict[str, Any], telling: Telling | None = None) -> bool:
        async def deliver(port: int) -> bool:
            self.server.events_url = f"http://127.0.0.1:{port}/slack/events"
            return (await self.server._post("events_api", body, 0)).acknowledged

        return await self.through_a_door(deliver, telling)


def _fault(trouble: Trouble) -> Fault:
    faults = {
        How.LIMITED: limited(trouble.seconds),
        How.BROKEN: BROKEN,
        How.DONE_BROKEN: DONE_AND_BROKEN,
        How.DROPPED: DROPPED,
        How.DONE_DROPPED: DONE_AND_DROPPED,
        How.SLOW: Fault(does=True, after=SLOW_SECONDS),
        How.REFUSED: refusal("channel_not_found"),
    }
    return faults[trouble.how]
