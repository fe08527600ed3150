"""How a case ends by an agent, and what the bot goes on with."""

from dataclasses import replace

from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import Memo, Owner
from bot.vocabulary.turns import Plan
from handoff.gestures import Act
from handoff.saying.plans import changed, returned_marker
from handoff.saying.voice import DeskVoice


class Endings:
    """Plans for the ends of a case. Only the agent who has it may end it."""

    def __init__(self, voice: DeskVoice) -> None:
        self._voice = voice

    def resolved(self, act: Act) -> Plan:
        """End the case as solved."""
        return self._end(act, CaseEvent.RESOLVE, "resolved")

    def returned(self, act: Act) -> Plan:
        """Give the customer back to the bot."""
        return self._end(act, CaseEvent.RETURN, "returned")

    def _end(self, act: Act, event: CaseEvent, word: str) -> Plan:
        if act.case.agent is not None and act.case.agent.id != act.agent.id:
            return self._voice.taken(act)
        told = self._voice.tell_customer(act, word)
        shown = self._voice.tell_thread(act, f"{word}_desk", marks=CaseStatus.RESOLVED)
        return replace(
            self._voice.silent(act, word),
            deliveries=(told, shown),
            history=(returned_marker(self._voice.style.language, event),),
            owner=Owner(),
            memo=Memo(language=act.language, greeted=True),
            case=changed(act.case, event, act.agent),
        )
