"""A whole Relevo that its admin steers from Slack: lines, forms, completion, buttons, refusals."""

from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, THEIRS
from tests.flows.installation import installation, sees
from tests.platforms.slack.server import Delivered
from tests.platforms.slack.stage import DESK, DIRECT, SlackStage, place, slack_stage
from tests.platforms.stage import Someone


async def form(stage: SlackStage, words: str) -> dict[str, Any]:
    before = set(stage.server.workspace.views)
    await stage.command(place(DESK), words, who=ADMIN)
    [view] = [it for name, it in stage.server.workspace.views.items() if name not in before]
    return view


async def offered(stage: SlackStage, view: dict[str, Any], who: Someone) -> list[str]:
    body = stage.suggestion(view, "team", "ni", who)
    delivered: Delivered = await stage.server.tell("interactive", body)
    return [option["value"] for option in delivered.payload["options"]]


async def test_an_admin_steers_relevo_from_slack(
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> None:
    async with slack_stage() as stage:
        workspace = stage.server.workspace
        workspace.add_channel(CHANNEL)
        workspace.add_user(ADMIN.user_id, ADMIN.name, is_admin=True)
        stage.server.ack_seconds = 3.0
        async with installation(redis_url, tmp_path, [stage], desk=stage):
            await stage.command(
                place(CHANNEL), "settings set escalation.answer_above 0.91", who=ADMIN
            )
            changed = await sees(stage, THEIRS, "0.91")
            assert "0.4 → 0.91" in changed.text

            filled = stage.filled_form(await form(stage, "team add"), {"name": "Night"}, ADMIN)
            assert (await stage.server.tell("interactive", filled)).payload == {
                "response_action": "clear"
            }
            await sees(stage, THEIRS, "Night")

            view = await form(stage, "team remove")
            assert await offered(stage, view, ADMIN) == ["Night"]
            assert await offered(stage, view, stage.customer) == []

            undo = [it for it in changed.actions if it.startswith("admin:/settings undo")]
            await stage.press(THEIRS, changed.id, undo[0], who=ADMIN)
            await sees(stage, THEIRS, "0.91 → 0.4")

            await stage.command(place(CHANNEL), "settings set escalation.answer_above 0.2")
            await sees(stage, place(DIRECT), "Only administrators")
            workspace.users[ADMIN.user_id]["is_admin"] = False
            await stage.command(
                place(CHANNEL), "settings set escalation.answer_above 0.3", who=ADMIN
            )
            await sees(stage, THEIRS, "Only administrators")
            assert stage.seen(place(DESK)) == []
