"""What the desk reads when a platform refuses a message for good: silence would look like delivery."""

from dataclasses import replace

from bot.texts import shortened
from bot.vocabulary.cases import Case
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.saying.plans import to_desk

WORDS_LENGTH = 120
"""Characters of refused words by which an agent recognises them."""


def with_refusals(plan: Plan, case: Case | None, language: str) -> Plan:
    """Let each message of a plan that touches a case say what the thread reads if it is refused."""
    case = plan.case or (case if case is not None and case.is_open else None)
    if case is None:
        return plan
    deliveries = tuple(
        replace(delivery, if_refused=_told(delivery, case, language))
        for delivery in plan.deliveries
    )
    return replace(plan, deliveries=deliveries)


def _told(delivery: Delivery, case: Case, language: str) -> OutgoingMessage | None:
    """Find the words; a relay brings its own, what Relevo itself says in the thread needs none."""
    if delivery.opens_thread is not None:
        key, values = "opening_undelivered_desk", {"customer": case.customer}
    elif delivery.lane is Lane.DESK:
        return delivery.if_refused
    elif delivery.change is not None:
        key, values = "change_undelivered_desk", {}
    else:
        key = "undelivered_desk"
        values = {"words": shortened(delivery.message.text, WORDS_LENGTH)}
    return to_desk(key, language, case=case.id, **values).message
