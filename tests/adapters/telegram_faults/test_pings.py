"""Nobody is notified in a group, whatever a model writes and whatever Telegram thinks of our entities."""

import pytest

from bot.vocabulary.messages import OutgoingMessage
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramUnderTest, place

FRIENDS = -1007

TEXTS = {
    "words": "ask @ana_ruiz now",
    "code_in_quote": "> ```\n> @ana_ruiz\n> ```",
    "code_in_list_in_quote": "> - see\n>\n>   ```\n>   say @ana_ruiz\n>   ```",
    "table_in_quote": "> | @ana_ruiz | b |\n> |---|---|\n> | 1 | @bob_ross |",
    "control": "@\x01ana_ruiz",
    "delete": "@\x7fana_ruiz",
    "several_controls": "hi @\x02\x03ana_ruiz and @\x1fbob_ross",
    "twice": "@@ana_ruiz",
    "direction": "@\u202aana_ruiz and @\u202e\u2028bob_ross",
    "line_above": "@\u033fana_ruiz and @\u030abob_ross",
    "direction_then_bold": "@\u202e**ana_ruiz**",
    "control_then_bold": "@\x01**ana_ruiz**",
    "control_in_code_in_quote": "> ```\n> @\x01ana_ruiz\n> ```",
    "link": "[@ana_ruiz](https://shop.example/)",
    "bold": "@**ana_ruiz**",
}


@pytest.mark.parametrize("is_literal", [True, False])
@pytest.mark.parametrize("name", TEXTS)
async def test_names_notify_nobody_in_a_group(
    there: TelegramUnderTest, name: str, *, is_literal: bool
) -> None:
    there.server.world.add_group(FRIENDS, forum=False)
    message = OutgoingMessage(text=TEXTS[name], is_literal=is_literal)
    await there.adapter.send(place(FRIENDS), message, key="k1")
    await there.adapter.edit(place(FRIENDS), OutgoingMessage(text="Other."), key="k1")
    await there.adapter.edit(place(FRIENDS), message, key="k1")
    assert there.stage.pings() == 0
    assert "ana_ruiz" in "".join(await there.shown(place(FRIENDS)))


@pytest.mark.parametrize("name", TEXTS)
async def test_nor_when_telegram_refuses_the_entities(there: TelegramUnderTest, name: str) -> None:
    there.server.world.add_group(FRIENDS, forum=False)
    there.server.faults["sendMessage"].append(
        Fault(status=400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    )
    message = OutgoingMessage(text=f"{TEXTS[name]}\n\n**Thanks**")
    await there.adapter.send(place(FRIENDS), message, key="k1")
    assert there.stage.pings() == 0
    [shown] = await there.shown(place(FRIENDS))
    assert "ana_ruiz" in shown
