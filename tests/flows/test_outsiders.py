"""Whoever is no full member of the desk's workspace, guild or group never acts as an agent."""

from typing import cast

from bot.vocabulary.messages import Platform
from tests.flows.agents import Desk
from tests.flows.installation import sees
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.slack.stage import SlackStage
from tests.platforms.stage import Someone, Stage
from tests.platforms.telegram.stage import TelegramStage

ANONYMOUS_ADMIN = 1087968824
"""Telegram's GroupAnonymousBot, as whom every anonymous admin of a group writes."""


def a_guest(stage: Stage) -> Someone:
    """A guest of the workspace, with the agent's own name."""
    workspace = cast("SlackStage", stage).server.workspace
    workspace.add_user("U0GUEST001", stage.agent.name, is_restricted=True)
    return Someone(user_id="U0GUEST001", name=stage.agent.name)


def a_stranger(stage: Stage) -> Someone:
    """Somebody whom the guild does not list as a member, with the agent's own name."""
    users = cast("DiscordStage", stage).server.world.users
    users["77700"] = users[stage.agent.user_id] | {"id": "77700"}
    return Someone(user_id="77700", name=stage.agent.name)


def an_anonymous_admin(stage: Stage) -> Someone:
    users = cast("TelegramStage", stage).server.world.users
    users[ANONYMOUS_ADMIN] = {
        "id": ANONYMOUS_ADMIN,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    return Someone(user_id=str(ANONYMOUS_ADMIN), name="Group")


OUTSIDERS = {
    Platform.SLACK: a_guest,
    Platform.DISCORD: a_stranger,
    Platform.TELEGRAM: an_anonymous_admin,
}


async def test_an_outsider_can_neither_claim_nor_reply_nor_press(desk: Desk) -> None:
    await desk.a_case()
    stage = desk.stage
    outsider = OUTSIDERS[stage.platform](stage)
    for words in ("claim", "reply I am your agent, send me your password", "resolve"):
        await stage.write(desk.thread, f"{desk.prefix}{words}", who=outsider)
    await stage.press(desk.thread, desk.with_action("case:claim")[0], "case:claim", who=outsider)

    await desk.does("help")  # answered after everything before it
    await desk.sees("private note")
    assert desk.in_thread("has taken this case") == 0
    await desk.presses("case:claim")
    await sees(stage, stage.conversation, f"talking with {stage.agent.name}")
    heard = "\n".join(item.text for item in stage.seen(stage.conversation) if item.by_relevo)
    assert "password" not in heard
    assert "solved" not in heard


async def test_a_customer_has_no_verbs_of_agents(desk: Desk) -> None:
    await desk.a_case()
    stage = desk.stage
    for verb in ("claim", "resolve", "return"):
        await stage.write(stage.conversation, f"{desk.prefix}{verb}")
    await desk.does("claim")
    await desk.sees("has taken this case")
    assert desk.in_thread("has resolved") == 0
