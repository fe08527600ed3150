"""The agent view: what it suggests to ask, and its status."""

import asyncio

from redis.asyncio import Redis

from tests.adapters.slack_events.kit import tell
from tests.platforms.slack.stage import DIRECT, place
from tests.platforms.slack.under_test import slack


async def test_the_assistants_looks(redis_client: Redis) -> None:
    asks = ("Where is my order?", "How do I return something?")
    async with slack(redis_client, suggestions=asks) as platform:
        opened = {"type": "app_home_opened", "user": "U0CUSTOMER", "channel": DIRECT}
        assert await tell(platform, {**opened, "tab": "home", "event_ts": "1.1"})
        assert await tell(platform, {**opened, "tab": "messages", "event_ts": "1.1"})
        thread = {"user_id": "U0CUSTOMER", "channel_id": DIRECT, "thread_ts": "1.5"}
        started = {"type": "assistant_thread_started", "assistant_thread": thread}
        assert await tell(platform, {**started, "event_ts": "1.1"})
        async with asyncio.timeout(3):
            while len(platform.server.methods.prompts) < 2:  # noqa: ASYNC110 - sent afterwards
                await asyncio.sleep(0.01)
        first, second = platform.server.methods.prompts
        assert [prompt["message"] for prompt in first["prompts"]] == list(asks)
        assert (first.get("thread_ts"), second["thread_ts"]) == (None, "1.5")
        await platform.adapter.typing(place(DIRECT, "1.5"))
        await platform.adapter.typing(place(DIRECT))
        assert [it["thread_ts"] for it in platform.server.methods.statuses] == ["1.5"]
