"""The one gesture by which an agent's own words reach the customer, and its way back."""

from dataclasses import replace

from bot.vocabulary.turns import Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.taking import Taking
from handoff.agents.words import AgentWords
from handoff.gestures import Act
from handoff.routing.teams import same_agent
from handoff.saying.voice import DeskVoice


class Replying:
    """Plans for replies and notes. Only who has the case answers; a reply takes one that waits."""

    def __init__(self, voice: DeskVoice, words: AgentWords, taking: Taking) -> None:
        self._voice = voice
        self._words = words
        self._taking = taking

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room; ``reply`` has no plain words on purpose."""
        reply = Verb(name="reply", does=self.replied, aliases=("answer", "r", "responder"))
        undo = Verb(
            name="undo",
            does=self._words.undone,
            aliases=("deshacer", "retirar"),
            plain=("undo", "undo that", "deshacer", "retíralo"),
        )
        note = Verb(
            name="note",
            does=self._words.noted,
            aliases=("nota",),
            scope=Scope.CASE,
            for_all=True,
        )
        return reply, undo, note

    def replied(self, act: Act) -> Plan:
        """Send the words of a gesture to the customer; whoever answers first has the case."""
        holder = act.case.agent
        if not act.words:
            return self._voice.say(act, "empty_reply_desk")
        if holder is not None and not same_agent(holder.id, act.agent.id):
            return self._voice.taken(act)
        sent = self._words.sent(act)
        return sent if holder is not None else self._with_claim(act, sent)

    def _with_claim(self, act: Act, sent: Plan) -> Plan:
        claimed = self._taking.claimed(act)
        return replace(
            claimed,
            receipt=sent.receipt,
            deliveries=(*claimed.deliveries, *sent.deliveries),
            history=(*claimed.history, *sent.history),
        )
