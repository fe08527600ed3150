"""The life of a case: every status with every event."""

import itertools

import pytest

from bot.vocabulary.cases import TRANSITIONS, CaseEvent, CaseStatus, next_status
from bot.vocabulary.errors import InvalidTransitionError

ALLOWED = {
    (CaseStatus.QUEUED, CaseEvent.CLAIM),
    (CaseStatus.QUEUED, CaseEvent.RESOLVE),
    (CaseStatus.QUEUED, CaseEvent.RETURN),
    (CaseStatus.QUEUED, CaseEvent.CANCEL),
    (CaseStatus.CLAIMED, CaseEvent.RELEASE),
    (CaseStatus.CLAIMED, CaseEvent.RESOLVE),
    (CaseStatus.CLAIMED, CaseEvent.RETURN),
    (CaseStatus.CLAIMED, CaseEvent.CANCEL),
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(CaseStatus, CaseEvent)))
def test_every_step(status: CaseStatus, event: CaseEvent) -> None:
    if (status, event) in ALLOWED:
        assert next_status(status, event) is TRANSITIONS[status, event]
    else:
        with pytest.raises(InvalidTransitionError, match=str(event)):
            next_status(status, event)


def test_a_resolved_case_takes_no_step_and_every_other_can_end() -> None:
    assert not [step for step in TRANSITIONS if step[0] is CaseStatus.RESOLVED]
    for status in (CaseStatus.QUEUED, CaseStatus.CLAIMED):
        assert next_status(status, CaseEvent.RESOLVE) is CaseStatus.RESOLVED
