"""What the server tells the page, as JSON objects (pure).

One object a frame, with a ``type``: ``welcome``, ``history``, ``line``, ``thread``, ``typing``,
``turn``, ``receipts``, ``cases``, ``values``, ``ack``, ``retry``, ``refused``, ``resync`` and ``pong``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from adapters.buttons import CASE_ACTION, question_of
from adapters.markup.tree import safe_url
from adapters.playground.agents import name_of
from adapters.playground.casefile import case
from adapters.playground.commands import described_command
from adapters.playground.lines import Line, LineRole, StoredLine
from adapters.playground.parse import FILES_AT_ONCE, TEXT_BYTES
from adapters.playground.richtext import tree
from adapters.playground.transcript import FILE_BYTES, DeskThread
from adapters.verbs import VERBS, described, needs_words, usage
from bot.texts import LANGUAGES
from bot.vocabulary.board import AgentPresence
from bot.vocabulary.commands import COMMANDS
from bot.vocabulary.conversations import CaseFile
from bot.vocabulary.knowledge import Source
from bot.vocabulary.messages import Button, ConversationRef
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Receipt

Frame = dict[str, Any]


def welcome(
    threads: Sequence[DeskThread],
    agents: Sequence[Agent],
    *,
    undo_seconds: float = 0.0,
    teams: Sequence[str] = (),
) -> Frame:
    """Greet a page with what the desk has."""
    return {
        "type": "welcome",
        "threads": [_thread(thread) for thread in threads],
        "agents": [{"id": agent.id, "name": agent.name} for agent in agents],
        "verbs": [_verb(name) for name in VERBS],
        "commands": [described_command(command) for command in COMMANDS],
        "undoSeconds": undo_seconds,
        "teams": list(teams),
        "textBytes": TEXT_BYTES,
        "fileBytes": FILE_BYTES,
        "filesAtOnce": FILES_AT_ONCE,
    }


def history(conversation: ConversationRef, lines: Sequence[StoredLine]) -> Frame:
    """Show all of a conversation."""
    return {
        "type": "history",
        "conversation": str(conversation),
        "lines": [_line(stored, in_desk=conversation.thread_id is not None) for stored in lines],
    }


def line(conversation: ConversationRef, stored: StoredLine) -> Frame:
    """Show a line that is new or has changed."""
    return {
        "type": "line",
        "conversation": str(conversation),
        "line": _line(stored, in_desk=conversation.thread_id is not None),
    }


def thread(opened: DeskThread) -> Frame:
    """Show a thread of the desk that is new, or whose case was erased."""
    return {"type": "thread", "thread": _thread(opened)}


def typing(conversation: ConversationRef) -> Frame:
    """Show that Relevo is writing."""
    return {"type": "typing", "conversation": str(conversation)}


def turn(conversation: ConversationRef) -> Frame:
    """Tell that there is a new receipt, and that cases may have changed."""
    return {"type": "turn", "conversation": str(conversation)}


def receipts(conversation: ConversationRef, found: Sequence[Receipt]) -> Frame:
    """Show the receipts of a conversation, newest first."""
    return {
        "type": "receipts",
        "conversation": str(conversation),
        "receipts": [_receipt(receipt) for receipt in found],
    }


def cases(found: Mapping[str, CaseFile], presence: Collection[AgentPresence] = ()) -> Frame:
    """Show how the cases of threads stand, by thread id, and who said what of being there."""
    return {
        "type": "cases",
        "presence": {said.agent_id: said.presence.value for said in presence},
        "cases": {thread_id: case(file, thread_id) for thread_id, file in found.items()},
    }


def values(asked: str, found: Sequence[str]) -> Frame:
    """Offer values for an argument that is being typed."""
    return {"type": "values", "id": asked, "values": list(found)}


def _verb(name: str) -> Frame:
    """Describe a verb of the desk in each language of the page."""
    return {
        "name": name,
        "does": {language: described(name, language) for language in LANGUAGES},
        "usage": {language: usage(name, language) for language in LANGUAGES},
        "asks": {
            language: question_of(f"{CASE_ACTION}{name}", language, label="")
            for language in LANGUAGES
        },
        "needsWords": needs_words(name),
    }


def _thread(opened: DeskThread) -> Frame:
    return {
        "id": opened.id,
        "title": opened.title,
        "at": opened.opened_at.isoformat(),
        "erased": opened.is_erased,
    }


def _line(stored: StoredLine, *, in_desk: bool) -> Frame:
    said = stored.line
    kind, text = _gesture(said, in_desk=in_desk)
    return {
        "id": said.id,
        "sequence": stored.sequence,
        "revision": stored.revision,
        "voice": _voice(said, in_desk=in_desk),
        "kind": kind,
        "authorId": said.author_id,
        "name": said.name,
        "at": said.at.isoformat(),
        "source": said.text,
        "text": text,
        "body": tree(said.text) if said.role is LineRole.RELEVO and not said.literal else None,
        "buttons": [_button(button) for button in said.buttons],
        "sources": [{"title": link.title, "url": safe_url(link.url)} for link in said.sources],
        "files": [
            {"id": file.id, "name": file.name, "size": file.size_bytes} for file in said.files
        ],
        "accepted": said.accepted,
        "edited": said.edited,
        "deleted": said.deleted,
        "pressed": said.pressed,
        "seen": said.seen,
        "notifies": [{"id": one, "name": name_of(one)} for one in said.notifies],
    }


def _button(button: Button) -> Frame:
    """Show a button; one that asks for words says what for, in each language of the page."""
    shown: Frame = {"action": button.action, "label": button.label, "asks": button.asks}
    if not button.asks:
        return shown
    questions = {
        language: question_of(button.action, language, label=button.label) for language in LANGUAGES
    }
    return shown | {"prefill": button.prefill, "questions": questions}


def _voice(said: Line, *, in_desk: bool) -> str:
    """Say whose voice it is; in the desk Relevo lends its voice to customers, else to agents."""
    if said.role is not LineRole.RELEVO:
        return said.role.value
    if not said.name:
        return "bot"
    return "customer" if in_desk else "agent"


def _gesture(said: Line, *, in_desk: bool) -> tuple[str, str]:
    """Tell talk in the desk apart: a note stays inside, a reply goes to the customer."""
    if not in_desk or said.role is not LineRole.AGENT or said.deleted:
        return "talk", said.text
    verb, *rest = said.text.split(maxsplit=1) or [""]
    if verb == "/reply":
        return "reply", "".join(rest)
    return ("command" if verb.startswith("/") else "note"), said.text


def _receipt(receipt: Receipt) -> Frame:
    return {
        "id": receipt.turn_id,
        "at": receipt.at.isoformat(),
        "question": receipt.question,
        "language": receipt.language,
        "decision": receipt.decision.value if receipt.decision else None,
        "outcome": receipt.outcome.value,
        "confidence": receipt.confidence,
        "reasons": list(receipt.reasons),
        "sources": [_source(source) for source in receipt.sources],
        "considered": [_source(source) for source in receipt.considered],
        "owner": receipt.owner.value,
        "epoch": receipt.epoch,
        "milliseconds": receipt.duration_ms,
    }


def _source(source: Source) -> Frame:
    return {
        "id": source.doc_id,
        "title": source.title,
        "heading": source.heading,
        "url": safe_url(source.url),
        "score": source.score,
        "language": source.language,
        "excerpt": source.excerpt,
    }
