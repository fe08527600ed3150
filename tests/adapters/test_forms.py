"""Buttons that ask for words: each form has its title, its question and what it begins with."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from adapters.buttons import question_of
from adapters.discord.render import PREFILLED, components, form_of, long_actions
from adapters.prefills import SECTION
from bot.texts import shortened
from bot.vocabulary.messages import Button, OutgoingMessage
from tests.adapters.discord_interactions.kit import last, opened
from tests.platforms.discord.kit import running
from tests.platforms.discord.stage import DiscordUnderTest, discord_stage
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.playground.page import an_agent
from tests.playground.under_test import PlaygroundUnderTest, playground

DRAFT = "Wash it at 30 °C.\n\n*Never* tumble-dry: <@U1> & @everyone"
BUTTONS = (
    Button(action="case:edit:d1", label="Edit first", asks=True, prefill=DRAFT),
    Button(action="case:reply", label="Reply", asks=True),
    Button(action="case:snooze", label="Snooze", asks=True),
    Button(action="case:transfer", label="Transfer", asks=True),
)
CARD = OutgoingMessage(text="Card.", buttons=BUTTONS)
WANTED = {
    "case:edit:d1": ("Edit first", DRAFT),
    "case:reply": ("Reply", ""),
    "case:snooze": ("Snooze", ""),
    "case:transfer": ("Transfer", ""),
}
"""Action → the title of its form, and what that begins with."""


@pytest.fixture
async def workspace(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client) as under_test:
        yield under_test


@pytest.fixture
async def guild(redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    async with discord_stage() as stage, running(stage, redis_client) as under_test:
        await under_test.adapter.locate(stage.channel.channel_id)
        yield under_test


@pytest.fixture
async def page(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    async with playground(redis_client) as under_test:
        yield under_test


@pytest.mark.parametrize("action", WANTED)
async def test_slack_opens_the_form_of_each_button(workspace: SlackUnderTest, action: str) -> None:
    stage, agent = workspace.stage, workspace.stage.agent
    opened = await workspace.adapter.open_thread(stage.channel, "A case", CARD, key="k1")
    place = opened.conversation
    await stage.press(place, opened.message_id, action, who=agent, text="My words")
    [view] = workspace.server.workspace.views.values()
    title, begins = WANTED[action]
    assert view["title"]["text"] == title
    [block] = view["blocks"]
    assert block["label"]["text"] == question_of(action, "en", label=title)
    assert block["element"].get("initial_value", "") == begins
    [event] = workspace.intake.handed
    assert (event.action, event.text, event.conversation) == (action, "My words", place)


@pytest.mark.parametrize("action", WANTED)
async def test_discord_opens_the_form_of_each_button(guild: DiscordUnderTest, action: str) -> None:
    place, card = await opened(guild, *BUTTONS)
    await guild.stage.press(place, card, action, who=guild.stage.agent, text="My words")
    event = await last(guild)
    assert (event.action, event.text, event.conversation) == (action, "My words", place)
    form = guild.stage.server.world.callbacks[0]["data"]
    title, begins = WANTED[action]
    assert form["title"] == title
    [label] = form["components"]
    assert label["label"] == shortened(question_of(action, "es", label=title), 45)
    assert label["component"].get("value", "") == begins


async def test_the_form_of_a_text_that_is_no_longer_kept_is_empty(guild: DiscordUnderTest) -> None:
    place, card = await opened(guild, *BUTTONS)
    store = guild.tools.store
    await store.drop(SECTION, list(await store.read(SECTION)))
    action = BUTTONS[0].action
    await guild.stage.press(place, card, action, who=guild.stage.agent, text="My words")
    assert (await last(guild)).action == action
    form = guild.stage.server.world.callbacks[0]["data"]
    assert "value" not in form["components"][0]["component"]


async def test_an_edit_keeps_what_a_form_begins_with(guild: DiscordUnderTest) -> None:
    place, card = await opened(guild)
    await guild.adapter.edit(place, CARD, key="case")
    action = BUTTONS[0].action
    await guild.stage.press(place, card, action, who=guild.stage.agent, text="My words")
    assert (await last(guild)).text == "My words"
    form = guild.stage.server.world.callbacks[0]["data"]
    assert form["components"][0]["component"]["value"] == DRAFT


def test_a_long_action_with_a_prefill_goes_by_a_short_name_like_any_other() -> None:
    fits = Button(action="x" * 85, label="Edit", asks=True, prefill="text")
    longer = replace(fits, action="x" * 86)
    ids = [components([button])[0]["components"][0]["custom_id"] for button in (fits, longer)]
    assert all(custom_id.startswith(PREFILLED) and len(custom_id) <= 100 for custom_id in ids)
    first, second = (form_of(custom_id) for custom_id in ids)
    assert first is not None
    assert second is not None
    assert first[0] == fits.action
    assert long_actions([fits, longer]) == {second[0]: longer.action}


async def test_the_page_is_told_what_a_form_asks_for_and_sends_it(
    page: PlaygroundUnderTest,
) -> None:
    opened = await page.adapter.open_thread(page.channel, "A case", CARD, key="k1")
    thread = str(opened.conversation.thread_id)
    [line] = await page.page.lines(str(opened.conversation), thread=thread)
    edit = line["buttons"][0]
    assert (edit["asks"], edit["prefill"]) == (True, DRAFT)
    assert edit["questions"]["es"] == question_of("case:edit:d1", "es", label="Edit first")
    press = {"type": "press", "who": an_agent(), "thread": thread, "target": line["id"]}
    empty = await page.page.act(**press, id="event-0001", action=edit["action"], text=" ")
    assert (empty["type"], empty["reason"]) == ("refused", "empty")
    sent = await page.page.act(**press, id="event-0002", action=edit["action"], text="My words")
    assert sent["type"] == "ack"
    [event] = page.intake.handed
    assert (event.action, event.text) == ("case:edit:d1", "My words")
