"""A team, its roster and its hours on real platforms: offers ping, promises ring, nobody is forgotten."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.vocabulary.messages import Platform
from tests.flows.installation import eventually, installation, sees
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Stage

SECONDS = 1 / 60


@pytest.fixture(params=PLATFORMS, ids=str)
async def stage(
    request: pytest.FixtureRequest,
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    """A desk whose only agent is offered each case, and whose patience ends after some seconds."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(request.param))
        agent = {"id": f"{stage.platform}:{stage.agent.user_id}", "name": "Ana", "lead": True}
        running = installation(
            redis_url,
            tmp_path,
            [stage],
            desk=stage,
            topics=[{"name": "pans", "words": ["pan", "sartén"]}],
            teams=[
                {"name": "shop"},
                {"name": "kitchen", "topics": ["pans"], "first_reply": {"normal": 2 * SECONDS}},
            ],
            agents=[agent | {"teams": ["kitchen"]}],
            timing={"unclaimed_minutes": 1.5 * SECONDS, "on_nobody": "bot"},
        )
        await stack.enter_async_context(running)
        yield stage


async def test_what_the_only_agent_does_not_take_goes_back_to_the_bot(stage: Stage) -> None:
    await stage.write(stage.conversation, "The pan is broken, I want to talk to a person, please")
    await eventually(stage.threads, "a thread for the case")
    thread = stage.threads()[-1]
    await sees(stage, stage.conversation, "You're next in the queue.")
    await sees(stage, thread, "Ana, this one is for you")
    await sees(stage, stage.conversation, "I'm still looking for somebody")
    await sees(stage, thread, "Nobody has taken this case yet")
    await sees(stage, thread, "First reply due")
    await sees(stage, thread, "First reply: the promised time is over")
    await sees(stage, stage.conversation, "Nobody on our team could take this in time")
    await sees(stage, thread, "Nobody took this case in time")
    # On Slack a mention stands in the blocks and in the text that notifications show.
    copies = 2 if stage.platform is Platform.SLACK else 1
    # Once each: the offer, nobody yet, the promise near and over, nobody at all.
    assert stage.pings() == 5 * copies
