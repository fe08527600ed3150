"""An answer grows while it is written, and the final words take its place: once, whatever is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from redis.asyncio import Redis

from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from bot.vocabulary.messages import Button, OutgoingMessage
from tests.contracts.kit import says
from tests.platforms.slack.faults import (
    BROKEN,
    DONE_AND_BROKEN,
    DONE_AND_DROPPED,
    DROPPED,
    Fault,
    limited,
    refusal,
)
from tests.platforms.slack.stage import place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.platforms.slack.workspace import sets_off_in_markdown

POST, UPDATE, HISTORY = "chat.postMessage", "chat.update", "conversations.history"
DELETE = "chat.delete"


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, draft_seconds=0.0) as under_test:
        yield under_test


async def shown(platform: SlackUnderTest) -> list[str]:
    return list(await platform.shown(platform.conversation))


async def test_a_draft_grows_and_becomes_the_answer(platform: SlackUnderTest) -> None:
    adapter, here = platform.adapter, platform.conversation
    for text in ("It", "It is in the **sec", "It is in the **second** drawer"):
        await adapter.preview(here, text, key="k1")
    assert await shown(platform) == ["It is in the second"]
    final = OutgoingMessage(
        text="It is in the **second** drawer.", buttons=(Button(action="human", label="Ask"),)
    )
    sent = [await adapter.send(here, final, key="k1") for _ in range(2)]
    assert sent[0] == sent[1]
    [seen] = [it for it in platform.stage.seen(here) if it.by_relevo]
    assert (seen.id, seen.text) == (sent[0].message_id, "It is in the second drawer.")
    assert seen.actions == ("human",)
    assert len(platform.server.asked(POST)) == 1


async def test_a_draft_comes_too_late_after_the_answer(platform: SlackUnderTest) -> None:
    await platform.adapter.send(platform.conversation, says("Done."), key="k1")
    await platform.adapter.preview(platform.conversation, "Well, it", key="k1")
    assert await shown(platform) == ["Done."]


async def test_a_long_answer_takes_the_place_and_goes_on(platform: SlackUnderTest) -> None:
    await platform.adapter.preview(platform.conversation, "word word", key="k1")
    words = "word " * 1500
    await platform.adapter.send(platform.conversation, says(words), key="k1")
    assert " ".join(await shown(platform)).split() == words.split()
    await platform.adapter.edit(platform.conversation, says("short"), key="k1")
    assert await shown(platform) == ["short"]
    await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN, limited(1)])
async def test_a_draft_of_unknown_fate_is_found_or_not_there(
    platform: SlackUnderTest, fault: Fault
) -> None:
    platform.server.faults.add(POST, fault)
    await platform.adapter.preview(platform.conversation, "It is", key="k1")
    begun = ["It"] if fault.does else []
    assert await shown(platform) == begun
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is here."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
async def test_a_lost_answer_is_given_the_place_again(
    platform: SlackUnderTest, fault: Fault
) -> None:
    await platform.adapter.preview(platform.conversation, "It is", key="k1")
    platform.server.faults.add(UPDATE, fault)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is here."]


async def test_an_answer_whose_draft_somebody_deleted_is_shown(platform: SlackUnderTest) -> None:
    await platform.adapter.preview(platform.conversation, "It is", key="k1")
    messages = platform.server.workspace.channels[platform.conversation.channel_id].messages
    messages.clear()
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is here."]


async def test_a_lost_draft_is_taken_back(platform: SlackUnderTest) -> None:
    platform.server.faults.add(POST, DONE_AND_DROPPED)
    await platform.adapter.preview(platform.conversation, "It is", key="k1")
    for _ in range(2):
        await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


async def test_drafts_are_few_enough_for_slack(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        for number in range(50):
            await platform.adapter.preview(platform.conversation, f"n{number} n", key="k1")
        assert await shown(platform) == ["n0"]
        for number in range(50):
            await platform.adapter.preview(platform.conversation, "words and", key=f"key{number}")
        assert 1 < len(await shown(platform)) <= 9


async def test_a_draft_pings_nobody_and_goes_into_its_thread(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    for text in (
        "<!channel> https://evil.example",
        "<!channel> <@U0CUSTOMER> https://evil.example",
    ):
        await platform.adapter.preview(opened.conversation, text, key="k1")
    assert len(await platform.shown(opened.conversation)) == 2
    assert (platform.stage.pings(), platform.stage.unfurls()) == (0, 0)


async def test_nothing_in_a_draft_can_be_clicked(platform: SlackUnderTest) -> None:
    text = "See [our page](https://shop.example/a) or https://shop.example/b, then go on"
    await platform.adapter.preview(platform.conversation, text, key="k1")
    [posted] = platform.server.asked(POST)
    assert '"link"' not in json.dumps(posted["blocks"])
    assert sets_off_in_markdown(posted["text"]) == (0, 0)
    [drawn] = await shown(platform)
    assert drawn.startswith("See our page or ")
    await platform.adapter.send(platform.conversation, says(text), key="k1")
    assert '"link"' in json.dumps(platform.server.asked(UPDATE)[-1]["blocks"])


REFUSALS = ["edit_window_closed", "cant_update_message", "restricted_action"]


@pytest.mark.parametrize("code", REFUSALS)
async def test_an_answer_is_shown_though_its_draft_can_not_be_changed(
    platform: SlackUnderTest, code: str
) -> None:
    await platform.adapter.preview(platform.conversation, "It is here", key="k1")
    platform.server.faults.add(UPDATE, refusal(code))
    sent = [
        await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert await shown(platform) == ["It is here."]
    assert platform.server.asked(HISTORY) == [], "a refusal is certain"


@pytest.mark.parametrize("code", ["cant_delete_message", "restricted_action"])
async def test_a_draft_that_can_not_even_be_deleted_holds_no_answer_up(
    platform: SlackUnderTest, code: str
) -> None:
    await platform.adapter.preview(platform.conversation, "It is here", key="k1")
    platform.server.faults.add(UPDATE, refusal("edit_window_closed"))
    platform.server.faults.add(DELETE, refusal(code))
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is", "It is here."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED, BROKEN, limited(1)])
async def test_no_answer_stands_beside_a_draft_that_may_yet_be_deleted(
    platform: SlackUnderTest, fault: Fault
) -> None:
    await platform.adapter.preview(platform.conversation, "It is here", key="k1")
    platform.server.faults.add(UPDATE, *[refusal("edit_window_closed")] * 2)
    platform.server.faults.add(DELETE, fault)
    with pytest.raises((ConnectionLostError, RateLimitedError)):
        await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ([] if fault.does else ["It is"])
    await asyncio.sleep(1 if fault.answers == HTTPStatus.TOO_MANY_REQUESTS else 0)
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is here."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED])
async def test_an_answer_of_unknown_fate_is_shown_once_though_its_draft_can_not_be_changed(
    platform: SlackUnderTest, fault: Fault
) -> None:
    await platform.adapter.preview(platform.conversation, "It is here", key="k1")
    platform.server.faults.add(UPDATE, fault, refusal("edit_window_closed"))
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert await shown(platform) == ["It is here."]


async def test_a_draft_never_raises_for_slacks_sake(platform: SlackUnderTest) -> None:
    await platform.adapter.preview(place("C0NOWHERE1"), "It is", key="k1")
    await platform.adapter.preview(platform.conversation, " ", key="k2")
    assert await shown(platform) == []
