"""What an agent does in a case's thread: a verb, a pressed button, or plain talk (pure)."""

import re
import unicodedata
from dataclasses import dataclass

from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import IncomingMessage, Link, MessageKind
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import DeskTurn

CASE_ACTION = "case:"
"""What the actions of a case's buttons begin with."""

# A "!" alone is emphasis; only a word right behind it makes a verb.
_VERB = re.compile(r"(?:/|!(?=[^\W\d_]))(?P<verb>\S*)\s*(?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """A verb and what stands behind it, or plain talk: a note.

    ``text`` is what stands behind the verb, or what was typed into the form of a button.
    ``target`` names what a button is about, such as the message that an undo takes back. Words of a
    draft or a translation are CommonMark (``is_literal`` is False), a draft's come with its ``sources``.
    """

    verb: str
    text: str
    target: str = ""
    is_talk: bool = False
    is_literal: bool = True
    sources: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One gesture on a case, and who makes it."""

    turn: DeskTurn
    gesture: Gesture
    agent: Agent
    case: Case

    @property
    def message(self) -> IncomingMessage:
        """The message or press that it comes from."""
        return self.turn.message

    @property
    def language(self) -> str:
        """The language in which the customer wrote last."""
        return self.turn.conversation.memo.language or self.case.language

    @property
    def is_allowed(self) -> bool:
        """Whether it comes from an agent; without a principal nothing is allowed."""
        principal = self.message.principal
        return principal is not None and principal.is_agent

    @property
    def is_here(self) -> bool:
        """Whether it happens in the thread of the customer's present case."""
        return self.case.thread == self.message.conversation

    @property
    def origin(self) -> str:
        """Name what is sent by it; a form's words have no message of their own."""
        is_press = self.message.kind is MessageKind.PRESSED
        return self.message.event_key if is_press else self.message.id

    @property
    def words(self) -> str:
        """What it says in the history: the text, or the names of its files."""
        names = ", ".join(file.name for file in self.message.attachments)
        return self.gesture.text or names

    def line(self, message_id: str) -> HistoryLine | None:
        """Find what was said by an earlier message of an agent."""
        lines = self.turn.conversation.history
        return next((line for line in lines if _is_agents(line, message_id)), None)

    def last_reply(self) -> HistoryLine | None:
        """Find the agent's own last reply in this case."""
        for line in reversed(self.turn.conversation.history):
            if _opens(line, self.case):
                return None
            if line.speaker is Speaker.AGENT and line.author_id == self.agent.id:
                return line
        return None


def act_of(turn: DeskTurn, case: Case, gesture: Gesture) -> Act:
    """Say who makes a gesture on a case."""
    agent = Agent.of(turn.message.author, turn.message.conversation)
    return Act(turn=turn, gesture=gesture, agent=agent, case=case)


def bare(text: str) -> str:
    """Return a text in one line of small letters without accents, as names and verbs are compared."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())


def parse_verb(message: IncomingMessage) -> Gesture:
    """Read the gesture of a message: ``/verb text`` or ``!verb text``, a button, else a note.

    A press of what is no button of a case, such as a thumb on a message, is talk as well.
    """
    if message.kind is MessageKind.PRESSED:
        return _pressed(message)
    # Some apps keep a text that begins with "/" to themselves unless a space stands before it.
    text = message.text.strip()
    match = _VERB.fullmatch(text)
    if match is None:
        return Gesture(verb="note", text=text, is_talk=True)
    verb, _, _ = match["verb"].partition("@")
    return Gesture(verb=verb.lower(), text=match["text"])


def _pressed(message: IncomingMessage) -> Gesture:
    action = message.action or ""
    if not action.startswith(CASE_ACTION):
        return Gesture(verb="note", text="", is_talk=True)
    verb, _, target = action.removeprefix(CASE_ACTION).partition(":")
    return Gesture(verb=verb, text=message.text.strip(), target=target)


def _opens(line: HistoryLine, case: Case) -> bool:
    # What came earlier is known by its place: the clocks of those who wrote it may differ.
    return line.speaker is Speaker.MARKER and line.at == case.opened_at


def _is_agents(line: HistoryLine, message_id: str) -> bool:
    # The customer's platform may use the same ids for messages of their own.
    return line.message_id == message_id and line.speaker in {Speaker.AGENT, Speaker.NOTE}
