"""Finds where agents work: a channel that Relevo creates, or one that is named by its id."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bot.app.alone import opened_alone
from bot.cli.setup.asking import Asker
from bot.cli.setup.tokens import Tokens
from bot.vocabulary.errors import ConfigurationError, RelevoError, StateUnavailableError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.standing import Founding

NAME = "relevo-desk"

BY_HAND = {
    Platform.SLACK: "its id (C…) from the channel's details, after /invite @Relevo there",
    Platform.DISCORD: "the id of a forum or text channel (Developer Mode, right click, Copy ID)",
    Platform.TELEGRAM: "the id of a private group with topics (-100…), in which the bot is an "
    "administrator that may manage topics",
}

SEEN_BY = {
    Platform.SLACK: "It is private; the workspace's owners and admins are invited into it.",
    Platform.DISCORD: "It is a forum that those see who may manage the server or its messages.",
}
"""Who gets to see what Relevo creates."""


def ask_desk(asker: Asker, tokens: Tokens, platforms: Sequence[Platform]) -> str:
    """Ask for the desk and return it as ``desk.channel`` has it; it is looked at at once.

    Raises:
        ConfigurationError: There is no good answer.
    """
    platform = platforms[0]
    if len(platforms) > 1:
        names = ", ".join(platforms)
        asker.tell(f"\nYour agents work in one of them, wherever customers write: {names}.")
        platform = asker.ask(
            "Where do your agents work", lambda given: _one_of(given, platforms), default=platform
        )
    creates = platform is not Platform.TELEGRAM
    by_hand = BY_HAND[platform]
    asker.tell(f"\nThe desk: a private channel in which each case is a thread. Paste {by_hand}.")
    question = "Id of the desk's channel"
    if creates:
        question = f"Id, or Enter and Relevo creates #{NAME}"
        asker.tell(f"Or let Relevo create one. {SEEN_BY[platform]}")
    return asker.ask(
        question,
        lambda given: asyncio.run(_desk(platform, given, tokens, creates=creates)),
        default="new" if creates else "",
    )


def _one_of(given: str, platforms: Sequence[Platform]) -> Platform:
    chosen = next((one for one in platforms if one == given.strip().lower()), None)
    if chosen is None:
        raise ConfigurationError(f"Write one of {', '.join(platforms)}.")
    return chosen


async def _desk(platform: Platform, given: str, tokens: Tokens, *, creates: bool) -> str:
    async with opened_alone(platform, tokens.settings()) as adapter:
        if creates and given == "new":
            channel = await _founded(adapter)
        else:
            channel = given.removeprefix(f"{platform}:")
            await _look(adapter, channel)
    return f"{platform}:{channel}"


async def _look(adapter: ChatAdapter, channel: str) -> None:
    """Look at the channel as the start will; what Relevo keeps of it can wait for Redis."""
    with suppress(StateUnavailableError):
        await adapter.locate(channel)


async def _founded(adapter: ChatAdapter) -> str:
    """Let the channel be created, and look at it.

    Raises:
        ConfigurationError: It can't be, or it can't be the desk: its id is named, so that no second one
            is created.
    """
    if not isinstance(adapter, Founding):
        raise ConfigurationError("It can't be created here: create it yourself and paste its id.")
    channel = await adapter.found_desk(NAME)
    try:
        await _look(adapter, channel)
    except RelevoError as error:
        raise ConfigurationError(
            f"{error} The channel is there, paste its id to try again: {channel}"
        ) from error
    return channel
