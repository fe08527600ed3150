"""What is remembered, as people of the desk have it: in the briefing, in routing, in the policy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.texts import LANGUAGES
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import HandoverRequest, Signals
from bot.vocabulary.memory import FactOrigin, Recalled, Slot
from bot.vocabulary.turns import Decision
from handoff.policy import ThresholdPolicy, Thresholds
from handoff.routing.office import Office
from handoff.routing.teams import Team
from handoff.saying.remembered import remembered_lines
from tests.handoff.kit import a_case
from tests.handoff.world import MADRID
from tests.memory_commands_kit import SAID, a_fact, a_thread, an_episode

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OFFICE = Office(
    teams=(
        Team(name="general"),
        Team(name="shop", products=("shop",)),
        Team(name="crm", products=("crm",)),
        Team(name="spanish", languages=("es",)),
    ),
    raised_tiers=("gold",),
)


def lines(language: str = "en", *, now: datetime = NOW, **fields: object) -> list[str]:
    return list(remembered_lines(Recalled(**fields), now, language))  # pyright: ignore[reportArgumentType]


def a_request(
    question: str = "it is broken", *, language: str = "en", **fields: object
) -> HandoverRequest:
    return HandoverRequest(
        reason=CaseReason.REQUESTED,
        reasons=("asked",),
        language=language,
        question=question,
        recalled=Recalled(**fields),  # pyright: ignore[reportArgumentType]
    )


def test_each_thing_is_one_line() -> None:
    facts = (a_fact(Slot.VERSION, "4"), a_fact(Slot.PLAN, "Pro", origin=FactOrigin.AGENT))
    unsolved = an_episode("It is late", is_solved=False, tried=("a new order", "a call"))
    solved = an_episode("It is broken", is_solved=True, resolution="a new one", solved_by="Ana")
    promise = a_thread("a call", by="Ben", due=datetime(2026, 12, 1, tzinfo=UTC))
    assert lines(
        facts=facts, episodes=(unsolved, solved), threads=(promise, a_thread("the rest"))
    ) == [
        "- Version: 4 (said, 3 May) · Plan: Pro (noted by an agent, 3 May)",
        "- 3 May: It is late · tried: a new order · tried: a call · not solved",
        "- 3 May: It is broken · solved by Ana: a new one",
        "- Ben promised until 1 December: a call",
        "- Open since 3 May: the rest",
    ]


def test_the_same_again_stands_first_and_once() -> None:
    again = an_episode("It is late", is_solved=True, resolution="it came")
    other = an_episode("It is broken")
    assert lines(episodes=(other, again), again=again) == [
        "- **The same as on 3 May:** It is late · solved: it came",
        "- 3 May: It is broken",
    ]


def test_days_are_those_of_the_teams_zone_but_what_is_due_ends_with_its_own() -> None:
    late = datetime(2026, 11, 26, 23, 50, tzinfo=UTC)
    due = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    promise = a_thread("a call", by="Ben", due=due)
    plan, earlier = a_fact(at=late), an_episode("It is late", ended_at=late)
    assert lines(
        now=NOW.astimezone(MADRID),
        facts=(plan,),
        episodes=(earlier,),
        threads=(promise, a_thread("the rest", since=late)),
    ) == [
        "- Plan: Pro (said, 27 November)",
        "- 27 November: It is late",
        "- Ben promised until 30 November: a call",
        "- Open since 27 November: the rest",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_and_origin_has_words(language: str) -> None:
    facts = tuple(a_fact(slot, "x", origin=origin) for slot in Slot for origin in FactOrigin)
    for fact in facts:
        [line] = lines(language, facts=(fact,))
        assert line.endswith(")")
    assert lines(language) == []


def test_what_people_said_is_no_markup_and_no_living_link() -> None:
    [line] = lines(facts=(a_fact(Slot.PRODUCT, "**x** https://evil.com/a"),))
    assert "https://evil.com" not in line
    assert "**x**" not in line


@pytest.mark.parametrize(
    ("question", "language", "facts", "team"),
    [
        ("it is broken", "en", (a_fact(Slot.PRODUCT, "Shop"),), "shop"),
        ("the crm is broken", "en", (a_fact(Slot.PRODUCT, "Shop"),), "crm"),
        ("it is broken", "en", (a_fact(Slot.PRODUCT, "Bicycle"),), "general"),
        ("está roto", "es", (), "spanish"),
        ("it is broken", "en", (a_fact(Slot.LANGUAGE, "es"),), "spanish"),
        ("está roto", "es", (a_fact(Slot.LANGUAGE, "en"),), "spanish"),
        ("it is broken", "en", (a_fact(Slot.PLAN, "Shop"),), "general"),
    ],
)
def test_what_is_known_fills_in_what_a_question_leaves_open(
    question: str, language: str, facts: tuple[object, ...], team: str
) -> None:
    request = a_request(question, language=language, facts=facts)
    assert OFFICE.opened(a_case(), request).team == team


def test_no_fact_changes_tier_priority_or_topic() -> None:
    facts = (a_fact(Slot.PLAN, "gold"), a_fact(Slot.PRODUCT, "gold"), a_fact(Slot.ACCESS, "urgent"))
    plain, known = (
        OFFICE.opened(a_case(), a_request()),
        OFFICE.opened(a_case(), a_request(facts=facts)),
    )
    assert replace(known, team=plain.team) == plain


@pytest.mark.parametrize(
    ("confidence", "is_solved", "decision", "offers"),
    [
        (0.9, False, Decision.ANSWER, True),
        (0.9, True, Decision.ANSWER, False),
        (0.9, None, Decision.ANSWER, False),
        (0.3, True, Decision.OFFER_HUMAN, False),
        (None, None, Decision.OFFER_HUMAN, False),
    ],
)
def test_the_same_again_brings_a_person_sooner(
    confidence: float | None, *, is_solved: bool | None, decision: Decision, offers: bool
) -> None:
    again = an_episode("It is late", is_solved=is_solved)
    policy = ThresholdPolicy(Thresholds())
    signals = Signals(confidence=confidence, unsure=int(confidence != 0.9), again=again)
    verdict = policy.decide(signals)
    assert (verdict.decision, verdict.offers) == (decision, offers)
    is_said = any(f"the same as on {SAID.date()}" in reason for reason in verdict.reasons)
    assert is_said == (offers or decision is Decision.OFFER_HUMAN)
    assert policy.is_sure(signals) == policy.is_sure(replace(signals, again=None))
