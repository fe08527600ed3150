"""What the inbox refuses for good: an event that can't be written down, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.inbox import Inbox
from bot.engine.mailbox import Mailbox
from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.people import Authority, Principal
from tests.builders import a_message

HALF = "a\ud83d"
WHOLE = a_message("hello")

ODD = [
    replace(WHOLE, text=HALF),
    replace(WHOLE, event_key=HALF),
    replace(WHOLE, conversation=replace(WHOLE.conversation, channel_id=HALF)),
    replace(WHOLE, author=replace(WHOLE.author, display_name=HALF)),
]


class Unscheduled:
    """Wakes nobody."""

    async def wake(self, conversation: str, number: int, *, seconds: float = 0) -> None:
        pass

    async def deliver_later(self, lane_name: str, seconds: float) -> None:
        pass

    async def ring(self, conversation: str, number: int, *, seconds: float = 0) -> None:
        pass

    async def learn(self, conversations: Sequence[str], number: int) -> None:
        pass

    async def erase(self, partition: str, number: int) -> None:
        pass


class FaultyAuthority(Authority):
    """Has a fault of ours."""

    @override
    def principal(self, message: IncomingMessage) -> Principal:
        raise ValueError("a fault of ours")


def inbox(redis: Redis, authority: Authority) -> Inbox:
    return Inbox(Mailbox(redis, deadline=5, lease_seconds=5), Unscheduled(), authority)


def unstorable() -> float:
    labels = {"platform": str(WHOLE.conversation.platform), "result": "unstorable"}
    return REGISTRY.get_sample_value("relevo_inbox_events_total", labels) or 0.0


@pytest.mark.parametrize("message", ODD)
async def test_what_can_not_be_written_down_is_refused_by_name_and_counted(
    redis_client: Redis, message: IncomingMessage
) -> None:
    before = unstorable()
    with pytest.raises(UnstorableError):
        await inbox(redis_client, Authority()).accept(message)
    assert unstorable() - before == 1
    assert await redis_client.keys() == []  # pyright: ignore[reportUnknownMemberType]


async def test_a_fault_of_ours_is_not_the_events(redis_client: Redis) -> None:
    with pytest.raises(ValueError, match="a fault of ours"):
        await inbox(redis_client, FaultyAuthority()).accept(WHOLE)
    assert await inbox(redis_client, Authority()).accept(WHOLE)
