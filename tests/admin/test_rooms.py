"""All rooms behind the office: every command has somebody who does it, and it travels like a message."""

from pathlib import Path

from redis.asyncio import Redis

from bot.vocabulary.commands import ADMIN_ACTION, COMMANDS
from bot.vocabulary.standing import Standing
from tests.admin.kit import House, a_house
from tests.admin.rooms_kit import PEOPLE, Chamber, a_chamber

ELSEWHERE = {"ask", "memory_show", "memory_export", "memory_erase", "help"}
"""Done by the conversation itself, where customers have the same, and by the office's own door."""


async def opened(redis: Redis, folder: Path) -> tuple[House, Chamber]:
    chamber = await a_chamber(redis, folder, **PEOPLE)
    house = await a_house(redis, rooms=chamber.rooms.rooms, data_dir=folder, **PEOPLE)
    return house, chamber


async def test_every_command_of_the_table_has_somebody_who_does_it(
    redis_client: Redis, tmp_path: Path
) -> None:
    house, chamber = await opened(redis_client, tmp_path)
    own = set(house.administration.office.handlers) - set(house.tripwires.handlers())
    assert own == {one.name for one in COMMANDS} - ELSEWHERE
    assert set(chamber.handlers) < own


async def test_a_mode_is_set_in_chat_pressed_back_and_audited(
    redis_client: Redis, tmp_path: Path
) -> None:
    house, _ = await opened(redis_client, tmp_path)
    reply = await house.says("/mode shadow shipping")
    assert "shadow" in reply.text
    await house.live.refresh()
    assert house.live.settings.rollout.topics[0].mode == "shadow"
    undo = next(one for one in reply.buttons if one.label == "Undo")
    assert undo.action.startswith(ADMIN_ACTION)
    await house.presses(undo.action)
    await house.live.refresh()
    assert house.live.settings.rollout.topics == ()
    entries = await house.audit()
    assert [one.action for one in entries] == ["settings_undo", "mode"]
    assert "shadow" in entries[1].detail
    assert entries[1].place.startswith("slack:home")


async def test_a_button_of_a_command_is_refused_to_others(
    redis_client: Redis, tmp_path: Path
) -> None:
    house, chamber = await opened(redis_client, tmp_path)
    (adapter,) = house.adapters.values()
    adapter.people["eva"] = Standing.MEMBER
    await house.presses("/mode mode=human", who="eva")
    await house.presses("/kb sync", who="eva")
    await chamber.live.refresh()
    assert chamber.live.settings.rollout.mode == "auto"
    assert [one.action for one in await house.audit()] == ["admin_refused", "admin_refused"]


async def test_the_choice_of_a_misspelt_team_comes_back_as_a_command(
    redis_client: Redis, tmp_path: Path
) -> None:
    house, chamber = await opened(redis_client, tmp_path)
    asked = await house.says("/team set Biling hours lun-vie 10:00-12:00", who="ana")
    assert [one.label for one in asked.buttons] == ["Billing"]
    await house.presses(asked.buttons[0].action)
    await chamber.live.refresh()
    assert chamber.live.settings.teams[1].hours == "lun-vie 10:00-12:00"


async def test_hours_are_typed_into_the_form_of_their_button(
    redis_client: Redis, tmp_path: Path
) -> None:
    house, chamber = await opened(redis_client, tmp_path)
    shown = await house.says("/hours billing")
    form = next(one for one in shown.buttons if one.asks)
    await house.presses(form.action, text="daily 08:00-20:00")
    await chamber.live.refresh()
    assert chamber.live.settings.teams[1].hours == "daily 08:00-20:00"
