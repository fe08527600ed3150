"""What is kept beside a plan: past cases, who did what, ratings, how long cases took."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.engine.audit import AuditTrail
from bot.engine.equipment import new_turn_id
from bot.engine.gaps import Gaps
from bot.engine.keys import CASES_KEPT, ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.plans import PlanStore, Retention, Stored
from bot.engine.ratings import Ratings
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.surveys import Rating, SurveyKind
from bot.vocabulary.turns import AuditEntry, DeskTurn, Outcome, Plan
from tests.builders import a_conversation, a_message

CUSTOMER = a_conversation()
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def a_case(name: str = "R-1", **fields: object) -> Case:
    case = Case(
        id=name,
        conversation=CUSTOMER,
        customer="Carla",
        language="en",
        status=CaseStatus.QUEUED,
        reason=CaseReason.REQUESTED,
        opened_at=BEGIN,
        changed_at=BEGIN,
    )
    return replace(case, **fields)


@dataclass
class Records:
    """Stores plans and reads a conversation back."""

    redis: Redis
    ref: ConversationRef = CUSTOMER
    plans: PlanStore = field(init=False)

    def __post_init__(self) -> None:
        retention = Retention(history_lines=9, seconds=60)
        self.plans = PlanStore(self.redis, deadline=5, retention=retention)

    async def store(self, **fields: object) -> None:
        conversation, version = await Mailbox(self.redis, deadline=5, lease_seconds=5).read(
            self.ref
        )
        message = a_message()
        turn = DeskTurn(
            id=new_turn_id(),
            message=message,
            conversation=conversation,
            at=message.sent_at,
            started_at=message.sent_at,
        )
        receipt = receipt_of(turn, outcome=Outcome.NOTED, language="en", question="", reasons=())
        plan = replace(Plan(outcome=Outcome.NOTED, receipt=receipt), **fields)
        key = message.event_key
        stored = await self.plans.store_desk_action(plan, conversation, version, key)
        assert stored is Stored.OK

    async def read(self) -> Conversation:
        return (await Mailbox(self.redis, deadline=5, lease_seconds=5).read(self.ref))[0]

    async def past(self) -> list[str]:
        return [case.id for case in (await self.read()).past]


@pytest.fixture
def records(redis_client: Redis) -> Records:
    return Records(redis_client)


async def test_past_cases_are_known_newest_first_without_the_present_one(
    records: Records,
) -> None:
    for name in ("R-1", "R-2", "R-3"):
        await records.store(case=a_case(name))
        await records.store(case=a_case(name, status=CaseStatus.RESOLVED, resolution=name))
    assert await records.past() == ["R-2", "R-1"]
    await records.store(case=a_case("R-4"))
    assert await records.past() == ["R-3", "R-2", "R-1"]
    assert (await records.read()).past[0].resolution == "R-3"


async def test_a_closed_case_that_is_changed_again_stands_there_once(records: Records) -> None:
    await records.store(case=a_case())
    for tag in ("a", "b"):
        await records.store(case=a_case(status=CaseStatus.RESOLVED, tags=(tag,)))
    await records.store(case=a_case("R-2"))
    [case] = (await records.read()).past
    assert case.tags == ("b",)


async def test_a_case_that_goes_on_is_no_past_one(records: Records) -> None:
    await records.store(case=a_case("R-0", status=CaseStatus.EXPIRED))
    await records.store(case=a_case(status=CaseStatus.RESOLVED))
    await records.store(case=a_case(status=CaseStatus.QUEUED, reopened=1))
    assert await records.past() == ["R-0"]
    await records.store(case=a_case(status=CaseStatus.RESOLVED, reopened=1))
    await records.store(case=a_case("R-2"))
    assert await records.past() == ["R-1", "R-0"]


async def test_a_past_case_may_become_the_present_one(records: Records) -> None:
    for name in ("R-1", "R-2"):
        await records.store(case=a_case(name, status=CaseStatus.RESOLVED))
    await records.store(case=a_case("R-1", reopened=1))
    assert await records.past() == ["R-2"]


async def test_only_the_last_ones_are_kept(records: Records) -> None:
    for number in range(CASES_KEPT + 3):
        await records.store(case=a_case(f"R-{number}", status=CaseStatus.RESOLVED))
    past = await records.past()
    assert len(past) == CASES_KEPT - 1
    assert past[0] == f"R-{CASES_KEPT + 1}"


def an_entry(number: int, case: str = "R-1", actor: str = "playground:ana") -> AuditEntry:
    return AuditEntry(
        at=after(number), actor_id=actor, actor="Ana", action="claim", case=case, detail="why"
    )


async def test_the_audit_is_read_newest_first_over_all_conversations(redis_client: Redis) -> None:
    entries = [
        an_entry(number, case=f"R-{number % 3}", actor=f"playground:a{number % 2}")
        for number in range(12)
    ]
    for number, entry in enumerate(entries):
        records = Records(redis_client, ref=a_conversation(f"c{number % 5}"))
        await records.store(audit=entry)
    trail = AuditTrail(redis_client, deadline=5)
    assert list(await trail.latest(50)) == entries[::-1]
    assert list(await trail.latest(3)) == entries[:-4:-1]
    assert list(await trail.latest(2, case="R-0")) == [entries[9], entries[6]]
    assert list(await trail.latest(1, case="R-1", actor_id="playground:a0")) == [entries[10]]
    assert await trail.latest(5, case="R-9") == []


async def test_all_of_a_long_audit_can_be_reached(records: Records) -> None:
    await records.store(audit=an_entry(0, case="R-first"))
    for number in range(205):
        await records.store(audit=an_entry(number))
    trail = AuditTrail(records.redis, deadline=5)
    assert [entry.case for entry in await trail.latest(5, case="R-first")] == ["R-first"]
    assert len(await trail.latest(1000)) == 206


async def test_a_later_rating_takes_the_place_of_an_earlier_one(records: Records) -> None:
    first = Rating(kind=SurveyKind.CSAT, case="R-1", score=2, at=after(1))
    nps = replace(first, kind=SurveyKind.NPS, score=9, at=after(2))
    last = replace(first, score=4, at=after(3), word="better now")
    for rating in (first, nps, last):
        await records.store(rating=rating)
    ratings = Ratings(records.redis, deadline=5)
    assert await ratings.since(BEGIN) == [nps, last]
    assert await ratings.since(after(2.5)) == [last]


async def test_the_time_of_a_case_ends_with_it_and_goes_on_when_it_does(records: Records) -> None:
    gap = Gap(
        turn_id="t",
        conversation=str(CUSTOMER),
        at=BEGIN,
        kind=GapKind.HANDED_OVER,
        question="?",
        language="en",
        case="R-1",
    )

    async def minutes() -> float | None:
        [found] = await Gaps(records.redis, deadline=5).since(BEGIN)
        return found.case_minutes

    await records.store(case=a_case(), gap=gap)
    assert await minutes() is None
    await records.store(case=a_case(status=CaseStatus.RESOLVED, changed_at=after(10)))
    assert await minutes() == 10
    await records.store(case=a_case(status=CaseStatus.RESOLVED, changed_at=after(11), tags=("a",)))
    assert await minutes() == 10, "what is noted on a closed case takes nobody's time"
    await records.store(case=a_case(changed_at=after(60), reopened=1))
    await records.store(case=a_case(status=CaseStatus.EXPIRED, changed_at=after(65), reopened=1))
    assert await minutes() == pytest.approx(16)


async def test_open_cases_are_those_that_people_still_work_on(records: Records) -> None:
    keys = ConversationKeys(CUSTOMER)
    seen: list[int] = []
    for status in CaseStatus:
        await records.store(case=a_case(status=status))
        seen.append(await records.redis.zcard(keys.open_cases))
    assert seen == [int(a_case(status=status).is_open) for status in CaseStatus]
