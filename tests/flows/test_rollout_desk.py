"""A mode that falls back, and one that could go on, are told to the desk of every platform, once."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.rollout import Arm, EvidenceKind, RolloutMode
from tests.flows.installation import PATIENCE, Installation, eventually, installation
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Seen, Stage
from tests.platforms.telegram.stage import TelegramStage
from tests.platforms.telegram.world import AGENT
from tests.rollout.seeding import TOPICS, WELL, a_fall, seed

FALLEN = "taken back by itself"
READY = "ready to go from"
SETTINGS = {
    "topics": TOPICS,
    "rollout": {
        "mode": "human",
        "evidence": 40,
        "topics": [{"name": "Returns", "mode": "auto"}, {"name": "Delivery", "mode": "shadow"}],
    },
}


def places(stage: Stage) -> list[ConversationRef]:
    """The desk's channel, and all threads in it."""
    return [stage.channel, *stage.threads()]


def told(stage: Stage, words: str) -> list[Seen]:
    seen = (item for place in places(stage) for item in stage.seen(place))
    return list({item.id: item for item in seen if words in item.text}.values())


def place_of(stage: Stage, message: Seen) -> ConversationRef:
    return next(place for place in places(stage) if message in stage.seen(place))


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
async def test_the_desk_is_told_and_an_admins_click_takes_the_step(
    redis_client: Redis, redis_url: str, tmp_path: Path, platform: Platform
) -> None:
    await a_fall(redis_client)
    await seed(
        redis_client,
        WELL * 6,
        mode=RolloutMode.SHADOW,
        arm=Arm.HUMAN,
        kind=EvidenceKind.DRAFT,
        topic="Delivery",
    )
    async with open_stage(platform) as stage:
        if isinstance(stage, TelegramStage):
            user = {"id": AGENT, "is_bot": False, "first_name": stage.agent.name}
            stage.server.world.members[AGENT] = {"status": "member", "user": user}
        admins = [f"{platform}:{stage.agent.user_id}"]
        running = installation(redis_url, tmp_path, [stage], desk=stage, admins=admins, **SETTINGS)
        async with running as here:
            await eventually(lambda: told(stage, FALLEN), "the desk reads of the fall")
            await eventually(lambda: told(stage, READY), "the desk reads of the step")
            await watched_again(here)
            [fallen], [ready] = told(stage, FALLEN), told(stage, READY)
            live, [go] = here.relevo.live, ready.actions
            assert fallen.actions == ("admin:/settings undo change=1",)
            assert live.value("rollout.topics[Returns].mode") == "canary"
            assert live.value("rollout.topics[Delivery].mode") == "shadow"
            await stage.press(place_of(stage, ready), ready.id, go, who=stage.agent)
            mode = "rollout.topics[Delivery].mode"
            await eventually(lambda: live.value(mode) == "copilot", "an admin's click does it")


async def watched_again(here: Installation) -> None:
    """Look once more, and let whatever that set ring."""
    async with asyncio.timeout(PATIENCE):
        assert await here.relevo.rollout.look()
        await here.relevo.engine.worker.ring(str(here.relevo.engine.authority.desk))
