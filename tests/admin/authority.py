"""The matrix of authority: every command and button, by everybody, on each platform, however it answers."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from redis.asyncio import Redis

from bot.admin.plans import REFUSED
from bot.engine import codec
from bot.engine.client.connection import run_command
from bot.engine.keys import ConversationKeys
from bot.vocabulary.commands import COMMANDS, Command, written
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, Platform
from bot.vocabulary.standing import Standing
from bot.vocabulary.turns import AuditEntry
from tests.admin.kit import HOME, House, a_house, a_line, a_place, a_press_of

_numbers = itertools.count(1)

LOOKS = ("fine", "timeout", "error")

WRONG_CODE = "AAAAA-AAAAA-AAAAA-AAAAA"

VALUES = {
    "setting": "escalation.answer_above",
    "value": "0.42",
    "person": "slack:mallory",
    "code": WRONG_CODE,
    "mode": "auto",
    "action": "add",
    "language": "en",
    "change": "1",
    "command": "settings set",
    "key": "lead",
    "topic": "shipping",
    "team": "Billing",
}
"""What is typed for arguments; each of these commands would change something if it were done."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who tries: named as an admin or not, and what the platform says of them.

    ``may`` says that they may.
    """

    role: str
    standing: Standing = Standing.MEMBER
    is_named: bool = False
    author: dict[str, Any] = field(default_factory=dict[str, Any])
    is_elsewhere: bool = False
    may: bool = False

    @property
    def id(self) -> str:
        return self.role.replace(" ", "-")


PEOPLE = (
    Person(role="customer"),
    Person(role="agent"),
    Person(role="admin", is_named=True, may=True),
    Person(role="admin of the platform", standing=Standing.ADMIN, may=True),
    Person(role="ex-admin"),
    Person(role="admin who left", standing=Standing.GONE, is_named=True),
    Person(role="guest", standing=Standing.GUEST, is_named=True),
    Person(role="external", is_named=True, author={"is_external": True}),
    Person(role="bot", standing=Standing.BOT, is_named=True, author={"is_bot": True}),
    Person(role="webhook", is_named=True, author={"is_bot": True, "is_external": True}),
    Person(role="anonymous", is_named=True, author={"is_external": True}),
    Person(role="other tenant", is_named=True, is_elsewhere=True),
)
"""Whoever may not is named all the same where it can be: then the look alone stands in their way."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One try."""

    person: Person
    platform: Platform
    look: str
    command: Command
    is_button: bool

    @property
    def may(self) -> bool:
        """Whether it is to be done."""
        if self.command.name == "claim" and not self.person.is_named:
            return False  # there is an admin
        return self.person.may and self.look == "fine"

    @property
    def is_everybodys(self) -> bool:
        """Whether there is nothing that could be refused."""
        return self.command.name in {"help", "ask"}

    @property
    def whose(self) -> str:
        """Who may do that: everybody, whoever does (for they are admins), or nobody who tries."""
        if self.is_everybodys:
            return "everybody's"
        return "admins'" if self.may else "nobody's"

    @property
    def line(self) -> str:
        """What is written, or stands on the button."""
        values = {one.name: VALUES.get(one.name, "something") for one in self.command.arguments}
        if self.command.words[0] == "memory":
            values["person"] = f"{self.platform}:{_tenant(self.platform)}:mallory"
        return written(self.command, values)

    def message(self, number: int) -> IncomingMessage:
        """Return the event; each in a conversation of its own, so that none is too much."""
        tenant = "elsewhere" if self.person.is_elsewhere else _tenant(self.platform)
        place = a_place(f"{self.person.id}-{number}", self.platform, tenant)
        build = a_press_of if self.is_button else a_line
        author = Author(user_id=self.person.id, display_name=self.person.role, **self.person.author)
        return replace(build(self.line, who=self.person.id), conversation=place, author=author)


def _tenant(platform: Platform) -> str:
    return f"{HOME}-of-{platform}"


def desk_of(platform: Platform) -> ConversationRef:
    """Return the desk when it is on a platform."""
    return ConversationRef(platform=platform, tenant_id=_tenant(platform), channel_id="desk")


def cells() -> Iterator[Cell]:
    """Return all tries."""
    for platform in Platform:
        for look in LOOKS:
            for person in PEOPLE:
                for command in COMMANDS:
                    for is_button in (False, True):
                        yield Cell(
                            person=person,
                            platform=platform,
                            look=look,
                            command=command,
                            is_button=is_button,
                        )


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of tries: how many of each kind, and what was wrong.

    ``ran`` are the commands that were truly done for admins, of those that only note that they were.
    """

    tried: int = 0
    refused: int = 0
    noted: int = 0
    done: int = 0
    ran: int = 0
    open_to_all: int = 0
    changes: int = 0
    wrong: list[str] = field(default_factory=list[str])


Try = Callable[[House, IncomingMessage], Awaitable[AuditEntry | None]]
"""Lets a message be handled; returns what the audit log then has of it."""


async def walked(house: House, message: IncomingMessage) -> AuditEntry | None:
    """Let a message go the whole way: inbox, worker, store, and the audit log as it is stored."""
    await house.engine.inbox.accept(message)
    await house.engine.worker.serve(str(message.conversation))
    keys = ConversationKeys(message.conversation)
    rows = await run_command(house.redis, "XREVRANGE", keys.audit, "+", "-", "COUNT", 200)
    entries = (codec.loads(codec.audit, fields["entry"]) for _, fields in rows)
    return next((one for one in entries if one.place == keys.reference), None)


async def houses(redis: Redis) -> dict[Platform, House]:
    """Build an installation for each platform, whose desk is there, on one Redis."""
    named = [f"{platform}:{one.id}" for platform in Platform for one in PEOPLE if one.is_named]
    return {
        platform: await a_house(redis, admins=named, platforms=[platform], desk=desk_of(platform))
        for platform in Platform
    }


async def explore(redis: Redis, tried: Sequence[Cell], attempt: Try, at_once: int) -> Findings:
    """Make all tries: first those of whoever may not, then those of admins."""
    findings, built = Findings(), await houses(redis)
    first = next(iter(built.values()))
    for platform in Platform:
        who = f"{platform}:ex-admin"
        await first.says(f"/admins add {who}", who="admin", **_at(first))
        await first.says(f"/admins remove {who}", who="admin", **_at(first))
    for kind in ("nobody's", "everybody's", "admins'"):
        for platform, house in built.items():
            for look in LOOKS:
                batch = [
                    one
                    for one in tried
                    if (one.platform, one.look, one.whose) == (platform, look, kind)
                ]
                await _batch(house, batch, attempt, findings, at_once=at_once)
    return findings


def _at(house: House) -> dict[str, Any]:
    platform = next(iter(house.adapters))
    return {"conversation": a_place("admin", platform, _tenant(platform))}


async def _batch(
    house: House, batch: Sequence[Cell], attempt: Try, findings: Findings, *, at_once: int
) -> None:
    """Make tries of one platform and one way of it to answer, some at once."""
    if not batch:
        return
    adapter = house.adapters[batch[0].platform]
    adapter.look = batch[0].look
    adapter.people = {one.id: one.standing for one in PEOPLE}
    before, wires = await _state(house), len(house.tripwires.done)
    for start in range(0, len(batch), at_once):
        some = batch[start : start + at_once]
        messages = [one.message(next(_numbers)) for one in some]
        entries = await asyncio.gather(*(attempt(house, message) for message in messages))
        for cell, entry in zip(some, entries, strict=True):
            _count(findings, cell, entry)
    ran = len(house.tripwires.done) - wires
    if batch[0].whose == "nobody's":
        findings.changes += (await _state(house) != before) + ran
    else:
        findings.ran += ran


async def _state(house: House) -> tuple[object, ...]:
    """Return all that a command could change: settings, admins, what is remembered."""
    await house.live.refresh()
    changes = [one.number for one in await house.live.changes(1)]
    return changes, house.live.settings, dict(house.memories.memories), house.memories.calls[:]


def _count(findings: Findings, cell: Cell, entry: AuditEntry | None) -> None:
    findings.tried += 1
    is_refusal = entry is not None and (
        entry.action in {REFUSED, "memory_refused"} or entry.detail.startswith("refused: ")
    )
    if cell.is_everybodys:
        findings.open_to_all += 1
        is_right = entry is None
    elif cell.may:
        findings.done += 1
        is_right = not is_refusal
    else:
        findings.refused += 1
        findings.noted += is_refusal
        is_right = is_refusal
    if not is_right:
        findings.wrong.append(
            f"{cell.person.role} {cell.platform} {cell.look}: {cell.line} {entry}"
        )
