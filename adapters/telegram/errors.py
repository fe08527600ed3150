"""What went wrong on the way to Telegram, in the words of the core."""

import re
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from adapters.telegram.wire import FloodError, UnsentError
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)

_TOKEN = re.compile(r"\d+:[\w-]{10,}")
_LONGEST_REASON = 200


def translate(error: TelegramError) -> AdapterError:
    """Return the core's error for one of PTB's."""
    if isinstance(error, FloodError):
        text = f"Telegram asks to wait {error.seconds:g} s."
        return RateLimitedError(text, retry_after=error.seconds)
    if isinstance(error, BadRequest) and says(error, *_NO_TOPIC):
        return DeliveryError("The topic was deleted in Telegram.", thread_gone=True)
    for kind, ours, text in _ERRORS:
        if isinstance(error, kind):
            return ours(text.format(reason=reason(error)))
    return ConnectionLostError("Telegram did not say whether it took it: try again.")


MALFORMED = (TypeError, ValueError, LookupError, AttributeError, OverflowError)
"""What PTB and we raise when an update or an answer is not what it should be."""


class UnreadableError(Exception):
    """Raised for an update that is not what it should be, and never will be."""


_NO_TOPIC = ("message thread not found", "topic deleted", "topic id invalid")

_ERRORS: tuple[tuple[type[TelegramError], type[AdapterError], str], ...] = (
    (
        InvalidToken,
        AuthenticationError,
        "Telegram does not accept the bot's token: copy it anew from @BotFather (telegram.token).",
    ),
    (
        Forbidden,
        DeliveryError,
        "The bot may not write there ({reason}): the person or the group has to add it again.",
    ),
    (
        Conflict,
        ConnectionLostError,
        "Another program receives this bot's messages: stop it, or give it a bot of its own.",
    ),
    (
        ChatMigrated,
        DeliveryError,
        "The group became a supergroup: what was written before can't be changed any more.",
    ),
    (BadRequest, DeliveryError, "Telegram can't do that there: {reason}."),
    (UnsentError, ConnectionLostError, "Telegram can't be reached: check the network."),
)


def is_certain(error: TelegramError) -> bool:
    """Whether it is certain that a refused or failed request changed nothing."""
    kinds = (Conflict, FloodError, UnsentError, BadRequest, ChatMigrated, Forbidden, InvalidToken)
    return isinstance(error, kinds)


def reason(error: TelegramError) -> str:
    """Return Telegram's own short reason, for operators."""
    return _TOKEN.sub("***", error.message).strip().rstrip(".")[:_LONGEST_REASON]


def says(error: TelegramError, *reasons: str) -> bool:
    """Whether Telegram's reason contains one of some words; it changes case and spaces at times."""
    text = error.message.lower().replace("_", " ")
    return any(words in text for words in reasons)


@contextmanager
def reading() -> Generator[None]:
    """Let what a malformed update sets off be one kind of error; nothing but reading stands inside.

    Raises:
        UnreadableError: The update is not what it should be.
    """
    try:
        yield
    except MALFORMED as error:
        raise UnreadableError from error


@asynccontextmanager
async def understood() -> AsyncGenerator[None]:
    """Let an answer that PTB can't read be an error like others: what was asked for may be done."""
    try:
        yield
    except MALFORMED as error:
        raise TelegramError("Telegram's answer is not what was asked for") from error


@asynccontextmanager
async def translated() -> AsyncGenerator[None]:
    """Let the core's errors come out of a block, which asks Telegram something, in place of PTB's."""
    try:
        yield
    except TelegramError as error:
        raise translate(error) from error
    except MALFORMED as error:
        raise ConnectionLostError(
            "Telegram's answer can't be understood: check that telegram.api_url is a Bot API server."
        ) from error
