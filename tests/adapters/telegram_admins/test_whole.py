"""A whole Relevo that its admin steers from Telegram: group, private chat, menu, buttons, refusals."""

from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from tests.flows.installation import eventually, installation, sees
from tests.platforms.stage import Stage, said_by_relevo
from tests.platforms.telegram.stage import ANA, place, telegram_stage
from tests.platforms.telegram.world import AGENT, CUSTOMER, Json, administrator

USER: Json = {"id": AGENT, "is_bot": False, "first_name": "Ana"}
THEIRS = place(AGENT)


async def test_an_admin_steers_relevo_from_telegram(
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> None:
    async with telegram_stage() as telegram:
        stage = cast("Stage", telegram)
        world = telegram.server.world
        world.members[AGENT] = administrator(user=USER)
        world.members[CUSTOMER] = {"status": "member", "user": world.users[CUSTOMER]}
        async with installation(redis_url, tmp_path, [stage], desk=stage):
            line = "/settings_set escalation.answer_above 0.91"
            await stage.write(stage.channel, line, who=ANA)
            changed = await sees(stage, THEIRS, "0.4 → 0.91")
            assert "settings_set" in world.menus.of_person(AGENT), "it is an admin's menu now"

            undo = next(one for one in changed.actions if one.startswith("admin:/settings undo"))
            await stage.press(THEIRS, changed.id, undo, who=ANA)
            await sees(stage, THEIRS, "0.91 → 0.4")

            await stage.write(THEIRS, "/kb", who=ANA)
            await sees(stage, THEIRS, "/kb gaps")

            await stage.write(stage.conversation, "/settings set escalation.answer_above 0.2")
            await sees(stage, stage.conversation, "Only administrators")
            world.members[AGENT] = {"status": "left", "user": USER}
            await stage.write(THEIRS, "/settings set escalation.answer_above 0.3", who=ANA)
            await sees(stage, THEIRS, "full member")
            await eventually(
                lambda: "settings_set" not in world.menus.of_person(AGENT), "a customer's menu"
            )
            assert "settings_set" not in world.menus.of_person(CUSTOMER)
            assert said_by_relevo(stage.seen(stage.channel)) == []
