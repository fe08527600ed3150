"""The life of a case: every status with every event."""

import itertools

import pytest

from bot.vocabulary.cases import CLOSED, TRANSITIONS, CaseEvent, CaseStatus, next_status
from bot.vocabulary.errors import InvalidTransitionError

ENDS = ("resolve", "return", "cancel", "merge")
ALLOWED = {
    (CaseStatus(status), CaseEvent(event))
    for status, events in {
        "queued": ("claim", "assign", "transfer", "expire", *ENDS),
        "claimed": ("assign", "release", "transfer", "reoffer", "snooze", *ENDS),
        "snoozed": ("claim", "assign", "release", "transfer", "reoffer", "wake", *ENDS),
        "resolved": ("reopen",),
        "expired": ("reopen",),
    }.items()
    for event in events
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(CaseStatus, CaseEvent)))
def test_every_step(status: CaseStatus, event: CaseEvent) -> None:
    if (status, event) in ALLOWED:
        assert next_status(status, event) is TRANSITIONS[status, event]
    else:
        with pytest.raises(InvalidTransitionError, match=str(event)):
            next_status(status, event)


def test_a_closed_case_can_only_be_opened_again_and_every_open_one_can_end() -> None:
    for status in CLOSED:
        assert [event for before, event in TRANSITIONS if before is status] == [CaseEvent.REOPEN]
    for status in set(CaseStatus) - CLOSED:
        assert next_status(status, CaseEvent.RESOLVE) is CaseStatus.RESOLVED
