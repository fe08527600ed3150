"""What agents put off: snooze and followup."""

import pytest

from bot.texts import say
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.turns import Lane
from tests.handoff.kit import (
    ANA,
    a_case,
    a_closed_case,
    changes_nothing,
    in_lane,
    told_to_thread,
)
from tests.handoff.world import does, later, verbs


def test_a_snooze_is_told_back_in_words_of_the_team_s_clock() -> None:
    plan = does("/snooze tomorrow 9:00", a_case(ANA, team="support"))
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent) == (CaseStatus.SNOOZED, ANA)
    assert plan.case.snoozed_until == later(hours=20)
    assert "tomorrow at 9\\:00 CET" in told_to_thread(plan)[0]
    assert [item.marks for item in plan.deliveries] == [CaseStatus.SNOOZED]
    assert in_lane(plan, Lane.CUSTOMER) == []
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("snooze", later(hours=20).isoformat())


def test_spanish_words_and_a_reason_work_as_well() -> None:
    desk = verbs(language="es")
    plan = does("/posponer mañana 9:00 espera al almacén", a_case(ANA, team="support"), desk=desk)
    assert plan.case is not None
    assert plan.case.snoozed_until == later(hours=20)
    assert "mañana a las 9\\:00" in told_to_thread(plan)[0]
    assert [(line.speaker, line.text) for line in plan.history] == [
        (Speaker.NOTE, "espera al almacén")
    ]


def test_a_case_that_sleeps_may_sleep_longer() -> None:
    case = a_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=later(hours=1))
    plan = does("/snooze 3h", case)
    assert plan.case is not None
    assert (plan.case.status, plan.case.snoozed_until) == (CaseStatus.SNOOZED, later(hours=3))


@pytest.mark.parametrize(
    ("words", "case", "key"),
    [
        ("", a_case(ANA), "verbs.missing_words"),
        ("soon", a_case(ANA), "verbs.missing_words"),
        ("2026-11-01", a_case(ANA), "verbs.not_that_time"),
        ("100 weeks", a_case(ANA), "verbs.not_that_time"),
        ("2h", a_case(), "verbs.claim_first"),
    ],
)
def test_a_snooze_that_does_not_fit_says_why(words: str, case: Case, key: str) -> None:
    plan = does(f"/snooze {words}", case)
    assert changes_nothing(plan)
    assert plan.audit is None
    values = {
        "question": say("verbs.asks_snooze", "en"),
        "usage": "",
        "verb": "snooze",
        "prefix": "/",
        "when": "",
    }
    assert told_to_thread(plan)[0][:12] == say(key, "en", **values)[:12]


def test_nobody_puts_a_colleague_s_case_to_sleep() -> None:
    assert changes_nothing(does("/snooze 2h", a_case(ANA), name="Ben"))


@pytest.mark.parametrize("case", [a_case(ANA), a_closed_case(), a_case()])
def test_a_follow_up_is_noted_also_once_the_case_is_closed(case: Case) -> None:
    plan = does("/followup 3 days did the parcel arrive?", case)
    assert plan.case is not None
    assert plan.case.follow_up_at == later(days=3)
    assert plan.case.follow_up_about == "did the parcel arrive?"
    assert plan.case.status is case.status
    assert [line.speaker for line in plan.history] == [Speaker.NOTE]
    assert plan.audit is not None
    assert plan.audit.detail == later(days=3).isoformat()
    assert "parcel" not in plan.audit.detail


def test_a_follow_up_can_be_called_off() -> None:
    case = a_case(ANA, follow_up_at=later(hours=1), follow_up_about="x")
    plan = does("/followup off", case)
    assert plan.case is not None
    assert (plan.case.follow_up_at, plan.case.follow_up_about) == (None, "")
