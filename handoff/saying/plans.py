"""Small builders for plans of the desk."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.texts import say
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus, next_status
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Delivery, Lane
from handoff.gestures import CASE_ACTION

QUEUED_BUTTONS = ("claim", "reply", "resolve", "return", "transfer", "help")
CLAIMED_BUTTONS = ("reply", "resolve", "return", "snooze", "transfer", "release", "help")

ASKING = {"reply", "snooze", "transfer"}
"""Buttons that ask for words first where the platform has forms; ``verbs.asks_<verb>`` is what for."""


def case_buttons(language: str, *actions: str) -> tuple[Button, ...]:
    """Return the buttons of a case's card, such as ``claim``, ``reply`` or ``undo:<origin>``."""
    return tuple(
        Button(
            action=f"{CASE_ACTION}{action}",
            label=say(f"handoff.button_{action.partition(':')[0]}", language),
            asks=action in ASKING,
        )
        for action in actions
    )


def to_desk(
    key: str, language: str, *actions: str, prefix: str = "/", **values: object
) -> Delivery:
    """Build a message of the catalogue for the case's thread; values are shown literally, no link lives.

    A ``key`` without a room is one of ``handoff``. ``prefix`` is what stands before a verb there;
    sentences name verbs as code, so it is not escaped.
    """
    escaped = {name: literal(defanged(str(value))) for name, value in values.items()}
    text = say(_named(key), language, prefix=prefix, **escaped)
    message = OutgoingMessage(text=text, buttons=case_buttons(language, *actions))
    return Delivery(lane=Lane.DESK, message=message)


def to_customer(key: str, language: str, *, with_bot: bool = False, **values: object) -> Delivery:
    """Build a message of the catalogue for the customer.

    ``with_bot`` adds the way back to the bot; without it the way to a person is shown.
    """
    escaped = {name: literal(str(value)) for name, value in values.items()}
    action = "bot" if with_bot else "human"
    button = Button(action=action, label=say(f"conversation.button_{action}", language))
    message = OutgoingMessage(text=say(_named(key), language, **escaped), buttons=(button,))
    return Delivery(lane=Lane.CUSTOMER, message=message)


def changed(case: Case, event: CaseEvent, agent: Agent | None = None) -> Case:
    """Return the case as it stands after an event.

    Raises:
        InvalidTransitionError: The case's status does not allow the event.
    """
    status = next_status(case.status, event)
    ended = status is CaseStatus.RESOLVED
    return replace(
        case,
        status=status,
        agent=agent,
        closed_by=event if ended else None,
        changed_at=datetime.now(UTC),
    )


def marker(key: str, language: str, **values: object) -> HistoryLine:
    """Build the line of the history that marks a change of hands."""
    text = say(_named(key), language, **values)
    return HistoryLine(speaker=Speaker.MARKER, name="relevo", text=text, at=datetime.now(UTC))


def opening_marker(case: Case, language: str, *, why: str) -> HistoryLine:
    """Build the line with which a case begins, and which is known by the same time."""
    return replace(marker("marker_handed_over", language, why=why), at=case.opened_at)


def returned_marker(language: str, event: CaseEvent) -> HistoryLine:
    """Build the line that marks the end of the human stretch."""
    return marker("marker_returned", language, how=say(f"handoff.how_{event}", language))


def _named(key: str) -> str:
    return key if "." in key else f"handoff.{key}"
