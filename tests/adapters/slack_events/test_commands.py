"""Slash commands: whoever writes one can go on where it is answered."""

import pytest

from tests.adapters.slack_events.kit import CHANNEL, OTHER, last, texts
from tests.contracts.kit import says
from tests.platforms.slack.faults import DROPPED, Fault, refusal
from tests.platforms.slack.stage import DESK, DIRECT, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest

OPEN = "conversations.open"


async def test_a_command_in_a_channel_goes_on_in_a_direct_message(
    platform: SlackUnderTest,
) -> None:
    delivered = await platform.stage.command(place(CHANNEL), "human")
    assert delivered.payload == {
        "response_type": "ephemeral",
        "text": "Thanks, I'm answering you in a direct message.",
    }
    assert (last(platform).text, last(platform).conversation) == ("/human", place(DIRECT))
    assert last(platform).is_direct
    await platform.adapter.send(last(platform).conversation, says("What is it?"), key="k1")
    await platform.stage.write(place(DIRECT), "my order")
    assert texts(platform) == ["/human", "my order"]
    assert last(platform).conversation == place(DIRECT)


async def test_it_is_said_in_the_persons_language(platform: SlackUnderTest) -> None:
    delivered = await platform.stage.command(place(CHANNEL), "human", who=OTHER)
    assert delivered.payload["text"] == "Gracias, te respondo por mensaje directo."
    assert last(platform).conversation.channel_id not in {CHANNEL, DIRECT}


async def test_a_command_among_two_people_goes_on_with_the_bot(platform: SlackUnderTest) -> None:
    platform.server.workspace.add_channel("D0TWO00001", is_im=True).members.clear()
    await platform.stage.command(place("D0TWO00001"), "human")
    assert last(platform).conversation == place(DIRECT)


async def test_where_the_bot_is_known_nothing_is_asked(platform: SlackUnderTest) -> None:
    await platform.stage.write(place(DIRECT), "hi")
    delivered = await platform.stage.command(place(DIRECT), "human")
    assert (delivered.acknowledged, delivered.payload) == (True, None)
    assert platform.server.asked(OPEN) == []


async def test_a_command_in_the_desk_stays_there(platform: SlackUnderTest) -> None:
    await platform.stage.command(place(DESK), "help", who=SlackStage.agent)
    assert last(platform).conversation == place(DESK)
    assert platform.server.asked(OPEN) == []


@pytest.mark.parametrize("fault", [DROPPED, Fault(after=1.5), refusal("cannot_dm_bot")])
async def test_a_command_that_leads_nowhere_is_not_taken(
    platform: SlackUnderTest, fault: Fault
) -> None:
    platform.server.ack_seconds = 3.0
    platform.server.faults.add(OPEN, fault)
    body = platform.stage.command_body(place(CHANNEL), "human")
    assert not (await platform.server.tell("slash_commands", body)).acknowledged
    assert platform.intake.handed == []
