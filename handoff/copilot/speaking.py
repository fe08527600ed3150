"""What an agent writes reaches the customer in the customer's language; the thread shows both."""

from dataclasses import dataclass, replace

from bot.texts import say
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.copilot.interpreting import Interpreter
from handoff.gestures import Act
from handoff.saying.style import DeskStyle

SPOKEN = frozenset({"reply", "edit"})
"""Verbs whose words are the agent's own and go to the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An act as the customer is to hear it, and what the thread is told about that."""

    act: Act
    note: OutgoingMessage | None = None

    def noted(self, plan: Plan) -> Plan:
        """Add the note to a plan in which something goes to the customer."""
        speaks = any(one.lane is Lane.CUSTOMER for one in plan.deliveries)
        if self.note is None or not speaks:
            return plan
        note = Delivery(lane=Lane.DESK, message=self.note)
        return replace(plan, deliveries=(*plan.deliveries, note))


async def spoken(act: Act, interpreter: Interpreter | None, style: DeskStyle) -> Spoken:
    """Translate the words of an agent where the customer speaks another language.

    Words that can't be translated go out as they are, and the thread is told so: the window in which
    they can be taken back is open.
    """
    words = act.gesture.text
    if interpreter is None or act.gesture.verb not in SPOKEN or not words.strip():
        return Spoken(act=act)
    if not (act.is_allowed and act.is_here and act.case.is_open):
        return Spoken(act=act)
    if not interpreter.is_needed(act.language) or interpreter.language_of(words) == act.language:
        return Spoken(act=act)
    said = await interpreter.for_customer(words, customer=act.language, asker=act.agent.id)
    if said is None:
        text = say("copilot.not_translated", style.language, prefix=style.prefix)
        return Spoken(act=act, note=OutgoingMessage(text=text))
    text = say("copilot.sent_translated", style.language, text=said)
    gesture = replace(act.gesture, text=said, is_literal=False)
    return Spoken(act=replace(act, gesture=gesture), note=OutgoingMessage(text=text))
