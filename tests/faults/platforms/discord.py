"""Discord in the matrix: a gateway whose sessions hand events out in order, and REST."""

import asyncio
from dataclasses import replace
from typing import Any

from typing_extensions import override

from adapters.discord.parse import direct
from bot.vocabulary.messages import ConversationRef, Platform
from tests.faults.platforms.ledger import Entry
from tests.faults.platforms.sites import SLOW_SECONDS, Customer, How, Site, Trouble
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import GatewaySide
from tests.platforms.discord.server import DiscordServer, Fault
from tests.platforms.discord.stage import QUICK, DiscordStage
from tests.platforms.discord.world import BOT, CHANNEL, GUILD
from tests.platforms.stage import Someone

POST = "create_message"
NOT_TO_THIS_USER = 50007
NONSENSE: tuple[tuple[str, Any], ...] = (
    ("MESSAGE_CREATE", {"id": "x"}),
    ("MESSAGE_CREATE", {"id": 5, "channel_id": [], "author": None, "content": {}}),
    ("MESSAGE_CREATE", None),
    ("MESSAGE_REACTION_ADD", {"user_id": "1"}),
    ("INTERACTION_CREATE", {"id": "1", "type": 99}),
    ("SOMETHING_OF_NEXT_YEAR", {"id": "1"}),
    ("CHANNEL_DELETE", "gone"),
)


class Discord(Site):
    """See ``Site``."""

    name = "discord"
    platform = Platform.DISCORD

    @override
    def populate(self) -> None:
        self._ids: dict[int, str] = {}
        super().populate()

    @override
    def settle(self, number: int, *, among_others: bool) -> Customer:
        world = self.server.world
        who = Someone(user_id=str(310 + number), name=f"Carla{number}")
        world.users[who.user_id] = payloads.user(who.user_id, who.name)
        world.members[who.user_id] = payloads.member()
        channel = str(410 + number)
        world.channels[channel] = payloads.direct(channel, world.users[who.user_id])
        there = (
            ConversationRef(platform=Platform.DISCORD, tenant_id=GUILD, channel_id=CHANNEL)
            if among_others
            else direct(channel)
        )
        return Customer(who=who, place=there, among_others=among_others)

    @property
    def server(self) -> DiscordServer:
        assert isinstance(self.stage, DiscordStage)
        return self.stage.server

    @property
    def gateway(self) -> GatewaySide:
        return self.server.gateway

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return {**self.stage.settings, "pace": QUICK}

    @override
    async def ready(self) -> None:
        while not (self.gateway.sessions and self.gateway.lines):  # noqa: ASYNC110 - no signal
            await asyncio.sleep(0.01)

    @override
    async def send(self, customer: Customer, entry: Entry) -> None:
        channel, text = customer.place.channel_id, entry.text
        begins = channel == CHANNEL and customer.place.thread_id is None
        message = self.server.world.say(
            customer.place.thread_id or channel,
            customer.who.user_id,
            f"<@{BOT}> {text}" if begins else text,
        )
        self._ids[entry.number] = message["id"]
        if begins:
            customer.place = replace(customer.place, thread_id=message["id"])

    @override
    async def write_mixed_up(self, customer: Customer, count: int) -> list[Entry]:
        """Hand events out the last one first, which Discord itself does not do in one channel."""
        told: list[tuple[str, Any]] = []
        emit = self.server.world.emit
        self.server.world.emit = lambda kind, payload: told.append((kind, payload))
        entries = [await self.write(customer) for _ in range(count)]
        self.server.world.emit = emit
        for event in reversed(told):
            emit(*event)
        return entries

    @override
    def trouble(self, *troubles: Trouble) -> None:
        self.server.fail(POST, *map(_fault, troubles))

    @override
    def troubles_left(self) -> int:
        return len(self.server.faults[POST])

    @override
    async def tell_again(self, entry: Entry, times: int) -> None:
        world = self.server.world
        message = world.messages[self._ids[entry.number]]
        for _ in range(times):
            world.emit("MESSAGE_CREATE", world.dressed(message, message["author"]["id"]))

    @override
    async def babble(self) -> None:
        for session in self.gateway.sessions.values():
            for kind, payload in NONSENSE:
                self.gateway.add(session, {"op": 0, "t": kind, "d": payload})
        await self.gateway.tell({"op": 77, "d": None, "t": None, "s": None})

    @override
    async def cut(self) -> None:
        self.gateway.drop()

    @override
    def forget(self) -> None:
        self.gateway.forget_sessions()
        self.server.world.nonces.clear()


def _fault(trouble: Trouble) -> Fault:
    status, wait = trouble.status, trouble.seconds
    faults = {
        How.LIMITED: Fault(kind="status", status=429, retry_after=wait),
        How.LIMITED_FOR_ALL: Fault(kind="status", status=429, retry_after=wait, scope="global"),
        How.BROKEN: Fault(kind="status", status=status),
        How.DONE_BROKEN: Fault(kind="commit_then_status", status=status),
        How.DROPPED: Fault(kind="drop_before"),
        How.DONE_DROPPED: Fault(kind="commit_then_drop"),
        How.SLOW: Fault(kind="delay", seconds=SLOW_SECONDS),
        How.REFUSED: Fault(kind="status", status=403, code=NOT_TO_THIS_USER),
    }
    return faults[trouble.how]
