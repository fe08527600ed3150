"""Whose a case is: claim, release, assign, transfer."""

from dataclasses import replace

import pytest

from bot.texts import LANGUAGES, say
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind, Speaker
from bot.vocabulary.turns import Lane, Plan
from tests.handoff.kit import ANA, BEN, NOW, a_case, changes_nothing, in_lane, told_to_thread
from tests.handoff.world import CLEO, DORA, another_case, does, later, verbs


def a_support_case(agent: object = None, **fields: object) -> Case:
    return a_case(agent, **({"team": "support"} | fields))  # type: ignore[arg-type]


def pinged(plan: Plan) -> list[str]:
    return [one for item in in_lane(plan, Lane.DESK) for one in item.message.notifies]


def audited(plan: Plan) -> tuple[str, str, str] | None:
    return plan.audit and (plan.audit.actor, plan.audit.action, plan.audit.detail)


def test_a_claim_is_noted_and_told_once() -> None:
    plan = does("/claim", a_support_case(offered_to=ANA, offered_at=NOW))
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent) == (CaseStatus.CLAIMED, ANA)
    assert (plan.case.offered_to, plan.case.offered_at) == (None, None)
    assert len(in_lane(plan, Lane.CUSTOMER)) == 1
    assert audited(plan) == ("Ana", "claim", "")


def test_only_its_team_takes_a_case_and_a_lead_of_all() -> None:
    plan = does("/claim", a_support_case(), name="Cleo")
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("verbs.not_of_team", "en", team="support")]
    assert does("a note", a_support_case(), name="Cleo").history[0].speaker is Speaker.NOTE
    assert does("/claim", a_support_case(team=None), name="Dora").case is not None


def test_who_was_given_a_case_works_on_it_whatever_their_team() -> None:
    assert does("/reply hello", a_support_case(CLEO), name="Cleo").deliveries


def test_a_released_case_is_offered_to_somebody_else() -> None:
    plan = does("/release", a_support_case(ANA))
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent) == (CaseStatus.QUEUED, None)
    assert plan.case.passed_by == (ANA.id,)
    assert plan.case.offered_to in {BEN, DORA}
    assert pinged(plan) == [plan.case.offered_to.id.rpartition(":")[2]]
    assert plan.owner == Owner(kind=OwnerKind.QUEUE)
    assert audited(plan) == ("Ana", "release", "Ana")


def test_a_colleague_of_the_team_may_release_for_who_is_gone() -> None:
    plan = does("/release", a_support_case(ANA), name="Ben")
    assert plan.case is not None
    assert plan.case.agent is None
    assert audited(plan) == ("Ben", "release", "Ana")
    assert changes_nothing(does("/release", a_support_case(ANA), name="Cleo"))


@pytest.mark.parametrize("words", ["@Ben", "Ben", "ben", "<@ben>", "@Ben please, she knows you"])
def test_a_case_is_given_to_a_colleague_who_is_called(words: str) -> None:
    plan = does(f"/assign {words}", a_support_case(ANA))
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent) == (CaseStatus.CLAIMED, BEN)
    assert plan.owner == Owner(kind=OwnerKind.AGENT, agent=BEN)
    assert pinged(plan) == ["ben"]
    [told] = in_lane(plan, Lane.CUSTOMER)
    assert told.message.text == say("handoff.claimed_customer", "en", agent="Ben")
    assert audited(plan) == ("Ana", "assign", BEN.id)


@pytest.mark.parametrize("name", ["Dora", "Ana"])
def test_a_holder_and_a_lead_may_give_it_away_and_anybody_a_case_that_waits(name: str) -> None:
    assert does("/assign Ben", a_support_case(ANA), name=name).case is not None
    assert does("/assign Ben", a_support_case(), name=name).case is not None


@pytest.mark.parametrize("verb", ["assign Dora", "transfer billing x", "resolve", "return"])
def test_nobody_else_disposes_of_a_case_that_somebody_has(verb: str) -> None:
    plan = does(f"/{verb}", a_support_case(ANA), name="Ben")
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [
        say("handoff.already_claimed_desk", "en", agent="Ana", prefix="/")
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Nobody", say("verbs.nobody_known", "en", words="Nobody", prefix="/")),
        ("Ana", say("verbs.has_it_already", "en", to="Ana")),
        ("me", say("verbs.has_it_already", "en", to="Ana")),
        ("Cleo", say("verbs.cannot_be_given", "en", to="Cleo")),
        ("", say("verbs.asks_assign", "en") + " `/assign` \\@name"),
    ],
)
def test_an_assignment_that_does_not_fit_says_why(words: str, told: str) -> None:
    plan = does(f"/assign {words}", a_support_case(ANA))
    assert changes_nothing(plan)
    assert plan.audit is None
    assert told_to_thread(plan) == [told]


@pytest.mark.parametrize("verb", ["assign Ben", "transfer billing x", "resolve", "return"])
def test_a_lead_may_dispose_of_what_a_colleague_has(verb: str) -> None:
    plan = does(f"/{verb}", a_support_case(ANA), name="Dora")
    assert plan.case is not None
    assert plan.audit is not None
    assert plan.audit.actor == "Dora"


def test_nobody_of_another_team_takes_a_closed_case_up_again() -> None:
    closed = a_support_case(ANA, status=CaseStatus.RESOLVED, changed_at=NOW)
    assert changes_nothing(does("/reopen", closed, name="Cleo"))
    assert does("/reopen", closed, name="Ben").case is not None
    for verb in ("case", "transcript", "help", "who"):
        assert "not in it" not in told_to_thread(does(f"/{verb}", closed, name="Cleo"))[0]


def test_of_two_with_the_same_name_nobody_is_guessed() -> None:
    twin = replace(BEN, id=BEN.id.replace("ben", "ben2"))
    desk = verbs(another_case(2, twin))
    plan = does("/assign Ben", a_support_case(ANA), desk=desk)
    assert changes_nothing(plan)
    assert "ben2" in told_to_thread(plan)[0]


def test_a_transfer_goes_to_the_other_team_with_its_reason() -> None:
    case = a_support_case(ANA, passed_by=("x",), offers=3)
    plan = does("/transfer billing wants the money back", case)
    assert plan.case is not None
    assert (plan.case.status, plan.case.agent, plan.case.team) == (
        CaseStatus.QUEUED,
        None,
        "billing",
    )
    assert (plan.case.offered_to, plan.case.offers, plan.case.passed_by) == (CLEO, 1, ())
    assert plan.case.due == {promise: later(minutes=60) for promise in plan.case.due}
    assert plan.case.due
    assert pinged(plan) == ["cleo"]
    [told] = in_lane(plan, Lane.CUSTOMER)
    assert "billing" in told.message.text
    assert "money back" not in told.message.text
    assert any("wants the money back" in text for text in told_to_thread(plan))
    notes = [line.text for line in plan.history if line.speaker is Speaker.NOTE]
    assert notes == ["wants the money back"]
    assert audited(plan) == ("Ana", "transfer", "billing")


def test_a_transfer_to_a_colleague_is_an_assignment_with_a_reason() -> None:
    plan = does("/transfer @Ben knows the customer", a_support_case(ANA))
    assert plan.case is not None
    assert plan.case.agent == BEN
    assert pinged(plan) == ["ben"]
    assert "knows the customer" in told_to_thread(plan)[0]
    assert "knows" not in in_lane(plan, Lane.CUSTOMER)[0].message.text


@pytest.mark.parametrize("words", ["billing", "@Ben", "", "support because", "nowhere because"])
def test_a_transfer_without_team_or_reason_changes_nothing(words: str) -> None:
    plan = does(f"/transfer {words}", a_support_case(ANA))
    assert changes_nothing(plan)
    assert len(told_to_thread(plan)) == 1


def test_an_agent_of_the_settings_gets_the_id_by_which_they_act() -> None:
    short = replace(BEN, id=f"{BEN.id.split(':')[0]}:ben")
    desk = verbs(another_case(2, short))
    plan = does("/assign Ben", a_support_case(ANA), desk=desk)
    assert plan.case is not None
    assert plan.case.agent is not None
    assert plan.case.agent.id == BEN.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sleeping_case_wakes_when_its_agent_goes_on(language: str) -> None:
    case = a_support_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=later(hours=1))
    plan = does("/claim", case, desk=verbs(language=language))
    assert plan.case is not None
    assert (plan.case.status, plan.case.snoozed_until) == (CaseStatus.CLAIMED, None)
    assert in_lane(plan, Lane.CUSTOMER) == []
    assert changes_nothing(does("/claim", case, name="Ben"))
