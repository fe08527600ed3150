"""Where the bot listens: channels from a mention on, its threads, and the desk."""

from bot.vocabulary.messages import MessageKind
from tests.adapters.slack_events.kit import CHANNEL, OTHER, last, tell, texts
from tests.contracts.kit import says
from tests.platforms.slack.stage import DESK, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import BOT_USER


async def test_a_channel_is_heard_from_a_mention_on(platform: SlackUnderTest) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    other = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "chat"})
    await stage.write(place(CHANNEL, other["ts"]), "talk among people")
    assert platform.intake.handed == []
    head = await stage.write(place(CHANNEL), "help me")
    assert last(platform).conversation == place(CHANNEL, head)
    assert not last(platform).is_direct
    await stage.write(place(CHANNEL, head), "and one thing more")
    assert (last(platform).text, last(platform).conversation) == (
        "and one thing more",
        place(CHANNEL, head),
    )
    assert not last(platform).is_mention


async def test_a_thread_under_one_of_our_messages_is_heard(platform: SlackUnderTest) -> None:
    sent = await platform.adapter.send(place(CHANNEL), says("News."), key="k1")
    await platform.stage.write(place(CHANNEL, sent.message_id), "nice")
    assert last(platform).conversation == place(CHANNEL, sent.message_id)


async def test_edits_and_deletions_are_heard_where_messages_are(platform: SlackUnderTest) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    other = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "chat"})
    await stage.edit(place(CHANNEL), other["ts"], "chit-chat")
    await stage.delete(place(CHANNEL), other["ts"])
    assert platform.intake.handed == []
    head = await stage.write(place(CHANNEL), "help me")
    await stage.edit(place(CHANNEL), head, "help us")
    assert (last(platform).kind, last(platform).id) == (MessageKind.EDITED, head)
    await stage.delete(place(CHANNEL), head)
    assert (last(platform).kind, last(platform).id) == (MessageKind.DELETED, head)
    assert last(platform).conversation == place(CHANNEL, head)


async def test_the_desks_threads_are_heard_and_its_mentions_are_commands(
    platform: SlackUnderTest,
) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
    thread, ana = opened.conversation, SlackStage.agent
    for written, heard in (
        ("only a note", "only a note"),
        ("!reply Hello", "!reply Hello"),
    ):
        await platform.stage.write(thread, written, who=ana)
        assert (last(platform).text, last(platform).conversation) == (heard, thread)
    channel = platform.server.workspace.channels[DESK]
    for written, heard in (
        (f"<@{BOT_USER}> reply hi &amp; bye", "!reply hi & bye"),
        (f"<@{BOT_USER}> !claim", "!claim"),
        (f"<@{BOT_USER}>", "!help"),
        (f"ask <@{BOT_USER}> later", "ask later"),
    ):
        message = platform.server.workspace.post(
            channel, {"user": ana.user_id, "text": written, "thread_ts": thread.thread_id}
        )
        assert await tell(platform, platform.stage.events_of(thread, message)[0])
        assert last(platform).text == heard
    assert last(platform).author.display_name == "Ana"
    assert not last(platform).author.is_external


async def test_the_desk_hears_threads_that_people_began(platform: SlackUnderTest) -> None:
    channel = platform.server.workspace.channels[DESK]
    head = platform.server.workspace.post(
        channel, {"user": SlackStage.agent.user_id, "text": "who takes this?"}
    )
    await platform.stage.write(place(DESK, head["ts"]), "I do", who=SlackStage.agent)
    assert last(platform).conversation == place(DESK, head["ts"])


async def test_what_people_said_before_the_bot_was_called_is_theirs(
    platform: SlackUnderTest,
) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    head = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "private"})
    thread = place(CHANNEL, head["ts"])
    early = stage.post(thread, "just between us")
    called = platform.server.workspace.post(
        channel,
        {"user": OTHER.user_id, "text": f"<@{BOT_USER}> help", "thread_ts": head["ts"]},
    )
    for event in stage.events_of(thread, called):
        assert await tell(platform, event)
    assert await tell(platform, stage.events_of(thread, early)[0]), "it is told late"
    await stage.edit(thread, early["ts"], "still between us")
    await stage.write(thread, "and this is for you")
    assert set(texts(platform)) == {"help", "and this is for you"}


async def test_an_edit_that_calls_the_bot_lets_it_hear_from_then_on(
    platform: SlackUnderTest,
) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    head = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "private"})
    thread = place(CHANNEL, head["ts"])
    early = stage.post(thread, "just between us")
    event = stage.edit_event(thread, head["ts"], "call")
    event["event"]["message"]["text"] = f"<@{BOT_USER}> help"
    assert (await platform.server.tell("events_api", event)).acknowledged
    assert await tell(platform, stage.events_of(thread, early)[0])
    await stage.write(thread, "and this is for you")
    assert texts(platform) == ["help", "and this is for you"]
