"""What the clock does in a storm: tells the desk who waits, and has their threads opened in order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.receipts import silent
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Plan
from handoff.routing.office import Office
from handoff.saying.style import DeskStyle
from handoff.storm.control import OpenThread, StormPace, opened, waiting
from handoff.storm.digest import digest


class Drain:
    """Lets a storm drain: the desk's channel has the alarm of the digest, each case one of its own."""

    def __init__(
        self,
        style: DeskStyle,
        office: Office,
        pace: StormPace,
        *,
        view: Callable[[], BoardView],
        opens: OpenThread,
    ) -> None:
        self._style = style
        self._office = office
        self._pace = pace
        self._view = view
        self._opens = opens

    @property
    def duties(self) -> Mapping[AlarmKind, Callable[[AlarmTurn], Plan]]:
        """What its alarms want done where they ring."""
        return {AlarmKind.DIGEST: self.tell, AlarmKind.OPEN: self.open}

    def tell(self, turn: AlarmTurn) -> Plan:
        """Tell the desk's channel who waits, and ring for those whose turn it is."""
        cases = self._office.in_order(waiting(self._view()), turn.at)
        if not cases:
            return silent(turn, "nobody waits for a thread any more")
        words = digest(cases, turn.at, self._style.language, prefix=self._style.prefix)
        now, most = turn.at, self._pace.threads_a_digest
        between = timedelta(seconds=self._pace.digest_seconds / max(1, most))
        bells = (
            Bell(
                conversation=case.conversation,
                alarm=Alarm(kind=AlarmKind.OPEN, at=now + place * between),
            )
            for place, case in enumerate(cases[:most])
        )
        again = Alarm(kind=AlarmKind.DIGEST, at=self._pace.next_digest(now))
        return replace(
            silent(turn, f"{len(cases)} cases wait for their threads"),
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=words),),
            alarms=(*_others(turn), again),
            bells=tuple(bells),
        )

    def open(self, turn: AlarmTurn) -> Plan:
        """Open the thread of a case whose turn has come."""
        case = turn.conversation.case
        if case is None or not case.deferred or case.status is not CaseStatus.QUEUED:
            return silent(turn, "its thread is open already, or nobody waits")
        plan = silent(turn, "the thread's turn has come")
        return opened(plan, case, turn.conversation, turn.at, self._opens)


def _others(turn: AlarmTurn) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in turn.conversation.alarms if alarm.kind is not AlarmKind.DIGEST)
