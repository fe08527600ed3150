"""What agents do in a case's thread, verb by verb.

Only an explicit gesture reaches the customer (``/reply`` or its button); everything else that is
written in the thread is a private note. The thread itself is the authority: whoever may write in
the desk's channel is an agent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.vocabulary.cases import Case, CaseEvent
from bot.vocabulary.messages import IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import (
    Delivery,
    DeskTurn,
    HistoryLine,
    Lane,
    Memo,
    Outcome,
    Owner,
    OwnerKind,
    Plan,
    Speaker,
)
from handoff.plans import changed, marker, returned_marker, to_customer, to_desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One gesture of an agent on a case: the verb and what stands behind it."""

    turn: DeskTurn
    verb: str
    text: str
    agent: Agent
    case: Case

    @property
    def language(self) -> str:
        """The language in which the customer wrote last."""
        return self.turn.conversation.memo.language or self.case.language


class AgentVerbs:
    """Turns an agent's message into a plan. ``language`` is the agents' own."""

    def __init__(self, *, language: str) -> None:
        self._language = language
        self._verbs: dict[str, Callable[[Act], Plan]] = {
            "claim": self._claim,
            "reply": self._reply,
            "note": self._note,
            "release": self._release,
            "resolve": self._resolve,
            "return": self._return,
            "help": self._help,
        }

    def handle(self, turn: DeskTurn) -> Plan:
        """Do what the message asks; what is no verb is a note."""
        case = turn.conversation.case
        if case is None:
            raise LookupError("A desk thread without a case can't be worked on.")
        verb, text = parse_verb(turn.message)
        agent = Agent.of(turn.message.author, turn.message.conversation)
        act = Act(turn=turn, verb=verb, text=text, agent=agent, case=case)
        if case.thread != turn.message.conversation or not self._may_act(act):
            return self._say(act, "closed_desk")
        return self._verbs.get(verb, self._unknown)(act)

    def _may_act(self, act: Act) -> bool:
        return act.case.is_open or act.verb in {"note", "help"}

    def _claim(self, act: Act) -> Plan:
        if act.case.agent is not None:
            return self._taken(act)
        told = to_customer("claimed_customer", act.language, with_bot=True, agent=act.agent.name)
        return replace(
            self._say(act, "claimed_desk", "release", "resolve", "return", agent=act.agent.name),
            deliveries=(told, self._desk(act, "claimed_desk", "resolve", "return", "release")),
            history=(marker("marker_claimed", self._language, agent=act.agent.name),),
            owner=Owner(kind=OwnerKind.AGENT, agent=act.agent),
            case=changed(act.case, CaseEvent.CLAIM, act.agent),
        )

    def _reply(self, act: Act) -> Plan:
        if not act.text:
            return self._say(act, "empty_reply_desk")
        if act.case.agent is None:
            return self._claim_and_reply(act)
        if act.case.agent.id != act.agent.id:
            return self._taken(act)
        return self._sent(act)

    def _claim_and_reply(self, act: Act) -> Plan:
        claimed, sent = self._claim(act), self._sent(act)
        return replace(
            claimed,
            receipt=sent.receipt,
            deliveries=(*claimed.deliveries, *sent.deliveries),
            history=(*claimed.history, *sent.history),
        )

    def _sent(self, act: Act) -> Plan:
        message = OutgoingMessage(text=act.text, speaker=act.agent.name)
        line = HistoryLine(
            speaker=Speaker.AGENT,
            name=act.agent.name,
            text=act.text,
            at=act.turn.message.sent_at,
            message_id=act.turn.message.id,
        )
        plan = self._say(act, "sent_desk")
        shown = Delivery(lane=Lane.CUSTOMER, message=message)
        return replace(plan, deliveries=(shown, *plan.deliveries), history=(line,))

    def _note(self, act: Act) -> Plan:
        line = HistoryLine(
            speaker=Speaker.NOTE,
            name=act.agent.name,
            text=act.text,
            at=act.turn.message.sent_at,
            message_id=act.turn.message.id,
        )
        return replace(
            self._say(act, "help_desk"), deliveries=(), history=(line,) if act.text else ()
        )

    def _release(self, act: Act) -> Plan:
        if act.case.agent is None:
            return self._say(act, "not_claimed_desk")
        name = act.case.agent.name
        told = to_customer("released_customer", act.language, with_bot=True, agent=name)
        return replace(
            self._say(act, "released_desk"),
            deliveries=(told, self._desk(act, "released_desk", "claim")),
            history=(marker("marker_released", self._language, agent=name),),
            owner=Owner(kind=OwnerKind.QUEUE),
            case=changed(act.case, CaseEvent.RELEASE),
        )

    def _resolve(self, act: Act) -> Plan:
        return self._end(act, CaseEvent.RESOLVE, "resolved")

    def _return(self, act: Act) -> Plan:
        return self._end(act, CaseEvent.RETURN, "returned")

    def _end(self, act: Act, event: CaseEvent, word: str) -> Plan:
        if act.case.agent is not None and act.case.agent.id != act.agent.id:
            return self._taken(act)
        told = to_customer(f"{word}_customer", act.language, agent=act.agent.name)
        return replace(
            self._say(act, f"{word}_desk"),
            deliveries=(told, self._desk(act, f"{word}_desk")),
            history=(returned_marker(self._language, event),),
            owner=Owner(),
            memo=Memo(language=act.language, greeted=True),
            case=changed(act.case, event, act.agent),
        )

    def _taken(self, act: Act) -> Plan:
        holder = act.case.agent.name if act.case.agent else ""
        return self._say(act, "already_claimed_desk", agent=holder)

    def _help(self, act: Act) -> Plan:
        return self._say(act, "help_desk")

    def _unknown(self, act: Act) -> Plan:
        return self._say(act, "unknown_verb_desk", verb=f"/{act.verb}")

    def _desk(self, act: Act, key: str, *actions: str, **values: object) -> Delivery:
        values.setdefault("agent", act.agent.name)
        return to_desk(key, self._language, *actions, **values)

    def _say(self, act: Act, key: str, *actions: str, **values: object) -> Plan:
        """Answer in the thread alone; the other verbs build on this."""
        return Plan(
            outcome=Outcome.NOTED,
            receipt=receipt_of(
                act.turn,
                question=f"/{act.verb} {act.text}".strip(),
                language=act.language,
                outcome=Outcome.NOTED,
                reasons=(
                    f"{act.agent.name} in the desk",
                    key.removesuffix("_desk").replace("_", " "),
                ),
            ),
            deliveries=(self._desk(act, key, *actions, **values),),
        )


def parse_verb(message: IncomingMessage) -> tuple[str, str]:
    """Read the verb of an agent's message and what stands behind it; plain talk is a note."""
    if message.kind is MessageKind.PRESSED:
        return (message.action or "").removeprefix("case:"), ""
    if message.kind is not MessageKind.NEW or not message.text.startswith("/"):
        return "note", message.text
    verb, _, text = message.text[1:].partition(" ")
    verb, newline, rest = verb.partition("\n")
    return verb.lower(), (rest + text if newline else text).strip()
