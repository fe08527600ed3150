"""What the desk does when an alarm rings in a conversation."""

from collections.abc import Callable

from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AlarmTurn, Outcome, Plan
from handoff.saying.style import DeskStyle


class DeskClock:
    """Turns an alarm into the plan of what it changes."""

    def __init__(self, style: DeskStyle) -> None:
        self._style = style
        self._duties: dict[AlarmKind, Callable[[AlarmTurn], Plan]] = {}

    def ring(self, turn: AlarmTurn) -> Plan:
        """Do what an alarm is for; one that is about nothing any more changes nothing."""
        duty = self._duties.get(turn.alarm.kind)
        return duty(turn) if duty else _silent(turn, "nothing is left to do")


def _silent(turn: AlarmTurn, reason: str) -> Plan:
    language = turn.conversation.memo.language or "en"
    receipt = receipt_of(
        turn,
        outcome=Outcome.NOTED,
        language=language,
        question="",
        reasons=(f"alarm {turn.alarm.kind}", reason),
    )
    return Plan(outcome=Outcome.NOTED, receipt=receipt)
