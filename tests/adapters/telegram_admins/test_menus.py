"""Who is offered which commands: customers, agents, and admins in their own chats alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from redis.asyncio import Redis

from adapters.customers import COMMANDS as CUSTOMERS
from adapters.personal import PERSONAL_SECTIONS
from adapters.telegram import TelegramAdapter
from adapters.telegram.menus import for_admins
from adapters.verbs import VERBS
from bot.engine.shared_keys import adapter_section
from bot.texts import LANGUAGES
from bot.vocabulary.commands import COMMANDS, Who, read
from bot.vocabulary.messages import Platform
from bot.vocabulary.standing import MenuFor
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import ANA, MARTA, TelegramStage, an_adapter, running
from tests.platforms.telegram.world import AGENT, CUSTOMER, GROUP, TOKEN

SHORT = {"status", "doctor", "mode", "threshold", "tone", "hours", "holidays", "test", "stats"}


@pytest.fixture
async def adapter(stage: TelegramStage, redis_client: Redis) -> AsyncIterator[TelegramAdapter]:
    adapter = an_adapter(stage, redis_client)
    yield adapter
    await adapter.close()


def is_admins(stage: TelegramStage, user_id: int) -> bool:
    """Whether somebody sees the admins' commands, in both languages alike."""
    english, spanish = (stage.server.world.menus.of_person(user_id, code) for code in ("", "es"))
    assert [*english] == [*spanish]
    return "settings_set" in english


async def test_menus_are_set_once_for_each_scope_in_both_languages(
    stage: TelegramStage, redis_client: Redis
) -> None:
    adapter = an_adapter(stage, redis_client)
    await adapter.locate(str(GROUP))
    async with running(adapter, RecordingIntake()):
        async with asyncio.timeout(2):
            await stage.server.until_called("setMyCommands", times=6)
    lists = stage.server.world.menus.lists
    scopes = (("all_private_chats", 0), ("chat", GROUP), ("chat_administrators", GROUP))
    assert {*lists} == {(*scope, code) for scope in scopes for code in ("", "es")}
    assert [*lists["all_private_chats", 0, ""]] == [*CUSTOMERS]
    assert [*lists["chat", GROUP, ""]] == [*VERBS]
    of_admins = lists["chat_administrators", GROUP, "es"]
    assert {*VERBS} | SHORT <= {*of_admins}
    assert "settings_set" not in of_admins, "long ones are for the private chat"
    again = an_adapter(stage, redis_client)
    await again.locate(str(GROUP))
    async with running(again, RecordingIntake()):
        await stage.ready()
    assert len(stage.server.called("setMyCommands")) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_admins_menu_has_all_commands_and_each_is_understood(language: str) -> None:
    offered = for_admins(language)
    steering = [command for command in COMMANDS if command.name != "claim"]
    assert {*offered} == {command.name for command in steering} | {*CUSTOMERS}
    assert [(found := read(f"/{command.name}")) and found.command for command in steering] == [
        *steering
    ]
    assert all(0 < len(text) <= 256 for text in offered.values())


async def test_named_admins_are_offered_them_once_and_others_no_more(
    adapter: TelegramAdapter, stage: TelegramStage
) -> None:
    assert isinstance(adapter, MenuFor)
    await adapter.admins([MARTA.user_id, ANA.user_id])
    assert is_admins(stage, CUSTOMER)
    assert is_admins(stage, AGENT)
    await adapter.admins([MARTA.user_id, ANA.user_id])
    assert len(stage.server.called("setMyCommands")) == 4
    await adapter.admins([ANA.user_id])
    assert not is_admins(stage, CUSTOMER)
    assert is_admins(stage, AGENT)
    await adapter.admins([MARTA.user_id])
    assert is_admins(stage, CUSTOMER), "whoever comes back is offered them anew"
    assert not is_admins(stage, AGENT)


async def test_who_proved_to_be_an_admin_is_offered_them_until_refused(
    adapter: TelegramAdapter, stage: TelegramStage, redis_client: Redis
) -> None:
    await adapter.proved(MARTA.user_id, is_admin=True)
    await adapter.admins([ANA.user_id])
    await adapter.admins([])
    assert is_admins(stage, CUSTOMER), "nobody named them, so nobody takes their name off a list"
    elsewhere = an_adapter(stage, redis_client)
    await elsewhere.proved(MARTA.user_id, is_admin=False)
    await elsewhere.close()
    assert not is_admins(stage, CUSTOMER)
    await adapter.proved(ANA.user_id, is_admin=False)
    assert len(stage.server.called("deleteMyCommands")) == 4, (
        "nothing is taken from who has nothing"
    )


async def test_a_refusal_takes_no_menu_from_who_is_named(
    adapter: TelegramAdapter, stage: TelegramStage
) -> None:
    """Telegram may have been silent when they were looked up; a name is taken off by itself."""
    await adapter.admins([MARTA.user_id])
    await adapter.proved(MARTA.user_id, is_admin=False)
    assert is_admins(stage, CUSTOMER)
    await adapter.proved(MARTA.user_id, is_admin=True)
    await adapter.admins([])
    assert not is_admins(stage, CUSTOMER), "what they proved while they were named counts no more"


async def test_whom_they_are_offered_stands_in_one_place_that_is_erased_with_them(
    adapter: TelegramAdapter, redis_client: Redis
) -> None:
    assert "menus" in PERSONAL_SECTIONS[Platform.TELEGRAM]
    await adapter.proved(MARTA.user_id, is_admin=True)
    pattern = adapter_section(Platform.TELEGRAM, "*")
    found_keys = await redis_client.keys(pattern)  # pyright: ignore[reportUnknownMemberType]
    keys = cast("list[str]", found_keys)
    kept = {key: await redis_client.hgetall(key) for key in keys}
    found = [key for key, fields in kept.items() if MARTA.user_id in str(fields)]
    assert found == [adapter_section(Platform.TELEGRAM, "menus")]


async def test_another_bot_on_the_same_store_has_admins_of_its_own(
    adapter: TelegramAdapter, stage: TelegramStage, redis_client: Redis
) -> None:
    await adapter.admins([MARTA.user_id])
    other = an_adapter(stage, redis_client, token=TOKEN.replace("4711000", "4711001"))
    await other.admins([])
    await other.close()
    assert stage.server.called("deleteMyCommands") == []
    assert is_admins(stage, CUSTOMER)


async def test_who_never_wrote_to_the_bot_is_offered_them_as_soon_as_they_prove_it(
    adapter: TelegramAdapter, stage: TelegramStage
) -> None:
    await adapter.admins(["777123"])
    stage.server.world.add_person(777123, "Noa Paz")
    assert not is_admins(stage, 777123)
    await adapter.proved("777123", is_admin=True)
    assert is_admins(stage, 777123)


async def test_a_menu_that_can_not_be_taken_back_now_is_at_the_next_start(
    adapter: TelegramAdapter, stage: TelegramStage, redis_client: Redis
) -> None:
    await adapter.admins([MARTA.user_id])
    stage.server.faults["deleteMyCommands"].append(Fault(status=500))
    await adapter.admins([])
    assert is_admins_somewhere(stage)
    async with running(an_adapter(stage, redis_client), RecordingIntake()):
        async with asyncio.timeout(2):
            await stage.server.until_called("deleteMyCommands", times=2)
    assert not is_admins(stage, CUSTOMER)


def is_admins_somewhere(stage: TelegramStage) -> bool:
    return any("settings_set" in names for names in stage.server.world.menus.lists.values())


async def test_masks_and_words_are_nobody_to_offer_them_to(
    adapter: TelegramAdapter, stage: TelegramStage
) -> None:
    await adapter.admins(["1087968824", "777000", "-1005", "ana", ""])
    await adapter.proved("@ana", is_admin=True)
    assert stage.server.called("setMyCommands") == []


def test_the_table_has_commands_for_admins() -> None:
    assert sum(command.who is Who.ADMIN for command in COMMANDS) > 30
