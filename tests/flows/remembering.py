"""Conversations of a customer of whom something is remembered."""

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import ConversationKeys
from bot.vocabulary.memory import Memory, Slot
from bot.vocabulary.messages import OutgoingMessage
from tests.builders import a_conversation
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.memory_commands_kit import (
    CARLA,
    PlainMemories,
    a_fact,
    a_thread,
    an_episode,
)

Opening = Callable[..., Flow]

KNOWN = Memory(
    facts=(a_fact(), a_fact(Slot.LANGUAGE, "es", id="lang")),
    episodes=(an_episode(is_solved=True),),
    threads=(a_thread(),),
)


def opening(redis: Redis) -> Opening:
    """Return what opens flows with such a customer, each with the fields that it is given."""

    def build(**fields: Any) -> Flow:
        memories = PlainMemories()
        memories.remember(CARLA, KNOWN)
        knowledge = ScriptedKnowledge({"ship": [("d1", "We ship to Spain.", 0.9)]})
        values: dict[str, Any] = {
            "redis": redis,
            "knowledge": knowledge,
            "memories": memories,
        }
        return Flow(**(values | fields))

    return build


def plain(flow: Flow) -> PlainMemories:
    assert isinstance(flow.memories, PlainMemories)
    return flow.memories


def actions(message: OutgoingMessage, beginning: str) -> list[str]:
    return [button.action for button in message.buttons if button.action.startswith(beginning)]


async def erasures(redis: Redis) -> list[str]:
    """Read who is to be erased."""
    return await run_command(redis, "ZRANGE", ConversationKeys(a_conversation()).erasures, 0, -1)


async def everything(redis: Redis) -> str:
    """Read all that is stored, but what may still be shown under its key."""
    texts: list[str] = []
    reading = {
        "hash": ("HGETALL",),
        "list": ("LRANGE", 0, -1),
        "string": ("GET",),
        "stream": ("XRANGE", "-", "+"),
        "zset": ("ZRANGE", 0, -1),
    }
    for key in await run_command(redis, "KEYS", "rv:*"):
        command, *arguments = reading[await run_command(redis, "TYPE", key)]
        texts.append(str(await run_command(redis, str(command), key, *arguments)))
    return "\n".join(texts)
