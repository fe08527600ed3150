"""What the page is told of a case: all that a desk shows, and nothing of it in an earlier thread."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.casefile import DRAFTS_SHOWN, case
from adapters.playground.parse import customer_conversation, desk_thread
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus, Priority, Promise
from bot.vocabulary.conversations import CaseFile, Memo
from bot.vocabulary.copilot import Draft
from bot.vocabulary.messages import Link
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from bot.vocabulary.people import Agent
from bot.vocabulary.surveys import Survey, SurveyKind

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
CASE = Case(
    id="R-1",
    conversation=customer_conversation("marta"),
    customer="Marta",
    language="es",
    status=CaseStatus.SNOOZED,
    reason=CaseReason.MOOD,
    opened_at=NOW,
    changed_at=LATER,
    thread=desk_thread("t1"),
    agent=Agent(id="ana", name="Ana"),
    offered_to=Agent(id="ben", name="Ben"),
    team="billing",
    priority=Priority.URGENT,
    tags=("refund",),
    links=("R-2",),
    due={Promise.FIRST_REPLY: LATER},
    breached=(Promise.FIRST_REPLY,),
    snoozed_until=LATER,
    feeling=Feeling.ANGRY,
)
MEMO = Memo(
    mood=MoodCurve(
        points=(MoodPoint(at=NOW, mood=Mood(anger=0.75, negative=0.5), feeling=Feeling.ANGRY),),
        level=0.5,
    ),
    survey=Survey(kind=SurveyKind.NPS, case="R-1", asked_at=NOW, score=0),
    drafts=tuple(
        Draft(
            id=f"d{number}",
            text="*Wash* it.",
            language="en",
            confidence=0.25,
            sources=(Link(title="Care", url="javascript:alert(1)"),),
        )
        for number in range(5)
    ),
)


def test_a_case_tells_all_that_a_desk_shows() -> None:
    shown = case(CaseFile(case=CASE, memo=MEMO), "t1")
    assert (shown["status"], shown["agent"], shown["offeredTo"]) == ("snoozed", "Ana", "Ben")
    assert (shown["team"], shown["priority"], shown["tags"]) == ("billing", "urgent", ["refund"])
    assert shown["due"] == {"first_reply": LATER.isoformat()}
    assert (shown["breached"], shown["links"]) == (["first_reply"], ["R-2"])
    assert (shown["snoozedUntil"], shown["followUpAt"]) == (LATER.isoformat(), None)
    assert (shown["feeling"], shown["mood"]["level"]) == ("angry", 0.5)
    [point] = shown["mood"]["points"]
    assert (point["anger"], point["negative"], point["feeling"]) == (0.75, 0.5, "angry")
    assert shown["survey"] == {
        "kind": "nps",
        "case": "R-1",
        "askedAt": NOW.isoformat(),
        "score": 0,
    }
    assert [draft["id"] for draft in shown["drafts"]] == ["d2", "d3", "d4"]
    assert shown["drafts"][0]["body"] == [{"is": "p", "of": [{"is": "em", "of": ["Wash"]}, " it."]}]
    assert shown["drafts"][0]["sources"] == [{"title": "Care", "url": None}]
    assert len(shown["drafts"]) == DRAFTS_SHOWN


def test_an_earlier_thread_tells_only_that_it_is_over() -> None:
    shown = case(CaseFile(case=CASE, memo=MEMO), "t0")
    assert shown == {
        "customer": "Marta",
        "conversation": str(CASE.conversation),
        "reason": "mood",
        "language": "es",
        "status": "resolved",
        "agent": None,
    }


@given(st.sampled_from(CaseStatus), st.none() | st.sampled_from(CaseEvent), st.none() | st.text())
def test_every_case_is_json(
    status: CaseStatus, closed_by: CaseEvent | None, team: str | None
) -> None:
    bare = replace(CASE, status=status, closed_by=closed_by, team=team, agent=None, offered_to=None)
    shown = case(CaseFile(case=bare, memo=Memo()), "t1")
    assert json.loads(json.dumps(shown)) == shown
    assert shown["survey"] is None
    assert shown["mood"] == {"level": 0.0, "points": []}
