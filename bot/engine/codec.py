"""Values to JSON and back, for everything that Redis keeps."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter

from bot.vocabulary.cases import Case
from bot.vocabulary.messages import ConversationRef, IncomingMessage, OutgoingMessage
from bot.vocabulary.turns import HistoryLine, Lane, Memo, Owner, Receipt

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDelivery:
    """A delivery as it waits in its lane.

    ``id`` is the idempotency key towards the platform; ``source`` the customer's conversation whose
    lane this is; ``epoch`` the epoch under which its words were written.
    """

    id: str
    source: ConversationRef
    lane: Lane
    message: OutgoingMessage
    opens_thread: str | None = None
    fenced: bool = False
    epoch: int = 0
    events: tuple[str, ...] = ()
    attempts: int = 0


incoming = TypeAdapter(IncomingMessage)
delivery = TypeAdapter(StoredDelivery)
history_line = TypeAdapter(HistoryLine)
memo = TypeAdapter(Memo)
owner = TypeAdapter(Owner)
case = TypeAdapter(Case)
receipt = TypeAdapter(Receipt)


def dumps(adapter: TypeAdapter[Value], value: Value) -> str:
    """Write a value as JSON text."""
    return adapter.dump_json(value).decode()
