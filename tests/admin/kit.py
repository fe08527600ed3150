"""Admins' commands over the real engine, dispatcher, live settings and Redis; platforms say who somebody is."""

import asyncio
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

from bot.admin.requests import CommandRoom, Handler, Reply, Request
from bot.app.admin import Administration, build_administration
from bot.app.live import Live, open_live
from bot.conversation.answering import Answering
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.remembering.commands import Remembering
from bot.engine.audit import AuditTrail
from bot.engine.engine import Engine, EngineOptions
from bot.vocabulary.commands import ADMIN_ACTION, COMMANDS
from bot.vocabulary.errors import ConnectionLostError
from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    OutgoingMessage,
    Platform,
)
from bot.vocabulary.people import Authority
from bot.vocabulary.standing import Standing
from bot.vocabulary.turns import AuditEntry
from config.settings import Settings
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from tests.engine_kit import NotingScheduler
from tests.fakes import RecordingAdapter, ScriptedKnowledge
from tests.flows.kit import DETECTOR
from tests.memory_commands_kit import PlainMemories

HOME = "home"
DESK = ConversationRef(platform=Platform.SLACK, tenant_id=HOME, channel_id="desk")
ANA = "ana"
"""Named as an admin, and a full member."""

LOOK_SECONDS = 0.02

_numbers = itertools.count(1)


@dataclass
class VouchingAdapter(RecordingAdapter):
    """A platform that says who somebody is: as ``people`` has them, else a full member.

    ``look`` is how it answers: ``fine``, ``timeout`` or ``error``.
    """

    people: dict[str, Standing] = field(default_factory=dict[str, Standing])
    look: str = "fine"
    looks: list[str] = field(default_factory=list[str])

    async def standing(self, user_id: str) -> Standing:
        self.looks.append(user_id)
        if self.look == "timeout":
            await asyncio.sleep(10)
        if self.look == "error":
            raise ConnectionLostError("The platform can't be reached.")
        return self.people.get(user_id, Standing.MEMBER)


@dataclass
class Tripwires:
    """Does every command that no other room does, and notes that it was done."""

    known: frozenset[str]
    done: list[tuple[str, Mapping[str, str]]] = field(
        default_factory=list[tuple[str, Mapping[str, str]]]
    )

    def handlers(self) -> Mapping[str, Handler]:
        left = (one.name for one in COMMANDS if one.name not in self.known)
        return dict.fromkeys(left, self._do)

    async def _do(self, request: Request) -> Reply:
        self.done.append((request.invocation.command.name, request.invocation.values))
        return Reply(text="done", detail="done")


@dataclass
class House:
    """An installation with an office: write and press, and see what became of it."""

    redis: Redis
    live: Live
    adapters: dict[Platform, VouchingAdapter]
    administration: Administration
    dispatcher: Dispatcher
    engine: Engine
    tripwires: Tripwires
    memories: PlainMemories

    async def says(self, line: str, *, who: str = ANA, **fields: Any) -> OutgoingMessage:
        """Let somebody write a line in their direct conversation; returns what they get."""
        return await self.arrives(a_line(line, who=who, **fields))

    async def presses(self, action: str, *, who: str = ANA, **fields: Any) -> OutgoingMessage:
        """Let somebody press a button there."""
        return await self.arrives(a_press_of(action, who=who, **fields))

    async def arrives(self, message: IncomingMessage) -> OutgoingMessage:
        """Let a message be handled; returns what is shown last where it came from."""
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(message.conversation))
        shown = self.adapters[message.conversation.platform].shown
        return [one for one in shown if one.conversation == message.conversation][-1].message

    async def audit(self, limit: int = 20, **filters: Any) -> Sequence[AuditEntry]:
        return await AuditTrail(self.redis, deadline=5).latest(limit, **filters)


async def a_house(
    redis: Redis,
    *,
    admins: Iterable[str] = (f"slack:{ANA}",),
    platforms: Iterable[Platform] = (Platform.SLACK,),
    desk: ConversationRef = DESK,
    rooms: Sequence[CommandRoom] = (),
    **settings: Any,
) -> House:
    """Build one worker's installation; several on one Redis play several processes."""
    base = Settings(admins=tuple(admins), **settings)
    live = await open_live(base, redis)
    adapters = {name: VouchingAdapter(platform=name) for name in platforms}
    known = {"settings_show", "settings_set", "settings_undo", "audit", "claim", "help", "ask"}
    known |= {"admins_list", "admins_add", "admins_remove"}
    known |= {name for room in rooms for name in room.handlers()}
    tripwires, memories = Tripwires(frozenset(known)), PlainMemories()
    administration = build_administration(
        live,
        redis,
        adapters,
        desk=desk,
        rooms=(*rooms, tripwires),
        look_seconds=LOOK_SECONDS,
    )
    dispatcher = _dispatcher(administration, memories)
    engine = Engine(
        redis,
        NotingScheduler(),
        adapters=adapters,
        handler=dispatcher,
        authority=Authority(desk=desk),
        options=EngineOptions(join=0, lease=2.0),
    )
    return House(
        redis=redis,
        live=live,
        adapters=adapters,
        administration=administration,
        dispatcher=dispatcher,
        engine=engine,
        tripwires=tripwires,
        memories=memories,
    )


def _dispatcher(administration: Administration, memories: PlainMemories) -> Dispatcher:
    desk, policy = ChatDesk(language="en", undo_seconds=0), ThresholdPolicy(Thresholds())
    remembering = Remembering(memories, authorise=administration.authorising.authorise)
    return Dispatcher(
        detector=DETECTOR,
        answering=Answering(ScriptedKnowledge({"ship": [("d1", "We ship.", 0.9)]}), policy, desk),
        commands=CustomerCommands(desk, policy, remembering=remembering),
        desk=desk,
        remembering=remembering,
        admins=administration.office,
    )


def a_place(who: str, platform: Platform = Platform.SLACK, tenant: str = HOME) -> ConversationRef:
    """Return somebody's direct conversation with the bot."""
    return ConversationRef(platform=platform, tenant_id=tenant, channel_id=f"with-{who}")


def a_line(line: str, *, who: str = ANA, **fields: Any) -> IncomingMessage:
    """Return a line that somebody writes."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "event_key": f"admin-{number}",
        "id": f"a{number}",
        "conversation": a_place(who),
        "author": Author(user_id=who, display_name=who.title()),
        "text": line,
        "sent_at": datetime.now(UTC),
    }
    return IncomingMessage(**(values | fields))


def a_press_of(action: str, *, who: str = ANA, **fields: Any) -> IncomingMessage:
    """Return a button that somebody presses; ``action`` may leave out what those of admins begin with."""
    whole = action if action.startswith(ADMIN_ACTION) else ADMIN_ACTION + action
    message = a_line(str(fields.pop("text", "")), who=who, **fields)
    return replace(message, kind=MessageKind.PRESSED, action=whole)
