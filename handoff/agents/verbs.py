"""What agents do in a case's thread, verb by verb.

Only an explicit gesture reaches the customer (``/reply`` or its button); everything else that is
written in the thread is a private note. Only whom the core calls an agent may act, by text and by
button alike, and only in the thread of the customer's present case.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import DeskTurn, Plan
from handoff.agents.ending import Endings
from handoff.agents.words import AgentWords
from handoff.gestures import Act, act_of
from handoff.saying.plans import CLAIMED_BUTTONS, QUEUED_BUTTONS, changed, marker
from handoff.saying.style import DeskStyle
from handoff.saying.voice import DeskVoice

VERB_LENGTH = 40
"""Characters of an unknown verb that are repeated to whoever wrote it."""


class AgentVerbs:
    """Turns what happens in a case's thread into a plan."""

    def __init__(self, style: DeskStyle) -> None:
        self._language = style.language
        self._voice = DeskVoice(style=style)
        self._words = AgentWords(self._voice)
        self._endings = Endings(self._voice)
        self._verbs: dict[str, Callable[[Act], Plan]] = {
            "claim": self._claim,
            "reply": self._reply,
            "undo": self._words.undone,
            "note": self._words.noted,
            "release": self._release,
            "resolve": self._endings.resolved,
            "return": self._endings.returned,
            "help": self._help,
        }

    def handle(self, turn: DeskTurn) -> Plan:
        """Do what the message asks; what is no verb is a note."""
        case = turn.conversation.case
        if case is None:
            raise LookupError("A desk thread without a case can't be worked on.")
        act = act_of(turn, case)
        if not act.is_allowed:
            return self._refused(act)
        if turn.error is not None:
            return self._voice.say(act, "failed_desk")
        if act.message.kind in {MessageKind.EDITED, MessageKind.DELETED}:
            return self._words.amended(act)
        if act.message.kind is MessageKind.PRESSED and act.gesture.is_talk:
            return self._voice.silent(act, "no button of a case")
        if not _may_act(act):
            return self._voice.say(act, "closed_desk")
        return self._verbs.get(act.gesture.verb, self._unknown)(act)

    def _refused(self, act: Act) -> Plan:
        """Tell who is no agent that nothing was done; their talk is none of the desk's business."""
        is_new = act.message.kind in {MessageKind.NEW, MessageKind.PRESSED}
        if act.gesture.is_talk or not is_new or act.message.author.is_bot:
            return self._voice.silent(act, "not by an agent: ignored")
        return self._voice.say(act, "not_agent_desk")

    def _claim(self, act: Act) -> Plan:
        if act.case.agent is not None:
            return self._voice.taken(act)
        told = self._voice.tell_customer(act, "claimed", with_bot=True)
        shown = self._voice.tell_thread(
            act, "claimed_desk", *CLAIMED_BUTTONS, marks=CaseStatus.CLAIMED
        )
        return replace(
            self._voice.silent(act, "claimed"),
            deliveries=(told, shown),
            history=(marker("marker_claimed", self._language, agent=act.agent.name),),
            owner=Owner(kind=OwnerKind.AGENT, agent=act.agent),
            case=changed(act.case, CaseEvent.CLAIM, act.agent),
        )

    def _reply(self, act: Act) -> Plan:
        if not act.words:
            return self._voice.say(act, "empty_reply_desk")
        if act.case.agent is None:
            return self._claim_and_reply(act)
        if act.case.agent.id != act.agent.id:
            return self._voice.taken(act)
        return self._words.sent(act)

    def _claim_and_reply(self, act: Act) -> Plan:
        claimed, sent = self._claim(act), self._words.sent(act)
        return replace(
            claimed,
            receipt=sent.receipt,
            deliveries=(*claimed.deliveries, *sent.deliveries),
            history=(*claimed.history, *sent.history),
        )

    def _release(self, act: Act) -> Plan:
        if act.case.agent is None:
            return self._voice.say(act, "not_claimed_desk")
        name = act.case.agent.name
        told = self._voice.tell_customer(act, "released", name=name, with_bot=True)
        shown = self._voice.tell_thread(
            act, "released_desk", *QUEUED_BUTTONS, marks=CaseStatus.QUEUED
        )
        return replace(
            self._voice.silent(act, "released"),
            deliveries=(told, shown),
            history=(marker("marker_released", self._language, agent=name),),
            owner=Owner(kind=OwnerKind.QUEUE),
            case=changed(act.case, CaseEvent.RELEASE),
        )

    def _help(self, act: Act) -> Plan:
        return self._voice.say(act, "help_desk")

    def _unknown(self, act: Act) -> Plan:
        verb = f"{self._voice.style.prefix}{act.gesture.verb[:VERB_LENGTH]}"
        return self._voice.say(act, "unknown_verb_desk", verb=verb)


def _may_act(act: Act) -> bool:
    return act.is_here and (act.case.is_open or act.gesture.verb in {"note", "help"})
