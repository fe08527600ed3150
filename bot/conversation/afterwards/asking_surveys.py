"""Surveys that are asked later, by an alarm; and the end of the wait for a word."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.afterwards.surveys import SurveyRules
from bot.texts.surveys import csat_question, nps_question
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, Memo, OwnerKind, Speaker
from bot.vocabulary.folding import bot_line
from bot.vocabulary.receipts import silent
from bot.vocabulary.surveys import Survey, SurveyKind
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Plan

KINDS = frozenset({AlarmKind.CSAT, AlarmKind.NPS, AlarmKind.LAPSE})
"""Alarms that are about surveys."""

TALK_MINUTES = 10
"""Whoever wrote so lately is in the middle of something, and is asked later."""

LATER_MINUTES = 30


class SurveyClock:
    """What is done when an alarm about a survey rings."""

    def __init__(self, rules: SurveyRules | None = None) -> None:
        self._rules = rules or SurveyRules()

    def ring(self, turn: AlarmTurn) -> Plan:
        """Ask, unless it would be out of place by now; or end the wait for a word."""
        if turn.alarm.kind is AlarmKind.LAPSE:
            return _lapsed(turn)
        case, memo = _case_of(turn), turn.conversation.memo
        if case is None or not self._is_wanted(turn, case):
            return silent(turn, "not asked: out of place by now")
        if _is_talking(turn.conversation, turn.at):
            later = replace(turn.alarm, at=turn.at + timedelta(minutes=LATER_MINUTES))
            others = (item for item in turn.conversation.alarms if item != turn.alarm)
            return replace(silent(turn, "asked later: they are talking"), alarms=(*others, later))
        language = memo.language or case.language
        if turn.alarm.kind is AlarmKind.NPS:
            question, kind = nps_question(case.id, language), SurveyKind.NPS
            memo = replace(memo, nps_asked_at=turn.at)
        else:
            question = csat_question(case.id, language, self._rules.form)
            kind = SurveyKind.CSAT
        return replace(
            silent(turn, f"{kind} asked"),
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=question),),
            history=(bot_line(question),),
            memo=replace(memo, survey=Survey(kind=kind, case=case.id, asked_at=turn.at)),
        )

    def _is_wanted(self, turn: AlarmTurn, case: Case) -> bool:
        """Whether it may be asked at all: never while people have the case or are asked for one."""
        conversation, memo = turn.conversation, turn.conversation.memo
        last = conversation.case
        is_open = conversation.owner.kind is not OwnerKind.BOT or (
            last is not None and last.is_open
        )
        if is_open:
            return False
        if turn.alarm.kind is AlarmKind.CSAT:
            is_asked = memo.survey is not None and memo.survey.case == case.id
            return self._rules.form != "off" and not is_asked
        return not case.is_shared and self._is_due(memo, turn.at)

    def _is_due(self, memo: Memo, now: datetime) -> bool:
        days, last = self._rules.nps_days, memo.nps_asked_at
        return days > 0 and (last is None or now - last >= timedelta(days=days))


def _case_of(turn: AlarmTurn) -> Case | None:
    cases = (turn.conversation.case, *turn.conversation.past)
    return next((case for case in cases if case is not None and case.id == turn.alarm.about), None)


def _is_talking(conversation: Conversation, now: datetime) -> bool:
    spoken = [line.at for line in conversation.history if line.speaker is Speaker.CUSTOMER]
    return bool(spoken) and now - spoken[-1] < timedelta(minutes=TALK_MINUTES)


def _lapsed(turn: AlarmTurn) -> Plan:
    memo = turn.conversation.memo
    survey = memo.survey
    if survey is None or survey.until is None or survey.until > turn.at:
        return silent(turn, "nothing is awaited")
    closed = replace(memo, survey=replace(survey, until=None))
    return replace(silent(turn, "no word came"), memo=closed)
