"""The rooms of commands over real live settings, Redis and board, without the office around them."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.admin.requests import ACTION, Handler, Reply, Request
from bot.app.live import Live, open_live
from bot.app.parts import answering_from, open_index
from bot.app.rooms import Rooms, build_rooms
from bot.engine.board import SharedBoard
from bot.vocabulary.commands import read
from bot.vocabulary.errors import RelevoError
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import Platform, Principal
from config.settings import Settings
from knowledge import EmbeddedKnowledge
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import DETECTOR

MONDAY = datetime(2027, 1, 11, 10, 0, tzinfo=UTC)
ROOT = Principal(platform=Platform.SLACK, tenant_id="T1", user_id="U1")

TOPICS = [
    {"name": "Shipping", "words": ["ship*", "parcel", "envío"]},
    {"name": "Refunds", "words": ["refund*", "money back", "reembolso"]},
]
TEAMS = [
    {"name": "Care"},
    {"name": "Billing", "topics": ["Refunds"], "hours": "mon-fri 09:00-18:00", "overflow": "Care"},
]
AGENTS = [
    {"id": "slack:U7", "name": "Ana Ruiz", "teams": ["Billing", "Care"]},
    {"id": "slack:U8", "name": "Luis", "teams": ["Billing"]},
]
PEOPLE: dict[str, Any] = {"topics": TOPICS, "teams": TEAMS, "agents": AGENTS}

_numbers = itertools.count(1)


@dataclass
class Chamber:
    """All rooms of one process; ``does`` gives a command as the office would."""

    redis: Redis
    live: Live
    board: SharedBoard
    rooms: Rooms
    handlers: dict[str, Handler] = field(default_factory=dict[str, Handler])

    async def does(self, line: str, *, language: str = "en", key: str = "") -> Reply:
        """Do a line; what is refused is the text of the reply."""
        invocation = read(line)
        assert invocation is not None, line
        assert invocation.missing is None, line
        request = Request(
            invocation=invocation,
            principal=ROOT,
            name="Root",
            place="slack:T1:D1",
            language=language,
            prefix="/",
            at=MONDAY,
            key=key or f"event-{next(_numbers)}",
        )
        try:
            return await self.handlers[invocation.command.name](request)
        except RelevoError as error:
            return Reply(text=str(error))

    async def presses(self, reply: Reply, label: str) -> Reply:
        """Press the button with a label."""
        found = [one.action for one in reply.buttons if label in one.label]
        assert len(found) == 1, [one.label for one in reply.buttons]
        line = found[0].removeprefix(ACTION)
        if line.startswith("/settings undo"):
            change = await self.live.undo(int(line.rpartition("=")[2]), _editor())
            return Reply(text=str(change.new))
        return await self.does(line)


def _editor() -> Any:
    from bot.vocabulary.steering import Editor  # noqa: PLC0415

    key = f"undo-{next(_numbers)}"
    return Editor(actor_id="slack:T1:U1", actor="Root", place="", at=MONDAY, key=key)


async def a_chamber(
    redis: Redis, folder: Path, *, index: EmbeddedKnowledge | None = None, **settings: Any
) -> Chamber:
    """Build the rooms; with ``index`` that answers, else a script."""
    live = await open_live(Settings(data_dir=folder, **settings), redis)
    board = SharedBoard(redis, deadline=5)
    script = ScriptedKnowledge({"ship": [("d1", "We ship in two days.", 0.9)]})

    def knowledge() -> KnowledgeBase:
        return script if index is None else answering_from(live.settings, index, ())

    rooms = build_rooms(live, redis, knowledge=knowledge, detector=DETECTOR, board=board)
    handlers: dict[str, Handler] = {}
    for room in rooms.rooms:
        handlers |= room.handlers()
    return Chamber(redis=redis, live=live, board=board, rooms=rooms, handlers=handlers)


def an_index(folder: Path) -> EmbeddedKnowledge:
    """Open the real index of a folder."""
    return open_index(Settings(data_dir=folder))
