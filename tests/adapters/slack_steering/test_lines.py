"""Lines with everything in them travel as they were typed; people who are mentioned become accounts."""

from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, THEIRS, last, notes, typed
from tests.platforms.slack.faults import refusal
from tests.platforms.slack.stage import DESK, DIRECT, place
from tests.platforms.slack.under_test import SlackUnderTest

LINES = [
    ("settings set escalation.answer_above 0.5", "/settings set escalation.answer_above 0.5"),
    ("mode canary topic=shipping", "/mode canary topic=shipping"),
    ("status", "/status"),
    ("estado", "/estado"),
    ("memory", "/memory"),
    ("memory off", "/memory off"),
    ("memory export", "/memory export"),
    ("team add Night &amp; Day", "/team add Night & Day"),
    ("memory show <@U0AGENT001|ana>", "/memory show person=slack:U0AGENT001"),
    ("memory show <@U0AGENT001>", "/memory show person=slack:U0AGENT001"),
    ("admins add <@W0AGENT001|ana maría>", "/admins add person=slack:W0AGENT001"),
    ("memory show telegram:17", "/memory show telegram:17"),
    (
        "agent add <@U0AGENT001|ana> Ana teams=Billing",
        "/agent add person=slack:U0AGENT001 name=Ana teams=Billing",
    ),
    ("ask who is <@U0AGENT001|ana>?", "/ask who is @ana?"),
    ("audit <@U0AGENT001|ana> 5", "/audit who=slack:U0AGENT001 count=5"),
]


async def test_complete_lines_are_taken_as_they_are(platform: SlackUnderTest) -> None:
    for written, heard in LINES:
        delivered = await typed(platform, written)
        assert delivered.payload["text"] == "Gracias, te respondo por mensaje directo."
        assert (last(platform).text, last(platform).conversation) == (heard, THEIRS)
    assert platform.server.workspace.views == {}


async def test_in_the_desk_a_steering_line_goes_to_the_direct_conversation(
    platform: SlackUnderTest,
) -> None:
    delivered = await typed(platform, "settings show", DESK)
    assert delivered.payload["response_type"] == "ephemeral"
    assert (last(platform).text, last(platform).conversation) == ("/settings show", THEIRS)


async def test_what_is_typed_among_others_goes_to_the_direct_conversation(
    platform: SlackUnderTest,
) -> None:
    heard = await platform.stage.write(place(CHANNEL), "/audit", who=ADMIN)
    thread = place(CHANNEL, heard)
    message = last(platform)
    assert (message.text, message.conversation, message.is_direct) == ("/audit", THEIRS, True)
    [note] = await notes(platform, 1)
    assert (note["channel"], note["thread_ts"], note["user"]) == (CHANNEL, heard, ADMIN.user_id)
    await platform.stage.edit(thread, heard, "/audit 5")
    await platform.stage.write(thread, "what is that?", who=ADMIN)
    keys = {one.event_key for one in platform.intake.handed}
    assert keys == {message.event_key}, "the bot takes no part in that thread"
    for words in ("/memory export", "/help", "hello"):
        await platform.stage.write(place(CHANNEL), words, who=ADMIN)
        assert (last(platform).text, last(platform).is_direct) == (words, False)
    refused = refusal("cannot_dm_bot")
    platform.server.faults.add("conversations.open", refused, refused)  # message and app_mention
    await platform.stage.write(place(CHANNEL), "/status", who=ADMIN)
    assert last(platform).conversation.channel_id == CHANNEL


async def test_help_is_everybodys(platform: SlackUnderTest) -> None:
    for written in ("", "help", "ayuda", "help kb add"):
        await platform.stage.command(place(DIRECT), written)
        assert last(platform).text == f"/{written or 'help'}"
        assert last(platform).conversation == place(DIRECT)
