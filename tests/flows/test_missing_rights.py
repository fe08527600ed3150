"""A desk where the bot lacks a right that only decorates: cases are worked on all the same."""

from pathlib import Path

from redis.asyncio import Redis

from tests.flows.agents import Desk
from tests.platforms.slack.stage import slack_stage


async def test_a_workspace_without_the_right_to_react(
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> None:
    async with slack_stage() as stage:
        granted = (stage.server.scopes or "").split(",")
        stage.server.scopes = ",".join(scope for scope in granted if scope != "reactions:write")
        desk = Desk(stage, redis_url, tmp_path)
        await desk.start()
        await desk.a_case()
        await desk.does("claim")
        await desk.customer_hears(stage.agent.name)
        await stage.write(stage.conversation, "my parcel is lost")
        await desk.sees("my parcel is lost")
        await desk.does("resolve")
        await desk.customer_hears("has marked this as solved")
        await desk.stop()
