"""Cases that belong together: merge and link, on both sides."""

from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Owner, Speaker
from bot.vocabulary.turns import Lane
from tests.handoff.kit import ANA, BEN, NOW, a_case, changes_nothing, in_lane, told_to_thread
from tests.handoff.world import another_case, does, rings, verbs

OTHER = another_case(2, BEN)
HERE = a_case(ANA, customer_id="carla")
SAID = HistoryLine(
    speaker=Speaker.CUSTOMER, name="Carla", text="it broke, see http://evil.example", at=NOW
)


@pytest.mark.parametrize("words", ["R-2", "r-2", "2", "#2", "R-2 the same pan"])
def test_a_merged_case_ends_and_the_other_one_learns_of_it(words: str) -> None:
    plan = does(f"/merge {words}", HERE, SAID, desk=verbs(OTHER))
    assert plan.case is not None
    assert (plan.case.status, plan.case.closed_by) == (CaseStatus.RESOLVED, CaseEvent.MERGE)
    assert plan.case.links == ("R-2",)
    assert plan.owner == Owner()
    here, there = in_lane(plan, Lane.DESK)
    assert (here.place, here.marks) == (None, CaseStatus.RESOLVED)
    assert (there.place, there.marks) == (OTHER.thread, None)
    assert "it broke" in there.message.text
    assert "http:" not in there.message.text
    [bell] = plan.bells
    assert bell.conversation == OTHER.conversation
    assert (bell.alarm.kind, bell.alarm.about) == (AlarmKind.LINK, "R-1")
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("merge", "R-2")


def test_a_customer_is_sent_to_their_own_other_conversation_alone() -> None:
    own = replace(OTHER, customer_id="carla")
    for other, key in ((own, "merged_own"), (OTHER, "merged_other")):
        plan = does("/merge R-2", HERE, desk=verbs(other))
        [told] = in_lane(plan, Lane.CUSTOMER)
        assert told.message.text == say(f"verbs.{key}_customer", "en", agent="Ana")


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("/merge R-9", HERE),
        ("/merge R-1", HERE),
        ("/merge", HERE),
        ("/link R-9", HERE),
        ("/link R-1", HERE),
        ("/merge R-2", a_case(BEN)),
    ],
)
def test_what_is_no_other_open_case_changes_nothing(text: str, case: Case) -> None:
    plan = does(text, case, desk=verbs(OTHER))
    assert changes_nothing(plan)
    assert (plan.bells, plan.audit) == ((), None)
    assert len(told_to_thread(plan)) == 1


def test_linked_cases_know_each_other() -> None:
    plan = does("/link R-2", replace(HERE, links=("R-0",)), desk=verbs(OTHER))
    assert plan.case is not None
    assert (plan.case.links, plan.case.status) == (("R-0", "R-2"), CaseStatus.CLAIMED)
    assert [item.place for item in in_lane(plan, Lane.DESK)] == [None, OTHER.thread]
    assert in_lane(plan, Lane.CUSTOMER) == []
    rung = rings(plan.bells[0].alarm, OTHER)
    assert rung.case is not None
    assert rung.case.links == ("R-1",)
    assert rings(plan.bells[0].alarm, rung.case).case is None


def test_a_case_whose_thread_is_not_open_yet_is_linked_without_a_note() -> None:
    plan = does("/link R-2", HERE, desk=verbs(replace(OTHER, thread=None)))
    assert len(in_lane(plan, Lane.DESK)) == 1
    assert len(plan.bells) == 1
