"""What Discord answers when it says no, as the errors of the house."""

from bot.vocabulary.errors import ConnectionLostError, DeliveryError

UNKNOWN_CHANNEL = 10003
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
CANNOT_WRITE_DIRECTLY = 50007
NOT_PERMITTED = 50013
THREAD_EXISTS = 160004
TOO_MANY_THREADS = 160006

_CURES = {
    UNKNOWN_CHANNEL: "the channel or thread is gone",
    UNKNOWN_MESSAGE: "the message is gone",
    50001: "the bot does not see the channel: let its role view it",
    NOT_PERMITTED: "the bot lacks a permission there: give its role what docs/discord.md lists",
    CANNOT_WRITE_DIRECTLY: "the person takes no direct messages of the bot",
    40005: "the file is larger than Discord takes",
}


class RefusedError(DeliveryError):
    """Raised when Discord took no step, for certain; ``code`` is its own number for the reason."""

    def __init__(self, step: str, *, status: int, code: int) -> None:
        reason = _CURES.get(code, f"it answered {status}, code {code}")
        gone = code == UNKNOWN_CHANNEL
        super().__init__(f"Discord refused to {step}: {reason}.", thread_gone=gone)
        self.status = status
        self.code = code


class NotSentError(ConnectionLostError):
    """Raised when the request certainly never reached Discord."""


class UnreadableError(Exception):
    """Raised for what has not the shape that Discord documents, and never will."""
