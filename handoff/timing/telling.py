"""What customers are told about a wait, in their language: the truth, and nothing where it is unknown."""

from dataclasses import replace
from datetime import datetime

from bot.texts import say
from bot.vocabulary.cases import Case, Priority
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.turns import Lane, Plan
from handoff.routing.hours import Hours
from handoff.routing.queue import Expectation
from handoff.saying.dates import in_words

A_LOT = 90
"""Minutes from which on a wait is told in hours."""

HOUR = 60
STEP = 5
"""Minutes above twice as many are told in such steps: nobody knows it better."""


def wait_in_words(
    case: Case, expectation: Expectation, hours: Hours, now: datetime, language: str
) -> str:
    """Say when somebody is there, else the place in the queue; in an emergency no place is named."""
    if expectation.opens_at is not None:
        return say(
            "timing.closed", language, when=opening(hours, expectation.opens_at, now, language)
        )
    if expectation.never_opens or expectation.nobody_there:
        return say("timing.nobody", language)
    if case.priority is Priority.URGENT or expectation.position is None:
        return ""
    return _place(expectation.position, expectation.minutes, language)


def opening(hours: Hours, opens_at: datetime, now: datetime, language: str) -> str:
    """Say when a team opens, with the place by whose clocks that is."""
    return in_words(opens_at, now, hours.zone, language, place=f"({hours.zone.key})")


def _place(position: int, minutes: float | None, language: str) -> str:
    key = "timing.next" if position == 1 else "timing.position"
    place = say(key, language, position=position)
    return f"{place} {_usual(minutes, language)}" if minutes is not None else place


def _usual(minutes: float, language: str) -> str:
    if minutes >= A_LOT:
        return say("timing.usual_hours", language, hours=round(minutes / HOUR) or 1)
    whole = round(minutes)
    if whole <= 1:
        return say("timing.usual_minute", language)
    whole = whole if whole <= 2 * STEP else STEP * round(whole / STEP)
    return say("timing.usual_minutes", language, minutes=whole)


def with_words(plan: Plan, words: str) -> Plan:
    """Add words to the first thing that a plan tells the customer, and to its line in the history."""
    told = next((item for item in plan.deliveries if item.lane is Lane.CUSTOMER), None)
    if told is None or not words:
        return plan
    before = told.message.text
    text = f"{before}\n\n{words}"
    return replace(
        plan,
        deliveries=tuple(
            replace(item, message=replace(item.message, text=text)) if item is told else item
            for item in plan.deliveries
        ),
        history=tuple(
            replace(line, text=text)
            if line.speaker is Speaker.BOT and line.text == before
            else line
            for line in plan.history
        ),
    )
