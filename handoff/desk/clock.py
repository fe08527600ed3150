"""What the desk does when an alarm rings in a conversation."""

from collections.abc import Callable, Mapping

from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.board import BoardView
from bot.vocabulary.receipts import silent
from bot.vocabulary.turns import AlarmTurn, Plan
from handoff.routing.office import Office
from handoff.saying.style import DeskStyle
from handoff.timing import offers, reminders, unclaimed
from handoff.timing.duty import Duty

_DUTIES: Mapping[AlarmKind, Callable[[Duty], Plan]] = {
    AlarmKind.OFFER: offers.offer_over,
    AlarmKind.AGENT_LEFT: offers.agent_left,
    AlarmKind.UNCLAIMED: unclaimed.unclaimed,
    AlarmKind.IDLE: reminders.idle,
    AlarmKind.PROMISE: reminders.promise,
    AlarmKind.SNOOZE: reminders.snooze,
    AlarmKind.FOLLOW_UP: reminders.follow_up,
}


class DeskClock:
    """Turns an alarm about a case into the plan of what it changes.

    ``others`` are duties that other rooms of the desk see to themselves.
    """

    def __init__(
        self,
        style: DeskStyle,
        office: Office,
        others: Mapping[AlarmKind, Callable[[AlarmTurn], Plan]],
    ) -> None:
        self._style = style
        self._office = office
        self._others = others

    def ring(self, turn: AlarmTurn, view: BoardView) -> Plan:
        """Do what an alarm is for; one that is about nothing any more changes nothing."""
        kind, case = turn.alarm.kind, turn.conversation.case
        if kind in self._others:
            return self._others[kind](turn)
        duty = _DUTIES.get(kind)
        if duty is None or case is None:
            return silent(turn, "nothing is left to do")
        return duty(Duty(turn=turn, case=case, style=self._style, office=self._office, view=view))
