"""An adapter that is not connected, and values that Discord lets people give for each argument."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from bot.vocabulary.commands import Argument, ArgumentKind, Command
from bot.vocabulary.messages import ConversationRef, Platform
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import CHANNEL, GUILD

IN_CHANNEL = ConversationRef(
    platform=Platform.DISCORD, tenant_id=GUILD, channel_id=CHANNEL, thread_id=CHANNEL
)

SAID = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(str.strip)


@asynccontextmanager
async def looking(stage: DiscordStage, redis: Redis) -> AsyncGenerator[DiscordAdapter]:
    """An adapter of a worker: it sends and asks, and never connects."""
    adapter = adapter_for(stage, redis)
    try:
        yield adapter
    finally:
        await adapter.close()


def simple(argument: Argument) -> Any:
    """One value that Discord takes for an argument."""
    match argument.kind:
        case ArgumentKind.NUMBER:
            return 7.0
        case ArgumentKind.PERSON:
            return "301"
        case ArgumentKind.CHOICE:
            return argument.choices[0]
        case _:
            return f'the "{argument.name}" = of it'


def told(argument: Argument, value: Any) -> str:
    """What the core is to read of a value."""
    match argument.kind:
        case ArgumentKind.NUMBER:
            return str(int(value)) if float(value).is_integer() else repr(float(value))
        case ArgumentKind.PERSON:
            return f"discord:{value}"
        case _:
            return str(value).strip()


def values_for(command: Command) -> st.SearchStrategy[dict[str, Any]]:
    """All that can be given for a command's arguments, the long text among them."""
    needed = {one.name: _any(one) for one in command.arguments if one.required}
    others = {one.name: _any(one) for one in command.arguments if not one.required}
    return st.fixed_dictionaries(needed, optional=others)


def _any(argument: Argument) -> st.SearchStrategy[Any]:
    match argument.kind:
        case ArgumentKind.NUMBER:
            whole = st.integers(min_value=-(10**6), max_value=10**6)
            return whole | st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
        case ArgumentKind.PERSON:
            return st.integers(min_value=1, max_value=2**63).map(str)
        case ArgumentKind.CHOICE:
            return st.sampled_from(argument.choices)
        case _:
            return SAID
