"""Does an admin's command for whoever has the shell, over the stores of the installation."""

import os
import pwd
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from redis.asyncio import Redis

from bot.admin.admins import AdminsRoom
from bot.admin.auditing import AuditRoom, count_of, user_of
from bot.admin.requests import ACTION, Handler, Reply, Request
from bot.admin.settings import SettingsRoom
from bot.app import build_detector, build_knowledge
from bot.app.live import Live, open_live
from bot.app.opening import find_state, open_redis
from bot.app.rooms import build_rooms
from bot.engine.audit import AuditTrail
from bot.engine.board import SharedBoard
from bot.texts.plain import plain
from bot.vocabulary.commands import Invocation, read
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import Platform, Principal
from bot.vocabulary.steering import RefusedSettingError
from bot.vocabulary.turns import AuditEntry
from config.settings import Settings

PLACE = "command line"
PREFIX = "relevo "


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to: its words without markup, whether it changed a setting, how that is undone.

    With ``refused`` nothing was done.
    """

    invocation: Invocation
    text: str
    changed: bool
    refused: bool = False
    undo: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def as_json(self) -> Mapping[str, Any]:
        """Return it for another program."""
        command = " ".join(self.invocation.command.words)
        return {"command": command, "text": self.text, "undo": self.undo or None, **self.facts}


async def done(settings: Settings, invocation: Invocation) -> Done:
    """Do a command, also while another Relevo runs on the same data, and note it.

    Raises:
        ConfigurationError: What was typed can't be taken so.
        RelevoError: It could not be done.
    """
    async with _opened(settings) as office:
        return await office.do(invocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """The rooms over an installation's stores, and who acts."""

    live: Live
    trail: AuditTrail
    handlers: Mapping[str, Handler]
    user: str

    async def do(self, invocation: Invocation) -> Done:
        name, request = invocation.command.name, self._request(invocation)
        try:
            reply = await self.handlers[name](request)
        except RefusedSettingError as error:
            raise ConfigurationError(str(error)) from None
        changed = await self.live.done(request.key) is not None
        if reply.detail and not changed:  # a change is in the log already
            await self.trail.note(self._entry(name, reply, request.at))
        return Done(
            invocation=invocation,
            text=plain(reply.text),
            changed=changed,
            refused=reply.is_refused,
            undo=_undo(reply),
            facts=await self._facts(invocation),
        )

    @property
    def _principal(self) -> Principal:
        return Principal(platform=Platform.PLAYGROUND, tenant_id="cli", user_id=self.user)

    def _request(self, invocation: Invocation) -> Request:
        return Request(
            invocation=invocation,
            principal=self._principal,
            name=self.user,
            place=PLACE,
            language="en",
            prefix=PREFIX,
            at=datetime.now(UTC),
            key=f"cli:{secrets.token_hex(12)}",
            acts_as=f"cli:{self.user}",
        )

    def _entry(self, name: str, reply: Reply, at: datetime) -> AuditEntry:
        return AuditEntry(
            at=at,
            actor_id=f"cli:{self.user}",
            actor=self.user,
            action=name,
            case="",
            detail=reply.detail,
            place=PLACE,
        )

    async def _facts(self, invocation: Invocation) -> Mapping[str, Any]:
        """Return what a program wants to have beside the words."""
        match invocation.command.name:
            case "settings_show":
                views = self.live.views(invocation.value("setting"))
                return {"settings": [asdict(view) for view in views]}
            case "admins_list":
                return {"admins": list(self.live.settings.admins)}
            case "audit":
                user = user_of(invocation.value("who"), self._principal)
                entries = await self.trail.latest(count_of(invocation.value("count")), user=user)
                return {"entries": [asdict(entry) for entry in entries]}
            case _:
                return {}


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[_Office]:
    async with find_state(settings) as url, open_redis(settings, url) as redis:
        live = await open_live(settings, redis)
        trail = AuditTrail(redis, deadline=settings.redis.deadline_seconds)
        handlers = await _handlers(live, redis, trail)
        yield _Office(live=live, trail=trail, handlers=handlers, user=_user())


async def _handlers(live: Live, redis: Redis, trail: AuditTrail) -> Mapping[str, Handler]:
    """Return who does which command; nobody is looked up, for no platform runs here."""
    settings = live.settings
    board = SharedBoard(redis, deadline=settings.redis.deadline_seconds)
    await board.refresh()

    @cache
    def knowledge() -> KnowledgeBase:
        return build_knowledge(live.settings)

    rooms = build_rooms(
        live, redis, knowledge=knowledge, detector=build_detector(settings), board=board
    )
    own: Sequence[Any] = (SettingsRoom(live), AdminsRoom(live), AuditRoom(trail))
    handlers: dict[str, Handler] = {}
    for room in (*own, *rooms.rooms):
        handlers |= room.handlers()
    return handlers


def _undo(reply: Reply) -> str:
    """Return the command that takes a change back, if there is one."""
    for button in reply.buttons:
        found = read(button.action.removeprefix(ACTION))
        if found is not None and found.command.name == "settings_undo":
            return f"relevo settings undo {found.value('change')}"
    return ""


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
