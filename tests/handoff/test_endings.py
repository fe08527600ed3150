"""How a case ends by an agent, and how it is taken up again: pure plans."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.texts import say
from bot.texts.surveys import csat_question
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus, Promise
from bot.vocabulary.conversations import HistoryLine, Memo, OwnerKind
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from bot.vocabulary.surveys import Survey, SurveyKind
from bot.vocabulary.turns import Lane, Plan
from handoff.aftercare import Aftercare
from handoff.agents.verbs import AgentVerbs
from handoff.saying.style import DeskStyle
from tests.handoff.kit import (
    ANA,
    BEN,
    NOW,
    a_case,
    a_line,
    a_note,
    a_turn,
    an_opening,
    at_once,
    in_lane,
    says,
    told_to_thread,
)

ANGRY = MoodPoint(at=NOW, mood=Mood(negative=0.9), feeling=Feeling.ANGRY)
TIRED = Memo(
    language="es",
    question="¿dónde está mi pedido?",
    cited=("d2",),
    rejected=("d1",),
    answered="carla",
    unsure=2,
    rejections=2,
    repeats=3,
    offered=True,
    cost=0.4,
    waiting_since=NOW,
    mood=MoodCurve(points=(ANGRY,), level=0.8),
)


def done(
    text: str,
    *history: HistoryLine,
    case: Case | None = None,
    memo: Memo | None = None,
    style: DeskStyle | None = None,
    name: str = "Ana",
) -> Plan:
    """Return the plan of what an agent does in the thread of a case."""
    turn = a_turn(says(text, name), case or a_case(ANA), an_opening(), *history)
    if memo is not None:
        turn = replace(turn, conversation=replace(turn.conversation, memo=memo))
    return at_once(AgentVerbs(style or DeskStyle(language="en")).work(turn))


def care(**fields: object) -> DeskStyle:
    return DeskStyle(language="en", aftercare=Aftercare(**fields))  # pyright: ignore[reportArgumentType]


def told_to_customer(plan: Plan) -> list[str]:
    return [delivery.message.text for delivery in in_lane(plan, Lane.CUSTOMER)]


def test_a_reason_is_kept_shown_and_audited() -> None:
    plan = done("/resolve sent a *new* pan")
    assert plan.case is not None
    assert (plan.case.status, plan.case.closed_by) == (CaseStatus.RESOLVED, CaseEvent.RESOLVE)
    assert plan.case.resolution == "sent a *new* pan"
    [shown] = told_to_thread(plan)
    assert shown.endswith(say("after.resolved_why_desk", "en", why=r"sent a \*new\* pan"))
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.actor_id) == ("resolve", ANA.id)


def test_the_thread_can_open_it_again_by_a_button() -> None:
    [shown] = in_lane(done("/resolve"), Lane.DESK)
    assert [button.action for button in shown.message.buttons] == ["case:reopen"]


def test_what_was_promised_stands_in_the_closing_note() -> None:
    plan = done("/resolve", a_line("Hello! We will refund you by Friday."), a_note("I'll be quick"))
    [shown] = told_to_thread(plan)
    assert "We will refund you by Friday" in shown
    assert "quick" not in shown


def test_the_bot_goes_on_with_what_was_said_and_failed_and_without_what_led_there() -> None:
    memo = done("/resolve", a_line("On its way."), memo=TIRED).memo
    assert memo is not None
    assert [line.text for line in memo.humans_said] == ["On its way."]
    assert (memo.question, memo.rejected) == (TIRED.question, TIRED.rejected)
    assert (memo.unsure, memo.rejections, memo.repeats, memo.offered) == (0, 0, 0, False)
    assert (memo.cost, memo.waiting_since, memo.cited) == (0.0, None, ())
    assert (memo.mood.level, memo.mood.offered_at) == (0.4, 0.4)
    assert (memo.language, memo.greeted) == ("es", True)


def test_lines_of_an_earlier_case_are_not_what_people_said_in_this_one() -> None:
    turn = a_turn(says("/resolve"), a_case(ANA), a_line("earlier"), an_opening(), a_line("now"))
    memo = at_once(AgentVerbs(DeskStyle(language="en")).work(turn)).memo
    assert memo is not None
    assert [line.text for line in memo.humans_said] == ["now"]


def test_as_a_brand_no_name_is_kept_for_quotes() -> None:
    style = DeskStyle(language="en", agents_as="brand", brand="Casa Lumbre")
    memo = done("/resolve", a_line("On its way."), style=style).memo
    assert memo is not None
    assert [line.name for line in memo.humans_said] == ["Casa Lumbre"]
    nameless = done("/return", a_line("Hi."), style=replace(style, brand="")).memo
    assert nameless is not None
    assert [line.name for line in nameless.humans_said] == ["our team"]


def test_the_customer_is_asked_how_it_went_in_their_language() -> None:
    plan = done("/resolve", memo=Memo(language="es"))
    told, asked = in_lane(plan, Lane.CUSTOMER)
    assert told.message.text == say("handoff.resolved_customer", "es", agent="Ana")
    assert asked.message == csat_question("R-1", "es", "scale")
    assert plan.history[-1].text == asked.message.text
    assert plan.memo is not None
    assert plan.memo.survey == Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW)


@pytest.mark.parametrize("reason", [CaseReason.SELF_HARM, CaseReason.DANGER, CaseReason.THREAT])
def test_some_cases_are_not_asked_about(reason: CaseReason) -> None:
    plan = done("/resolve", case=a_case(ANA, reason=reason), style=care(nps_days=30))
    assert len(told_to_customer(plan)) == 1
    assert not plan.alarms


def test_nobody_is_asked_twice_about_a_case_nor_about_one_that_nobody_had() -> None:
    asked = Memo(survey=Survey(kind=SurveyKind.CSAT, case="R-1", asked_at=NOW, score=2))
    assert len(told_to_customer(done("/resolve", memo=asked))) == 1
    assert len(told_to_customer(done("/resolve", case=a_case()))) == 1
    assert len(told_to_customer(done("/return"))) == 1
    assert len(told_to_customer(done("/resolve", style=care(csat="off")))) == 1


def test_it_can_be_asked_later_and_whether_they_recommend_us_too() -> None:
    plan = done("/resolve", style=care(csat_minutes=30, nps_days=90, nps_hours=6))
    assert len(told_to_customer(plan)) == 1
    found = {alarm.kind: (alarm.at, alarm.about) for alarm in plan.alarms or ()}
    assert found == {
        AlarmKind.CSAT: (NOW + timedelta(minutes=30), "R-1"),
        AlarmKind.NPS: (NOW + timedelta(hours=6), "R-1"),
    }


def test_whether_they_recommend_us_is_asked_seldom_and_never_in_a_shared_conversation() -> None:
    style = care(nps_days=90)
    lately = Memo(nps_asked_at=NOW - timedelta(days=89))
    assert not done("/resolve", style=style, memo=lately).alarms
    long_ago = Memo(nps_asked_at=NOW - timedelta(days=91))
    assert done("/resolve", style=style, memo=long_ago).alarms
    assert not done("/resolve", style=style, case=a_case(ANA, is_shared=True)).alarms


def closed(**fields: object) -> Case:
    values = {"status": CaseStatus.RESOLVED, "closed_by": CaseEvent.RESOLVE} | fields
    return a_case(ANA, **values)


def test_whoever_takes_a_closed_case_up_again_has_it_and_the_customer_is_told() -> None:
    plan = done("/reopen", case=closed(follow_up_at=NOW), name="Ben", memo=Memo(language="es"))
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent) == (CaseStatus.CLAIMED, BEN)
    assert (plan.case.id, plan.case.reopened, plan.case.closed_by) == ("R-1", 1, None)
    assert plan.case.follow_up_at == NOW
    assert plan.owner is not None
    assert (plan.owner.kind, plan.owner.agent) == (OwnerKind.AGENT, BEN)
    assert told_to_customer(plan) == [say("after.reopened_customer", "es", agent="Ben")]
    [shown] = in_lane(plan, Lane.DESK)
    assert shown.marks is CaseStatus.CLAIMED
    assert shown.message.text == say("after.reopened_desk", "en", agent="Ben")


def test_what_was_kept_or_broken_before_says_nothing_once_it_is_open_again() -> None:
    case = done("/reopen", case=closed(replied_at=NOW, breached=(Promise.FIRST_REPLY,))).case
    assert case is not None
    assert (case.replied_at, case.breached) == (None, ())


def test_after_the_window_a_case_stays_closed() -> None:
    old = closed(changed_at=NOW - timedelta(hours=73))
    plan = done("/reopen", case=old)
    assert plan.case is None
    assert told_to_thread(plan) == [say("after.reopen_late_desk", "en", hours="72")]
    assert done("/reopen", case=old, style=care(reopen_hours=80)).case is not None


def test_an_open_case_and_one_that_goes_on_elsewhere_are_not_opened_again() -> None:
    assert told_to_thread(done("/reopen")) == [say("after.reopen_first_desk", "en")]
    merged = closed(closed_by=CaseEvent.MERGE)
    assert told_to_thread(done("/reopen", case=merged)) == [say("after.reopen_merged_desk", "en")]
