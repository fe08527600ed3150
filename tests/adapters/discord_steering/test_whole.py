"""A whole Relevo that its admin steers from Discord: options, forms, completion, buttons, refusals."""

from pathlib import Path

from redis.asyncio import Redis

from adapters.discord.parse import direct
from bot.vocabulary.messages import ConversationRef
from tests.adapters.discord_steering.kit import IN_CHANNEL
from tests.adapters.discord_steering.test_founding import INVITED, MANAGE_GUILD
from tests.flows.installation import eventually, installation, sees
from tests.platforms.discord.reading import visible
from tests.platforms.discord.stage import DiscordStage, discord_stage
from tests.platforms.discord.steering import complete, fill, steer
from tests.platforms.discord.world import AGENT, CUSTOMER
from tests.platforms.stage import Someone

ABOVE = "escalation.answer_above"


def private(stage: DiscordStage, user_id: str) -> ConversationRef:
    """Somebody's direct messages, which the bot has opened."""
    channels = stage.server.world.channels.values()
    [found] = [
        raw for raw in channels if raw["type"] == 1 and raw["recipients"][0]["id"] == user_id
    ]
    return direct(found["id"])


def sets(stage: DiscordStage, value: str, who: Someone) -> None:
    steer(stage, IN_CHANNEL, ["settings", "set"], {"setting": ABOVE, "value": value}, who)


async def noted(stage: DiscordStage) -> None:
    """Wait until a command has been confirmed: its answer comes in private."""
    said = stage.server.world.callbacks
    await eventually(lambda: "mensaje directo" in str(said), "the command is not confirmed")


async def offered(stage: DiscordStage, who: Someone) -> list[str]:
    world, typed = stage.server.world, {"setting": "answer_ab"}
    token = complete(stage, IN_CHANNEL, ["settings", "set"], typed, who)
    await eventually(lambda: token in world.answered, "nothing is offered")
    return [one["value"] for one in world.answered[token]["data"]["choices"]]


async def test_an_admin_steers_relevo_from_discord(
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> None:
    async with discord_stage() as stage:
        world, admin = stage.server.world, stage.agent
        world.permissions = str(INVITED.value)
        world.give_role(AGENT, "700", MANAGE_GUILD)
        async with installation(redis_url, tmp_path, [stage], desk=stage):
            sets(stage, "0.91", admin)
            await noted(stage)
            theirs = private(stage, AGENT)
            changed = await sees(stage, theirs, "0.4 → 0.91")

            assert await offered(stage, admin) == [ABOVE]
            assert await offered(stage, stage.customer) == []

            words, values = ["canned", "set"], {"name": "hello", "language": "en"}
            token = steer(stage, IN_CHANNEL, words, values, admin)
            await fill(stage, IN_CHANNEL, token, "Hello there,\n\nhow are you?", admin)
            await sees(stage, theirs, "hello")

            undo = [one for one in changed.actions if one.startswith("admin:/settings undo")]
            await stage.press(theirs, changed.id, undo[0], who=admin)
            await sees(stage, theirs, "0.91 → 0.4")

            sets(stage, "0.2", stage.customer)
            await sees(stage, private(stage, CUSTOMER), "administra")
            world.roles["700"]["permissions"] = "0"
            sets(stage, "0.3", admin)
            await sees(stage, theirs, "administra")

            world.roles["700"]["permissions"] = str(MANAGE_GUILD)
            world.takes_none.add(AGENT)
            sets(stage, "0.42", admin)
            await eventually(lambda: world.asides, "the answer is lost")
            assert "0.4 → 0.42" in visible(world.asides[-1]["content"])
            assert stage.threads() == []
