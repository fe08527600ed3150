"""In the agent view each question has a thread of its own: one that began in a gap is found."""

from redis.asyncio import Redis

from tests.adapters.slack_gaps.kit import REPLIES, interrupt, let_go_on, texts, until
from tests.platforms.slack.stage import DIRECT, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.platforms.slack.workspace import BOT, BOT_USER


def begun(platform: SlackUnderTest) -> str:
    """A thread that a customer begins; Slack itself writes its head, in the bot's name."""
    head = {"user": BOT_USER, "bot_id": BOT, "text": "Chat"}
    workspace = platform.server.workspace
    return workspace.post(workspace.channels[DIRECT], head)["ts"]


async def test_what_was_asked_in_a_new_direct_thread_is_fetched(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        known = place(DIRECT, begun(platform))
        await platform.stage.write(known, "before")
        await interrupt(platform)
        new, empty = place(DIRECT, begun(platform)), begun(platform)
        platform.stage.post(new, "Where is it?")
        platform.stage.post(known, "Still there?")
        await let_go_on(platform)
        await until(lambda: {"Where is it?", "Still there?"} <= set(texts(platform)))
        handed = {it.text: it.conversation for it in platform.intake.handed}
        assert handed["Where is it?"] == new
        assert handed["Still there?"] == known
        read = [it["ts"] for it in platform.server.asked(REPLIES)]
        assert sorted(read) == sorted({*read}), "no thread is read twice"
        assert empty not in read
