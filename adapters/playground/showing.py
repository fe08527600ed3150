"""What the page can show where, under which id, and whom that calls."""

from collections.abc import Generator
from contextlib import contextmanager

from adapters.notified import only_in_desk, valid
from adapters.playground.agents import AGENT_ID
from adapters.playground.parse import DESK, TENANT
from adapters.playground.transcript import digest
from bot.vocabulary.errors import ConnectionLostError, DeliveryError, StateUnavailableError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform


def notified(conversation: ConversationRef, message: OutgoingMessage) -> tuple[str, ...]:
    """Return the ids of the agents whom a message calls, in the desk."""
    told = only_in_desk(message, in_desk=conversation.channel_id == DESK)
    return valid(told, AGENT_ID)


def line_id(conversation: ConversationRef, key: str) -> str:
    """Return the id of the line of a delivery."""
    return f"r_{digest(str(conversation), key)}"


def check_shown(conversation: ConversationRef) -> None:
    """Raise ``DeliveryError`` for a conversation that no page can show."""
    ours = (conversation.platform, conversation.tenant_id) == (Platform.PLAYGROUND, TENANT)
    if not ours or (conversation.channel_id == DESK) is not (conversation.thread_id is not None):
        raise DeliveryError(
            f"The playground shows no conversation {conversation}: "
            "use playground:demo:<customer> or a thread of the desk."
        )


@contextmanager
def translated() -> Generator[None]:
    """Say in the words of adapters that the transcript could not be reached."""
    try:
        yield
    except StateUnavailableError as error:
        raise ConnectionLostError(str(error)) from error
