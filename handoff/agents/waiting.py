"""What comes later: a case that sleeps until a time, and a reminder of one."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.texts import shortened
from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import HistoryLine
from bot.vocabulary.turns import Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.taking import note_line
from handoff.agents.times import read_when
from handoff.agents.workplace import Workplace
from handoff.gestures import Act, bare
from handoff.saying.plans import changed

LONGEST = timedelta(days=366)
"""How far ahead something can be put off."""

SNOOZED_BUTTONS = ("reply", "resolve", "help")
ABOUT_LENGTH = 300
"""Characters of what an agent is reminded of; all of it stays in the history."""

NEVER = {"off", "no", "never", "nunca", "cancelar"}


class Waiting:
    """Plans for what an agent puts off. The times are fields of the case; its alarms follow from them."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        snooze = Verb(
            name="snooze",
            does=self.snoozed,
            aliases=("sleep", "posponer", "dormir"),
            by_holder=True,
            needs_words=True,
        )
        followup = Verb(
            name="followup",
            does=self.followed_up,
            aliases=("remind", "recordar", "seguimiento"),
            scope=Scope.CASE,
            for_all=True,
            needs_words=True,
        )
        return snooze, followup

    def snoozed(self, act: Act) -> Plan:
        """Let the case sleep with its agent."""
        if act.case.agent is None:
            return self._voice.say(act, "verbs.claim_first")
        found = self._time(act)
        if isinstance(found, Plan):
            return found
        at, words = found
        asleep = act.case.status is CaseStatus.SNOOZED
        case = act.case if asleep else changed(act.case, CaseEvent.SNOOZE, act.case.agent)
        plan = self._voice.done(
            act,
            "verbs.snoozed",
            *SNOOZED_BUTTONS,
            case=replace(case, snoozed_until=at),
            marks=CaseStatus.SNOOZED,
            detail=at.isoformat(),
            when=self._place.when(at, act),
        )
        return replace(plan, history=_kept(act, words))

    def followed_up(self, act: Act) -> Plan:
        """Note when the agent wants to be reminded of the case, closed or not."""
        if bare(act.gesture.text) in NEVER:
            case = replace(act.case, follow_up_at=None, follow_up_about="")
            return self._voice.done(act, "verbs.no_follow_up", case=case, detail="off")
        found = self._time(act)
        if isinstance(found, Plan):
            return found
        at, words = found
        plan = self._voice.done(
            act,
            "verbs.follow_up",
            case=replace(act.case, follow_up_at=at, follow_up_about=shortened(words, ABOUT_LENGTH)),
            detail=at.isoformat(),
            when=self._place.when(at, act),
        )
        return replace(plan, history=_kept(act, words))

    def _time(self, act: Act) -> tuple[datetime, str] | Plan:
        found = read_when(act.gesture.text, act.turn.at, self._place.zone(act.case))
        if found is None:
            return self._voice.ask(act)
        if not act.turn.at < found[0] <= act.turn.at + LONGEST:
            when = self._place.when(found[0], act)
            return self._voice.say(act, "verbs.not_that_time", when=when)
        return found


def _kept(act: Act, words: str) -> tuple[HistoryLine, ...]:
    return (note_line(act, words),) if words else ()
