"""A town of persons with canaries everywhere, to see what an erasure leaves of whom."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

from adapters.personal import PERSONAL_SECTIONS
from adapters.playground.adapter import PlaygroundAdapter
from adapters.playground.lines import Line, LineRole
from adapters.playground.transcript import DeskThread, Transcript
from bot.engine.cases import Cases
from bot.engine.client.connection import run_command
from bot.engine.erasing.ending import Ending, EndingOptions, build_ending
from bot.engine.keys import (
    MEMORIES,
    ConversationKeys,
    OwnerKeys,
    all_partitions,
    erasures,
    owner_of,
)
from bot.engine.mailbox import Mailbox
from bot.engine.persons.records import ACCOUNT, MADE
from bot.engine.persons.stores import PersonStores
from bot.engine.plans import LearningPace, PlanStore, Retention, Stored
from bot.engine.receipts import Receipts
from bot.engine.shared_keys import BudgetKeys, adapter_section
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Memo, Speaker
from bot.vocabulary.copilot import Draft
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.memory import Memory, identity_of
from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    IncomingMessage,
    OutgoingMessage,
    Platform,
    Principal,
)
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.surveys import Rating, SurveyKind
from bot.vocabulary.turns import AuditEntry, Delivery, Lane, Outcome, Plan, Turn
from tests.builders import DESK, a_message
from tests.memory_kit import a_fact, a_place, a_principal, a_thread, an_episode, learn

FAREWELL = "The customer has erased their data."
IN_A_GROUP = 5
"""Persons who share one channel."""

EVERYWHERE = (
    *("name", "said", "answer", "waits", "dead", "gap", "draft", "word", "note", "about", "closed"),
    *("fact", "old", "problem", "thread", "profile", "detail", "shown"),
    *("group-said", "group-answer", "group-fact", "group-problem", "group-gap", "group-case"),
)
OTHERS = frozenset({"note"})
"""What agents wrote for themselves: it is erased, and not exported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Somebody with an account on the playground and another one on Slack."""

    number: int

    @property
    def account(self) -> Principal:
        return a_principal(f"u{self.number:04}", platform=Platform.PLAYGROUND, tenant="demo")

    @property
    def other_account(self) -> Principal:
        return a_principal(f"U{self.number:04}")

    @property
    def home(self) -> ConversationRef:
        return a_place(f"d{self.number:04}", platform=Platform.PLAYGROUND, tenant="demo")

    @property
    def group(self) -> ConversationRef:
        return a_place(f"C{self.number // IN_A_GROUP:04}", f"{self.number // IN_A_GROUP}.0001")

    @property
    def thread(self) -> ConversationRef:
        return replace(DESK, thread_id=f"t{self.number:04}")

    def canary(self, where: str) -> str:
        """A word of theirs that stands nowhere else."""
        return f"cnry-{self.number:04}-{where}-yrnc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """An installation on one Redis."""

    redis: Redis
    persons: PersonStores
    ending: Ending
    plans: PlanStore
    mailbox: Mailbox
    transcript: Transcript

    async def plant(self, citizen: Citizen) -> None:
        """Let somebody leave a canary in every kind of record that there is."""
        await self._remember(citizen)
        await self._talk(citizen)
        await self._talk_in_group(citizen)
        await self._leave_caches(citizen)
        await self._show(citizen)

    async def ask(self, citizen: Citizen) -> None:
        """Erase somebody, with the last look at what was on its way."""
        erasures = self.ending.erasures
        begun = await self.ending.erasing.carry_out(
            await erasures.ask(identity_of(citizen.account))
        )
        await self.ending.erasing.carry_out(begun)

    async def bring_forward(self) -> list[str]:
        """Let the time come for all erasures that wait; returns the partitions where one does."""
        found: list[str] = []
        for partition in all_partitions():
            key = erasures(partition)
            waiting = cast(list[str], await run_command(self.redis, "ZRANGE", key, 0, -1))
            if waiting:
                await self.redis.zadd(key, dict.fromkeys(waiting, 0))
                found.append(partition)
        return found

    async def finish(self) -> None:
        """Let the time come for all erasures that wait, and do them."""
        for partition in await self.bring_forward():
            await self.ending.erasing.work(partition)

    async def _remember(self, citizen: Citizen) -> None:
        me, other = citizen.account, citizen.other_account
        people = self.persons.people
        await people.meet(identity_of(me), citizen.home, is_direct=True)
        await people.meet(identity_of(other), citizen.group, is_direct=False)
        await people.join(identity_of(me), identity_of(other))
        person = await people.person_of(identity_of(me))
        for known in (MADE, *(ACCOUNT + account for account in person.joined)):
            long_ago = str(int(time.time()) - 3600)
            await self.redis.hset(OwnerKeys(person.owner).person, known, long_ago)
        episode = an_episode(citizen.canary("problem"), by=me)
        own = Memory(
            facts=(a_fact(citizen.canary("fact"), by=me),),
            replaced=(replace(a_fact(citizen.canary("old"), by=me), id=f"o{citizen.number}"),),
            episodes=(episode,),
            threads=(a_thread(citizen.canary("thread"), episode),),
        )
        await learn(self.persons, me, own)
        said = a_fact(citizen.canary("group-fact"), by=other, place=citizen.group)
        lived = an_episode(citizen.canary("group-problem"), by=other, place=citizen.group)
        await learn(
            self.persons, other, Memory(facts=(said,), episodes=(lived,)), place=citizen.group
        )

    async def _talk(self, citizen: Citizen) -> None:
        ref, keys = citizen.home, ConversationKeys(citizen.home)
        old = self._case(citizen, ref, "closed", CaseStatus.RESOLVED)
        await self._turn(citizen, ref, "said", case=old)
        await self._turn(citizen, ref, "answer", case=self._case(citizen, ref, "about"), rates=old)
        await self.redis.hset(keys.state, mapping={"thread": str(citizen.thread)})
        await self.redis.hset(keys.state, mapping={"lane_thread": str(citizen.thread)})
        await self.redis.hset(
            keys.words, mapping={"shown:m9": f'{{"text":"{citizen.canary("shown")}"}}'}
        )
        await self._bury(citizen)
        waiting = self.message(citizen, ref, "waits", citizen.account)
        await self.mailbox.ingest(waiting)

    async def _talk_in_group(self, citizen: Citizen) -> None:
        await self._turn(citizen, citizen.group, "group-said")
        case = self._case(citizen, citizen.group, "group-case", CaseStatus.RESOLVED)
        await self._turn(citizen, citizen.group, "group-answer", case=case)

    async def _turn(
        self,
        citizen: Citizen,
        ref: ConversationRef,
        where: str,
        *,
        case: Case | None = None,
        rates: Case | None = None,
    ) -> None:
        """Store a turn that leaves everything that one can leave."""
        account = citizen.account if ref == citizen.home else citizen.other_account
        message = self.message(citizen, ref, where, account)
        conversation, version = await self.mailbox.read(ref)
        turn = Turn(
            id=f"{citizen.number:04}{where.replace('-', '')}",
            conversation=conversation,
            messages=(message,),
            started_at=message.sent_at,
        )
        answer = OutgoingMessage(text=f"You said {citizen.canary(where)}.")
        gap = "gap" if ref == citizen.home else "group-gap"
        plan = Plan(
            outcome=Outcome.ANSWERED,
            receipt=receipt_of(
                turn, outcome=Outcome.ANSWERED, language="en", question=message.text, reasons=("r",)
            ),
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=answer),),
            history=(*customer_lines(turn.messages), bot_line(answer), *self._note(citizen, ref)),
            memo=Memo(
                language="en",
                question=message.text,
                answered=account.user_id,
                drafts=(Draft(id="d1", text=citizen.canary("draft"), language="en"),),
            ),
            case=case,
            gap=Gap(
                turn_id=turn.id,
                conversation=str(ref),
                at=message.sent_at,
                kind=GapKind.UNANSWERED,
                question=citizen.canary(gap),
                language="en",
            ),
            audit=self._action(citizen, case),
            rating=self._rating(citizen, rates),
        )
        assert await self.plans.store_turn(plan, conversation, version, (message,)) is Stored.OK

    async def _bury(self, citizen: Citizen) -> None:
        """Let a message of theirs fail for good."""
        conversation, version = await self.mailbox.read(citizen.home)
        message = self.message(citizen, citizen.home, "dead", citizen.account)
        turn = Turn(
            id=f"{citizen.number:04}dead",
            conversation=conversation,
            messages=(message,),
            started_at=message.sent_at,
        )
        receipt = receipt_of(turn, outcome=Outcome.DROPPED, language="en", question="", reasons=())
        plan = Plan(outcome=Outcome.DROPPED, receipt=receipt)
        await self.plans.store_turn(plan, conversation, version, (message,), dead="it failed")

    async def _leave_caches(self, citizen: Citizen) -> None:
        me, other = identity_of(citizen.account), citizen.other_account
        await self.redis.hset(BudgetKeys(me).shared[0], f"person:{me}", "12")
        people = adapter_section(Platform.SLACK, "people")
        await self.redis.hset(people, other.user_id, citizen.canary("profile"))
        prefills = adapter_section(Platform.SLACK, "prefills")
        await self.redis.hset(prefills, f"p{citizen.number}", f"171.2 {citizen.canary('draft')}")

    async def _show(self, citizen: Citizen) -> None:
        """Let the page show what it would, to the customer and to the desk."""
        now = datetime.now(UTC)
        for place in (citizen.home, citizen.thread):
            line = Line(
                id=f"l{citizen.number}-{place.channel_id}",
                role=LineRole.CUSTOMER,
                author_id=citizen.account.user_id,
                name=citizen.canary("name"),
                text=citizen.canary("said"),
                at=now,
            )
            await self.transcript.append(place, line, key=line.id)
        title = f"K-{citizen.number} · {citizen.canary('name')}"
        thread = DeskThread(id=f"t{citizen.number:04}", title=title, opened_at=now)
        await self.transcript.open_thread(thread)

    def message(
        self,
        citizen: Citizen,
        ref: ConversationRef,
        where: str,
        account: Principal | None = None,
    ) -> IncomingMessage:
        """Something that they write: a canary, or else these words."""
        account = account or citizen.account
        text = citizen.canary(where) if where in EVERYWHERE else where
        return a_message(
            text,
            conversation=ref,
            author=Author(user_id=account.user_id, display_name=citizen.canary("name")),
            principal=account,
            is_direct=ref == citizen.home,
        )

    def _note(self, citizen: Citizen, ref: ConversationRef) -> Sequence[HistoryLine]:
        if ref != citizen.home:
            return ()
        note = HistoryLine(
            speaker=Speaker.NOTE,
            name="Ana",
            text=citizen.canary("note"),
            at=datetime.now(UTC),
            author_id="playground:demo:ana",
        )
        return (note,)

    def _case(
        self,
        citizen: Citizen,
        ref: ConversationRef,
        where: str,
        status: CaseStatus = CaseStatus.QUEUED,
    ) -> Case:
        now = datetime.now(UTC)
        return Case(
            id=f"K{citizen.number:04}{where}",
            conversation=ref,
            customer=citizen.canary("name"),
            customer_id=(citizen.account if ref == citizen.home else citizen.other_account).user_id,
            language="en",
            status=status,
            reason=CaseReason.REQUESTED,
            opened_at=now,
            changed_at=now,
            resolution=citizen.canary(where),
            thread=citizen.thread if ref == citizen.home else None,
            closed_by=CaseEvent.RESOLVE if status is CaseStatus.RESOLVED else None,
            is_shared=ref != citizen.home,
        )

    def _action(self, citizen: Citizen, case: Case | None) -> AuditEntry | None:
        if case is None:
            return None
        agent = Agent(id="playground:demo:ana", name="Ana")
        return AuditEntry(
            at=datetime.now(UTC),
            actor_id=agent.id,
            actor=agent.name,
            action="claim",
            case=case.id,
            detail=citizen.canary("detail"),
        )

    def _rating(self, citizen: Citizen, case: Case | None) -> Rating | None:
        if case is None:
            return None
        word = citizen.canary("word")
        return Rating(kind=SurveyKind.CSAT, case=case.id, score=4, at=datetime.now(UTC), word=word)


async def a_town(redis: Redis, persons: PersonStores, folder: Path) -> Town:
    """Open an installation whose tombstones stand in a folder."""
    transcript = Transcript(redis)
    page = PlaygroundAdapter(
        transcript, receipts=Receipts(redis, deadline=5), cases=Cases(redis, deadline=5)
    )
    options = EndingOptions(
        folder=folder,
        tombstone_days=400,
        farewell=lambda: FAREWELL,
        sections=PERSONAL_SECTIONS,
        forgetful=(page,),
    )
    pace = LearningPace(learn_seconds=3600, idle_seconds=3600, keep_seconds=3600)
    retention = Retention(history_lines=60, seconds=3600)
    return Town(
        redis=redis,
        persons=persons,
        ending=build_ending(redis, persons, options, deadline=5),
        plans=PlanStore(redis, deadline=5, retention=retention, learning=pace),
        mailbox=Mailbox(redis, deadline=5, lease_seconds=5),
        transcript=transcript,
    )


_THEIRS = re.compile(r"cnry-\d{4}-[a-z-]+?-yrnc|playground:demo:u\d{4}|slack:T1:U\d{4}")
_READERS: dict[str, tuple[str, ...]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", "0", "-1"),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


async def everything_read(redis: Redis, persons: PersonStores) -> dict[str, str]:
    """Return key → all that it holds as text, decrypted where that is to be had."""
    memories = cast(list[str], await run_command(redis, "KEYS", MEMORIES))
    keys = [key for key in await run_command(redis, "KEYS", "*") if key not in memories]
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.type(key)
        kinds = cast(list[str], await pipeline.execute())
        for key, kind in zip(keys, kinds, strict=True):
            command, *rest = _READERS[kind]
            cast(Any, pipeline).execute_command(command, key, *rest)
        held = await pipeline.execute()
    found = {key: f"{key} {value}" for key, value in zip(keys, held, strict=True)}
    for key in memories:
        found[key] = f"{key} {(await persons.vault.read(owner_of(key)))[0]}"
    return found


def left_of(citizens: Iterable[Citizen], texts: Iterable[str]) -> set[str]:
    """Return what of some persons is still to be found: canaries and ids."""
    found = {word for text in texts for word in _THEIRS.findall(text)}
    theirs = {
        word for citizen in citizens for word in (*map(citizen.canary, EVERYWHERE), *_ids(citizen))
    }
    return found & theirs


def _ids(citizen: Citizen) -> tuple[str, str]:
    return identity_of(citizen.account), identity_of(citizen.other_account)
