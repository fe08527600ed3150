"""Agents' words: sent to the customer, kept as notes, changed or taken back afterwards."""

from dataclasses import replace

from bot.texts.literal import literal
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import MessageKind, OutgoingMessage
from bot.vocabulary.turns import Change, Delivery, Lane, Plan
from handoff.gestures import Act
from handoff.saying.relays import file_line
from handoff.saying.voice import DeskVoice

_TALKING = {Speaker.CUSTOMER, Speaker.AGENT}

SPEAKING = {"reply", "edit"}
"""Verbs whose words are what the customer reads."""

SURE_SHARE = 0.9
"""Share of the undo window in which a change is surely stored before the words go out."""


class AgentWords:
    """Plans for what agents say. Only the agent who sent a reply may change or take it back."""

    def __init__(self, voice: DeskVoice) -> None:
        self._voice = voice

    def sent(self, act: Act) -> Plan:
        """Send a reply, after the time in which it can be changed; the thread is told once."""
        style = self._voice.style
        if style.undo_seconds > 0:
            undo, seconds = f"undo:{act.origin}", f"{style.undo_seconds:g}"
            plan = self._voice.say(act, "held_desk", undo, seconds=seconds)
        else:
            plan = self._voice.say(act, "sent_desk")
        reply = Delivery(
            lane=Lane.CUSTOMER,
            message=self._reply(act),
            origin=act.origin,
            hold_seconds=style.undo_seconds,
        )
        line = _line(act, Speaker.AGENT)
        return replace(plan, deliveries=(reply, *plan.deliveries), history=(line,))

    def noted(self, act: Act) -> Plan:
        """Keep a private note."""
        lines = (_line(act, Speaker.NOTE),) if act.words else ()
        return replace(self._voice.silent(act, "note"), history=lines)

    def amended(self, act: Act) -> Plan:
        """Follow what an agent changed or deleted in the thread."""
        line = act.line(act.message.id)
        if line is None or line.speaker is Speaker.NOTE:
            return self._note_amended(act, line)
        if not (act.is_here and act.case.is_open):
            return self._voice.not_here(act)
        if line.author_id != act.agent.id:
            return self._voice.say(act, "not_yours_desk", agent=line.name)
        is_edit = act.message.kind is MessageKind.EDITED
        if is_edit and act.gesture.verb in SPEAKING and act.words:
            return self._reply_amended(act, line)
        plan = self._taken_back(act, line)
        is_note = is_edit and act.gesture.verb == "note" and act.words
        return replace(plan, history=(_line(act, Speaker.NOTE),)) if is_note else plan

    def undone(self, act: Act) -> Plan:
        """Take back the reply that the pressed button stands under, else the agent's last one."""
        target = act.gesture.target
        line = act.line(target) if target else act.last_reply()
        if line is None or line.speaker is not Speaker.AGENT:
            return self._voice.say(act, "nothing_to_undo_desk")
        if line.author_id != act.agent.id:
            return self._voice.say(act, "not_yours_desk", agent=line.name)
        return self._taken_back(act, line)

    def _note_amended(self, act: Act, note: HistoryLine | None) -> Plan:
        if act.message.kind is MessageKind.EDITED and act.gesture.verb != "note":
            return self._voice.say(act, "edit_sends_nothing_desk")
        if note is None:
            return self._voice.silent(act, "nothing to change")
        text = act.words if act.message.kind is MessageKind.EDITED else None
        plan = self._voice.silent(act, "note changed")
        return replace(plan, amends=((act.message.id, text or None),))

    def _reply_amended(self, act: Act, line: HistoryLine) -> Plan:
        if act.words == line.text:
            return self._voice.silent(act, "nothing changed")
        waits = self._still_waits(act, line)
        plan = self._voice.say(act, "edited_desk" if waits else "edited_late_desk")
        change = Delivery(
            lane=Lane.CUSTOMER,
            message=self._reply(act),
            origin=act.message.id,
            change=Change.EDIT,
        )
        amends = ((act.message.id, act.words),)
        return replace(plan, deliveries=(change, *plan.deliveries), amends=amends)

    def _taken_back(self, act: Act, line: HistoryLine) -> Plan:
        waits = self._still_waits(act, line)
        plan = self._voice.say(act, "undone_desk" if waits else "undone_late_desk")
        if line.message_id is None:
            raise ValueError("A reply without its message's id can't be taken back.")
        change = Delivery(
            lane=Lane.CUSTOMER,
            message=OutgoingMessage(text=""),
            origin=line.message_id,
            change=Change.RETRACT,
        )
        return replace(
            plan,
            deliveries=(change, *plan.deliveries),
            amends=((line.message_id, None),),
            case=_unanswered(act, line) if waits else None,
        )

    def _still_waits(self, act: Act, line: HistoryLine) -> bool:
        """Whether the customer surely hasn't read it yet."""
        age = (act.turn.at - line.at).total_seconds()
        return age < self._voice.style.undo_seconds * SURE_SHARE

    def _reply(self, act: Act) -> OutgoingMessage:
        # Files are named as well: one that can't be passed on must not vanish without a word.
        files = [file_line(file, act.language) for file in act.message.attachments]
        if not act.gesture.is_literal:
            files = [literal(line) for line in files]
        return OutgoingMessage(
            text="\n\n".join(part for part in (act.gesture.text, *files) if part),
            is_literal=act.gesture.is_literal,
            sources=act.gesture.sources,
            speaker=self._voice.style.speaker(act.agent),
            attachments=act.message.attachments,
        )


def _unanswered(act: Act, line: HistoryLine) -> Case | None:
    """Return the case as it stands without a reply that never reached the customer."""
    case = act.case
    if not case.is_open:
        return None
    talk = [one for one in act.turn.conversation.history if one.speaker in _TALKING]
    left = [one for one in talk if one is not line]
    since = case.promised_at or case.opened_at
    answers = [one.at for one in left if one.speaker is Speaker.AGENT and one.at >= since]
    waits_again = bool(left) and left[-1].speaker is Speaker.CUSTOMER and talk[-1] is line
    return replace(
        case,
        replied_at=min(answers, default=None) if case.replied_at == line.at else case.replied_at,
        awaited_since=act.turn.at if waits_again else case.awaited_since,
    )


def _line(act: Act, speaker: Speaker) -> HistoryLine:
    return HistoryLine(
        speaker=speaker,
        name=act.agent.name,
        text=act.words,
        # The undo window is counted from here, by the clock that ends it.
        at=act.turn.at,
        message_id=act.origin,
        author_id=act.agent.id,
    )
