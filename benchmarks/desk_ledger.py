"""A ledger of what a Redis server was asked and answered, and the oracle that reads it.

It is written on the wire, beside the code under test: which plans were stored against which version,
and which messages were taken to be shown. ``start`` and ``end`` are numbers of one counter, taken when
a step was sent off and when its answer was there: one that ended before another began came before it.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine import codec
from bot.engine.codec import StoredDelivery
from bot.engine.scripts import source
from bot.vocabulary.cases import TRANSITIONS, Case, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.turns import Lane

STORE = source("transact")
TAKE = source("lifetime", "take")

_STALE = ("return 'stale'", "")
BUGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "unfenced": (_STALE,),
    "unleased": (_STALE, ("tonumber(lease[2]) > now", "false")),
    "unwithheld": (("if delivery.fenced and", "if false and"),),
    "undone": (("if mark > 0 and", "if false and"),),
}
"""Faults that can be built in, to see that the oracle sees them: what is replaced in the scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stored plan or a message that was taken to be shown."""

    start: int
    end: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Step):
    """A stored plan; ``epoch`` is that which its turn has read."""

    version: int
    turn_id: str
    epoch: int
    changes_hands: bool
    owner: Owner | None
    case: Case | None
    deliveries: tuple[StoredDelivery, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Step):
    """A message that a sender was given."""

    delivery: StoredDelivery


@dataclass
class Ledger:
    """What happened, and what is wrong with it."""

    steps: dict[str, list[Step]] = field(default_factory=dict[str, list[Step]])
    count: int = 0

    def tick(self) -> int:
        self.count += 1
        return self.count

    def note(self, step: Step) -> None:
        self.steps.setdefault(step.reference, []).append(step)


class LedgerRedis(Redis):
    """A client that writes the ledger; ``bug`` is built into the scripts that it runs."""

    ledger: Ledger
    bug: str | None = None
    _names: dict[str, str]

    @override
    def register_script(self, script: Any) -> Any:
        text = str(script)
        for old, new in BUGS.get(self.bug or "", ()):
            text = text.replace(old, new)
        name = {STORE: "store", TAKE: "take"}.get(str(script), "")
        self._names = {
            **getattr(self, "_names", {}),
            hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(): name,
        }
        return super().register_script(text)

    @override
    async def execute_command(self, *args: Any, **options: Any) -> Any:
        run = cast("Callable[..., Awaitable[Any]]", super().execute_command)  # pyright: ignore[reportUnknownMemberType]
        name = self._names.get(str(args[1])) if args[0] == "EVALSHA" else None
        if not name:
            return await run(*args, **options)
        start = self.ledger.tick()
        reply = await run(*args, **options)
        keys = [str(key) for key in args[3 : 3 + args[2]]]
        times = {"start": start, "end": self.ledger.tick()}
        if name == "store" and reply == "ok":
            self._note_store(keys, args[3 + args[2] :], times)
        elif name == "take" and reply[0] == "send":
            delivery = codec.loads(codec.delivery, reply[1])
            self.ledger.note(Taken(**times, reference=str(delivery.source), delivery=delivery))
        return reply

    def _note_store(self, keys: list[str], args: Any, times: dict[str, int]) -> None:
        rows = json.loads(args[2])
        receipts = [json.loads(row[2]) for row in rows if row[0] == "LPUSH"]
        if not receipts:
            return  # messages that were dropped, an alarm that was set
        fields = {row[2]: row[3] for row in rows if row[0] == "HSET" and row[1] == 1}
        lanes = [row for row in rows if row[0] == "RPUSH" and ":lane:" in keys[row[1] - 1]]
        self.ledger.note(
            Commit(
                **times,
                reference=keys[0].partition(":conv:")[2],
                version=int(args[0]),
                turn_id=receipts[0]["turn_id"],
                epoch=receipts[0]["epoch"],
                changes_hands="owner" in fields,
                owner=codec.loads(codec.owner, fields["owner"]) if "owner" in fields else None,
                case=codec.loads(codec.case, fields["case"]) if "case" in fields else None,
                deliveries=tuple(codec.loads(codec.delivery, row[2]) for row in lanes),
                marks=tuple(key for key in keys if ":done:" in key),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who wanted what with a turn: the handler's own note, by the turn's id."""

    actor: str
    text: str


@dataclass
class Replay:
    """Goes through a conversation's ledger in the order of its versions."""

    deeds: Mapping[str, Deed]
    epoch: int = 0
    owner: Owner = field(default_factory=Owner)
    case: Case | None = None
    wrong: list[str] = field(default_factory=list[str])
    epochs: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """When it was known that an epoch had begun, and which."""
    done: set[str] = field(default_factory=set[str])
    version: int = -1

    def check(self, steps: list[Step]) -> list[str]:
        """Return what is wrong: two speakers, two who won, one act done twice, words shown too late."""
        commits = [step for step in steps if isinstance(step, Commit)]
        for commit in sorted(commits, key=lambda commit: (commit.version, commit.end)):
            self._store(commit)
        for step in steps:
            if isinstance(step, Taken) and step.delivery.fenced:
                self._show(step)
        return self.wrong

    def _store(self, commit: Commit) -> None:
        deed = self.deeds[commit.turn_id]
        if commit.version <= self.version:
            self._say(f"two plans were stored against version {commit.version}: {deed.text}")
        if commit.epoch != self.epoch:
            self._say(f"{deed.text} was thought out in epoch {commit.epoch}, not {self.epoch}")
        for mark in commit.marks:
            if mark in self.done:
                self._say(f"{deed.text} was done twice")
            self.done.add(mark)
        self._check_case(commit, deed)
        self.version = commit.version
        self.case = commit.case or self.case
        if commit.changes_hands:
            self.epoch += 1
            self.owner = commit.owner or Owner()
            self.epochs.append((commit.end, self.epoch))
        self._check_speaker(commit, deed)

    def _check_case(self, commit: Commit, deed: Deed) -> None:
        """A case moves along its own steps, and a claim never takes it from another agent."""
        after, before = commit.case, self.case
        if after is None or before is None or after.id != before.id:
            return
        reopened = deed.text.startswith("/reopen")  # by an agent, who has it then: two steps in one
        leads = reopened or _leads(before.status, after.status)
        if after.status is not before.status and not leads:
            self._say(f"{deed.text}: a case went from {before.status} to {after.status}")
        was_taken = before.status is CaseStatus.CLAIMED and after.status is CaseStatus.CLAIMED
        changed = was_taken and before.agent != after.agent
        if changed and deed.text.startswith("/claim"):
            self._say(f"two agents won one claim: {deed.actor} took it from {before.agent}")

    def _check_speaker(self, commit: Commit, deed: Deed) -> None:
        """Only who has the word speaks to the customer."""
        for item in commit.deliveries:
            if item.fenced and (item.epoch != self.epoch or self.owner.kind is not OwnerKind.BOT):
                self._say(f"the bot spoke while {self.owner.kind} had the word: {item.id}")
            is_word = item.lane is Lane.CUSTOMER and item.origin is not None and not item.change
            holder = self.owner.agent.id if self.owner.agent else None
            if is_word and holder != deed.actor:
                self._say(f"{deed.actor} spoke while {holder or self.owner.kind} had the word")

    def _show(self, step: Taken) -> None:
        known = max((epoch for end, epoch in self.epochs if end < step.start), default=0)
        if known > step.delivery.epoch:
            self._say(f"the bot's words of epoch {step.delivery.epoch} were shown in {known}")

    def _say(self, what: str) -> None:
        self.wrong.append(what)


def _leads(before: CaseStatus, after: CaseStatus) -> bool:
    return any(status is before and to is after for (status, _), to in TRANSITIONS.items())
