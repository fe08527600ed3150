"""What comes after a case: how long it can be opened again, and what the customer is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.texts.surveys import csat_question
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseReason
from bot.vocabulary.conversations import Memo
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.surveys import CsatForm, Survey, SurveyKind

NOT_ASKED = frozenset({CaseReason.SELF_HARM, CaseReason.DANGER, CaseReason.THREAT})
"""After these nobody is asked how they were served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftercare:
    """``reopen_hours`` is how long after its end a case goes on when the same matter comes back.

    ``csat`` is asked ``csat_minutes`` after a case was resolved, 0 for with the news of it. ``nps_days``
    is the least time between two questions whether somebody recommends us (0: never asked), which come
    ``nps_hours`` after a case was resolved.
    """

    reopen_hours: float = 72.0
    csat: CsatForm = "scale"
    csat_minutes: float = 0.0
    nps_days: int = 0
    nps_hours: float = 4.0

    def may_reopen(self, case: Case, now: datetime) -> bool:
        """Whether a closed case can still be opened again."""
        return now - case.changed_at <= timedelta(hours=self.reopen_hours)

    def asks_csat(self, case: Case, memo: Memo) -> bool:
        """Whether the customer is asked how it went: once a case, and only if somebody had it."""
        is_asked = memo.survey is not None and memo.survey.case == case.id
        is_off = self.csat == "off" or case.reason in NOT_ASKED
        return case.agent is not None and not is_asked and not is_off

    def question(self, case: Case, memo: Memo, language: str) -> OutgoingMessage | None:
        """Return what is asked together with the news that a case is resolved."""
        if self.csat_minutes or not self.asks_csat(case, memo):
            return None
        return csat_question(case.id, language, self.csat)

    def asked(self, case: Case, now: datetime) -> Survey:
        """Note that the customer was asked how it went."""
        return Survey(kind=SurveyKind.CSAT, case=case.id, asked_at=now)

    def alarms(self, case: Case, memo: Memo, now: datetime) -> tuple[Alarm, ...]:
        """Return the alarms by which the customer is asked later."""
        later: list[Alarm] = []
        if self.csat_minutes and self.asks_csat(case, memo):
            at = now + timedelta(minutes=self.csat_minutes)
            later.append(Alarm(kind=AlarmKind.CSAT, at=at, about=case.id))
        at = now + timedelta(hours=self.nps_hours)
        if self._asks_nps(case, memo, at):
            later.append(Alarm(kind=AlarmKind.NPS, at=at, about=case.id))
        return tuple(later)

    def _asks_nps(self, case: Case, memo: Memo, at: datetime) -> bool:
        if not self.nps_days or case.is_shared or case.reason in NOT_ASKED:
            return False
        last = memo.nps_asked_at
        return last is None or at - last >= timedelta(days=self.nps_days)
