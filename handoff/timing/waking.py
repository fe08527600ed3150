"""A case that sleeps while its customer writes: it wakes at once."""

from collections.abc import Sequence
from dataclasses import replace

from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.turns import Delivery
from handoff.routing.teams import pinged
from handoff.saying.plans import CLAIMED_BUTTONS, changed, to_desk
from handoff.saying.style import DeskStyle


def woken_by_customer(
    case: Case | None, messages: Sequence[IncomingMessage], style: DeskStyle
) -> tuple[Case | None, tuple[Delivery, ...]]:
    """Return a case as it wakes, and what its thread reads; nothing for one that does not sleep."""
    has_written = any(message.kind is MessageKind.NEW for message in messages)
    if case is None or case.status is not CaseStatus.SNOOZED or not has_written:
        return None, ()
    woken = replace(changed(case, CaseEvent.WAKE, case.agent), snoozed_until=None)
    told = to_desk(
        "timing.woken_by_customer_desk",
        style.language,
        *CLAIMED_BUTTONS,
        prefix=style.prefix,
        agent=case.agent.name if case.agent else "",
    )
    ids = pinged(case.agent, case.thread) if case.agent else ()
    message = replace(told.message, notifies=ids)
    return woken, (replace(told, message=message, marks=CaseStatus.CLAIMED),)
