"""The board in Redis: all open cases, who of the agents is there, how long cases waited.

It is a copy for being looked at. The truth is each conversation's state, under its own hash tag; what
stands here follows by news (see ``news``), is stamped, and can be made again from the truth at any time.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import ConversationKeys, all_partitions, open_cases
from bot.engine.scripts import source
from bot.engine.shared_keys import BoardKeys
from bot.engine.snapshots import case_of
from bot.vocabulary.board import AgentPresence, BoardView, Wait
from bot.vocabulary.cases import Case
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef

logger = logging.getLogger(__name__)

Value = TypeVar("Value")

WAITS_KEPT = 200
STAMP_SECONDS = 3600.0
"""A stamp is kept this long after its case was taken away: longer than any news are on their way."""

REPAIR_SECONDS = 300
"""How often one of all processes compares the board with the truth."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a conversation's state says; ``stamp`` grows with each change of it that is shown."""

    stamp: int
    case: Case | None


class SharedBoard:
    """One board for all processes; each sees it through a copy that is a second old at most.

    Every method but ``view`` raises ``StateUnavailableError`` when Redis did not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._keys = BoardKeys()
        self._put_case = redis.register_script(source("put_case"))
        self._put_presence = redis.register_script(source("put_presence"))
        self._note_wait = redis.register_script(source("note_wait"))
        self._edition: object = ""
        self._texts: dict[str, str] = {}
        self._cases: dict[str, Case] = {}
        self._view = BoardView(at=datetime.fromtimestamp(0, UTC))
        self._read_at: float | None = None

    def view(self) -> BoardView:
        """See ``Board.view``; ``at`` runs on, so that what happens within a second has an order."""
        if self._read_at is None:
            return self._view
        since = timedelta(seconds=time.monotonic() - self._read_at)
        return _seen_at(self._view, self._view.at + since)

    async def run(self, every_seconds: float) -> None:
        """Keep the copy fresh for ever, also while a repair is made, which may take long."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_for_ever(self.refresh, every_seconds))
            tasks.create_task(_for_ever(self._repair_in_turn, every_seconds))

    async def refresh(self) -> None:
        """Read what has changed since the last time."""
        keys = self._keys
        async with guarded(self._deadline):
            edition = await self._redis.get(keys.edition)
        at = datetime.fromtimestamp(await self._now(), UTC)
        read_at = time.monotonic()
        if edition == self._edition:
            self._view, self._read_at = _seen_at(self._view, at), read_at
            return
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hgetall(keys.cases)
            pipeline.hgetall(keys.presence)
            pipeline.lrange(keys.waits, 0, -1)
            cases, presence, waits = await pipeline.execute()
        self._edition = edition
        self._take_over(cases)
        self._read_at = read_at
        self._view = BoardView(
            at=at,
            cases={case.id: case for case in self._cases.values()},
            presence=_presence_of(presence),
            waits=_readable(codec.wait, (text.partition("|")[2] for text in waits)),
        )

    async def project(self, ref: ConversationRef, *, repairs: str | None = None) -> None:
        """Show a conversation's case as it stands now, or that none is open.

        The truth counts even where the board has seen a later version of it, as after a conversation
        was erased, if its stamp is still what a repair has found: ``repairs``.
        """
        now = await self._now()
        truth = await self._truth(ref)
        text = codec.dumps(codec.case, truth.case) if truth.case else ""
        keys = self._keys
        async with guarded(self._deadline):
            changed = await self._put_case(
                keys=[keys.cases, keys.stamps, keys.edition],
                args=[str(ref), truth.stamp, text, now, repairs or ""],
            )
        if changed:
            self._show(ref, text)

    async def note_presence(self, said: AgentPresence) -> None:
        """Show what an agent said of being there, unless they have said something later."""
        keys = self._keys
        async with guarded(self._deadline):
            await self._put_presence(
                keys=[keys.presence, keys.edition],
                args=[said.agent_id, said.at.timestamp(), codec.dumps(codec.presence, said)],
            )

    async def note_wait(self, wait: Wait, *, key: str) -> None:
        """Note once, by its key, how long a case has waited."""
        keys = self._keys
        async with guarded(self._deadline):
            await self._note_wait(
                keys=[keys.waits, keys.edition],
                args=[f"{key}|{codec.dumps(codec.wait, wait)}", WAITS_KEPT],
            )

    async def repair(self) -> None:
        """Compare the board with the truth, conversation by conversation."""
        shown = await self._hash(self._keys.cases)
        stamps = await self._hash(self._keys.stamps)
        references = set(shown)
        for partition in all_partitions():
            async with guarded(self._deadline):
                query = (open_cases(partition), 0, -1)
                references |= set(await run_command(self._redis, "ZRANGE", *query))
        for reference in sorted(references):
            await self._repair_one(reference, stamps.get(reference))
        await self._forget_stamps(stamps, references)

    async def _repair_one(self, reference: str, stamp: str | None) -> None:
        try:
            await self.project(ConversationRef.parse(reference), repairs=stamp)
        except ValueError as error:
            logger.warning(
                "case not repaired", extra={"conversation": reference, "error": str(error)}
            )

    async def _forget_stamps(self, stamps: dict[str, str], needed: set[str]) -> None:
        oldest = await self._now() - STAMP_SECONDS
        old = [
            reference
            for reference, stamp in stamps.items()
            if reference not in needed and float(stamp.partition("|")[2]) < oldest
        ]
        if old:
            async with guarded(self._deadline):
                await run_command(self._redis, "HDEL", self._keys.stamps, *old)

    async def _repair_in_turn(self) -> None:
        if await self._may_repair():
            await self.repair()

    async def _may_repair(self) -> bool:
        """Whether it is this process's turn to compare."""
        async with guarded(self._deadline):
            return bool(await self._redis.set(self._keys.repair, 1, nx=True, ex=REPAIR_SECONDS))

    async def _truth(self, ref: ConversationRef) -> Truth:
        state = ConversationKeys(ref).state
        async with guarded(self._deadline):
            found = await self._redis.hmget(state, ["case", "thread", "version", "openings"])
        text, thread, version, openings = cast(list[str | None], found)
        case = case_of(text, thread) if text else None
        # A thread that is opened changes no version, but what can be seen here.
        stamp = int(version or 0) + int(openings or 0)
        return Truth(stamp=stamp, case=case if case is not None and case.is_open else None)

    async def _hash(self, key: str) -> dict[str, str]:
        async with guarded(self._deadline):
            return cast(dict[str, str], await run_command(self._redis, "HGETALL", key))

    async def _now(self) -> float:
        async with guarded(self._deadline):
            return await server_time(self._redis)

    def _take_over(self, texts: dict[str, str]) -> None:
        """Read the cases that have changed, and keep the others as they were read."""
        cases: dict[str, Case] = {}
        for reference, text in texts.items():
            known = [self._cases[reference]] if reference in self._cases else []
            is_same = self._texts.get(reference) == text
            for case in known if is_same else _readable(codec.case, [text]):
                cases[reference] = case
        self._cases, self._texts = cases, texts

    def _show(self, ref: ConversationRef, text: str) -> None:
        """Show a change of this process's own at once."""
        reference = str(ref)
        self._cases.pop(reference, None)
        self._texts.pop(reference, None)
        if text:
            self._cases[reference] = codec.loads(codec.case, text)
            self._texts[reference] = text
        self._view = BoardView(
            at=self._view.at,
            cases={case.id: case for case in self._cases.values()},
            presence=self._view.presence,
            waits=self._view.waits,
        )


async def _for_ever(work: Callable[[], Awaitable[None]], every_seconds: float) -> None:
    """Work again and again; an unreachable Redis only delays that."""
    while True:
        try:
            await work()
        except StateUnavailableError as error:
            logger.warning("board not refreshed", extra={"error": str(error)})
        await asyncio.sleep(every_seconds)


def _seen_at(view: BoardView, at: datetime) -> BoardView:
    return BoardView(at=at, cases=view.cases, presence=view.presence, waits=view.waits)


def _presence_of(texts: dict[str, str]) -> dict[str, AgentPresence]:
    said = _readable(codec.presence, (text.partition("|")[2] for text in texts.values()))
    return {one.agent_id: one for one in said}


def _readable(adapter: TypeAdapter[Value], texts: Iterable[str]) -> tuple[Value, ...]:
    """Read what can be read; one that another version wrote must not hide the others."""
    found: list[Value] = []
    for text in texts:
        try:
            found.append(codec.loads(adapter, text))
        except ValueError as error:
            logger.warning("the board can't be read", extra={"error": str(error)})
    return tuple(found)
