"""Answers to surveys as plans: what is counted, for whom, and what is noted of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.afterwards.after import Afterwards
from bot.conversation.afterwards.asking_surveys import LATER_MINUTES, TALK_MINUTES
from bot.conversation.afterwards.surveys import SurveyRules, Surveys
from bot.conversation.replies import Replies
from bot.texts.surveys import csat_question, nps_question
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Owner, OwnerKind, Speaker
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.surveys import Rating, Survey, SurveyKind
from bot.vocabulary.turns import AlarmTurn, Lane, Plan, Turn
from tests.builders import a_conversation, a_message, a_press
from tests.handoff.kit import ANA, NOW, a_case, a_closed_case

CASE = replace(a_closed_case(), customer_id="carla", team="shop", agent=ANA)
OTHER_THREAD = replace(a_conversation("desk"), thread_id="t0")
OLD = replace(CASE, id="R-0", thread=OTHER_THREAD)
SURVEYS = Surveys(SurveyRules(form="scale", word_minutes=30))
DESK = Alarm(kind=AlarmKind.FOLLOW_UP, at=NOW)


def replies_to(message: IncomingMessage, *, memo: Memo | None = None, **fields: Any) -> Replies:
    values: dict[str, Any] = {"case": CASE, "past": (OLD,), "alarms": (DESK,)} | fields
    conversation = Conversation(ref=a_conversation(), memo=memo or Memo(), **values)
    turn = Turn(id="t1", conversation=conversation, messages=(message,), started_at=NOW)
    return Replies(turn, "en")


def heard(message: IncomingMessage, **fields: Any) -> Plan:
    plan = SURVEYS.heard(replies_to(message, **fields))
    assert plan is not None
    return plan


def test_a_score_is_a_rating_of_whoever_had_the_case() -> None:
    plan = heard(a_press("csat:R-1:4"))
    assert plan.rating == Rating(
        kind=SurveyKind.CSAT, case="R-1", score=4, at=NOW, team="shop", agent_id=ANA.id
    )
    assert plan.audit is not None
    assert (plan.audit.actor_id, plan.audit.action, plan.audit.detail) == (
        "playground:demo:carla",
        "csat",
        "4",
    )


def test_a_word_is_the_same_rating_with_it() -> None:
    survey = Survey(
        kind=SurveyKind.CSAT, case="R-1", asked_at=NOW, score=4, until=NOW + timedelta(minutes=5)
    )
    plan = heard(a_message("  very kind people  "), memo=Memo(survey=survey))
    assert plan.rating is not None
    assert (plan.rating.case, plan.rating.score, plan.rating.word) == ("R-1", 4, "very kind people")
    assert plan.audit is not None
    assert "kind" not in plan.audit.detail


def test_the_wait_for_a_word_is_an_alarm_beside_those_of_the_desk() -> None:
    plan = heard(a_press("csat:R-1:4"))
    lapse = Alarm(kind=AlarmKind.LAPSE, at=NOW + timedelta(minutes=30), about="R-1")
    assert plan.alarms == (DESK, lapse)
    again = heard(a_press("csat:R-1:5"), alarms=(DESK, lapse))
    assert again.alarms == (DESK, lapse)
    declined = heard(a_press("csat:R-1:done"), alarms=(DESK, lapse))
    assert declined.alarms == (DESK,)


def test_the_news_of_an_older_case_goes_to_its_own_thread() -> None:
    [news] = [item for item in heard(a_press("csat:R-0:4")).deliveries if item.lane is Lane.DESK]
    assert news.place == OTHER_THREAD
    [own] = [item for item in heard(a_press("csat:R-1:4")).deliveries if item.lane is Lane.DESK]
    assert own.place is None


@pytest.mark.parametrize(
    "message",
    [
        a_message("how long does it take?"),
        a_message("4"),
        a_press("human"),
        a_press("rate:up"),
        a_press("csat:R-9:4"),
        a_press("csat:R-1:9"),
    ],
)
def test_what_is_no_answer_to_a_survey_is_left_to_others(message: IncomingMessage) -> None:
    assert SURVEYS.heard(replies_to(message)) is None


def test_a_plain_score_counts_right_behind_the_question_alone() -> None:
    memo = Memo(survey=Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW))
    asked = line(Speaker.BOT, csat_question("R-1", "es", "scale").text)
    assert heard(a_message("4"), memo=memo, history=(asked,)).rating is not None
    for history in ((), (asked, line(Speaker.BOT, "Which size?"))):
        assert SURVEYS.heard(replies_to(a_message("4"), memo=memo, history=history)) is None
    old = Memo(survey=Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW - timedelta(days=2)))
    assert SURVEYS.heard(replies_to(a_message("4"), memo=old, history=(asked,))) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (SurveyKind.CSAT, "10/10"),
        (SurveyKind.CSAT, "7"),
        (SurveyKind.CSAT, "3.5"),
        (SurveyKind.CSAT, "nueve sobre 10, gracias"),
        (SurveyKind.CSAT, "100 %"),
        (SurveyKind.CSAT, "⭐⭐⭐⭐⭐⭐"),
        (SurveyKind.NPS, "11"),
    ],
)
def test_a_number_of_another_scale_is_asked_about_and_not_looked_up(
    kind: SurveyKind, text: str
) -> None:
    questions = {
        SurveyKind.CSAT: csat_question("R-1", "en", "scale"),
        SurveyKind.NPS: nps_question("R-1", "en"),
    }
    memo = Memo(survey=Survey(kind=kind, case="R-1", asked_at=NOW))
    asked = line(Speaker.BOT, questions[kind].text)
    plan = heard(a_message(text), memo=memo, history=(asked,))
    assert plan.rating is None
    [told] = plan.deliveries
    assert told.message.buttons[:-1] == questions[kind].buttons
    rated = heard(a_message("4"), memo=memo, history=(asked, *plan.history)).rating
    assert rated is not None
    assert rated.score == 4


@pytest.mark.parametrize("text", ["order 7", "7 pans", "1234567", "7?", "ten days", "why 10/10?"])
def test_a_number_in_a_question_is_looked_up(text: str) -> None:
    memo = Memo(survey=Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW))
    asked = line(Speaker.BOT, csat_question("R-1", "en", "scale").text)
    assert SURVEYS.heard(replies_to(a_message(text), memo=memo, history=(asked,))) is None


def test_a_word_after_the_window_is_none() -> None:
    survey = Survey(
        kind=SurveyKind.CSAT, case="R-1", asked_at=NOW, score=4, until=NOW - timedelta(seconds=1)
    )
    replies = replies_to(a_message("very kind people"), memo=Memo(survey=survey))
    assert SURVEYS.heard(replies) is None


def line(speaker: Speaker, text: str, minutes: float = 60) -> HistoryLine:
    at = NOW - timedelta(minutes=minutes)
    return HistoryLine(speaker=speaker, name="x", text=text, at=at)


def rung(kind: AlarmKind, *, memo: Memo | None = None, **fields: Any) -> Plan:
    """Return the plan of an alarm about a case, the only one that is set."""
    alarm = Alarm(kind=kind, at=NOW, about="R-1")
    values: dict[str, Any] = {"case": CASE, "alarms": (DESK, alarm)} | fields
    conversation = Conversation(ref=a_conversation(), memo=memo or Memo(), **values)
    turn = AlarmTurn(id="t2", alarm=alarm, conversation=conversation, at=NOW, started_at=NOW)
    plan = Afterwards(SurveyRules(nps_days=30)).ring(turn)
    assert plan is not None
    return plan


def test_a_recommendation_is_asked_and_noted() -> None:
    plan = rung(AlarmKind.NPS)
    assert [item.message for item in plan.deliveries] == [nps_question("R-1", "en")]
    assert plan.memo is not None
    assert plan.memo.nps_asked_at == NOW
    assert plan.memo.survey == Survey(kind=SurveyKind.NPS, case="R-1", asked_at=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"memo": Memo(nps_asked_at=NOW - timedelta(days=29))},
        {"case": replace(CASE, is_shared=True)},
        {"case": a_case(ANA)},
        {"owner": Owner(kind=OwnerKind.QUEUE)},
        {"case": replace(CASE, id="R-7")},
    ],
    ids=["lately", "shared", "open", "with people", "forgotten case"],
)
def test_it_is_not_asked_where_it_would_be_out_of_place(fields: dict[str, Any]) -> None:
    plan = rung(AlarmKind.NPS, **fields)
    assert (plan.deliveries, plan.memo, plan.alarms) == ((), None, None)


def test_whoever_is_talking_is_asked_later() -> None:
    plan = rung(AlarmKind.NPS, history=(line(Speaker.CUSTOMER, "hi", TALK_MINUTES / 2),))
    assert plan.deliveries == ()
    later = NOW + timedelta(minutes=LATER_MINUTES)
    assert plan.alarms == (DESK, Alarm(kind=AlarmKind.NPS, at=later, about="R-1"))
    calm = rung(AlarmKind.NPS, history=(line(Speaker.CUSTOMER, "hi", TALK_MINUTES * 2),))
    assert calm.deliveries


def test_how_it_went_can_be_asked_by_an_alarm_but_only_once() -> None:
    plan = rung(AlarmKind.CSAT)
    assert [item.message for item in plan.deliveries] == [csat_question("R-1", "en", "scale")]
    asked = Memo(survey=Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW))
    assert rung(AlarmKind.CSAT, memo=asked).deliveries == ()


def test_alarms_of_the_desk_are_left_to_it() -> None:
    case: Case = CASE
    conversation = Conversation(ref=a_conversation(), case=case)
    turn = AlarmTurn(id="t2", alarm=DESK, conversation=conversation, at=NOW, started_at=NOW)
    assert Afterwards().ring(turn) is None


def test_no_link_in_a_word_is_alive_in_the_desk() -> None:
    survey = Survey(
        kind=SurveyKind.CSAT, case="R-1", asked_at=NOW, score=4, until=NOW + timedelta(minutes=5)
    )
    plan = heard(a_message("nice, see https://evil.example/x"), memo=Memo(survey=survey))
    [news] = [item for item in plan.deliveries if item.lane is Lane.DESK]
    assert "https://" not in news.message.text.replace("\\", "")
