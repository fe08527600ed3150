"""What the page asks for, as values."""

from dataclasses import dataclass
from enum import StrEnum

from bot.vocabulary.messages import Author, ConversationRef, MessageKind
from bot.vocabulary.standing import CompletionRequest


class RefusedError(ValueError):
    """Raised for what can never be accepted: ``reason`` is a sentence of the catalogue.

    ``event_id`` is the page's id of the event when it could be read, so that the page can give the
    text back to its writer.
    """

    def __init__(self, reason: str, *, event_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.event_id = event_id


class Actor(StrEnum):
    """As whom somebody acts on the page."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The page has (re)connected and shows these conversations."""

    conversations: tuple[ConversationRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Someone wrote, changed, took back or pressed something.

    ``target`` is the message that it is about: a new message's own id, else an earlier one's; it stands
    in ``place``, which is another conversation only for a button of the desk that an admin presses.
    ``files`` are the ids of a new message's files.
    """

    id: str
    kind: MessageKind
    role: Actor
    author: Author
    conversation: ConversationRef
    place: ConversationRef
    target: str
    text: str
    files: tuple[str, ...]
    action: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """Somebody is writing in a conversation."""

    author: Author
    conversation: ConversationRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReceipts:
    """The page wants the latest receipts of a conversation."""

    conversation: ConversationRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AskValues:
    """The page wants values for an argument that an admin is typing; ``id`` comes back with them."""

    id: str
    request: CompletionRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCases:
    """The page wants to know how the cases of the desk's threads stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """The page asks whether the connection still lives."""


Request = Hello | Event | Writes | AskReceipts | AskValues | AskCases | Ping
