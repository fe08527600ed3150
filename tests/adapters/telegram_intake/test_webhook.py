"""Telegram calls: strangers are refused, and updates are stored in order before it is told so."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.telegram.parse import KINDS
from adapters.telegram.webhook import Order, chat_of
from bot.vocabulary.errors import StateUnavailableError
from tests.adapters.telegram_intake.kit import BAD, message_of, texts
from tests.platforms.telegram.stage import SECRET, TelegramUnderTest


async def post(there: TelegramUnderTest, body: bytes, **headers: str) -> tuple[int, str]:
    async with (
        ClientSession() as session,
        session.post(there.server.webhook["url"], data=body, headers=headers) as response,
    ):
        return response.status, await response.text()


async def test_the_webhook_is_registered_with_secret_and_kinds(called: TelegramUnderTest) -> None:
    [registered] = called.server.called("setWebhook")
    assert registered["secret_token"] == SECRET
    assert registered["allowed_updates"] == KINDS
    assert registered["drop_pending_updates"] is False
    assert called.server.called("getUpdates") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET.upper()},
        {"X-Telegram-Bot-Api-Secret-Token": "ünicode"},
        {"Authorization": SECRET},
    ],
)
async def test_strangers_are_refused_in_the_same_words(
    called: TelegramUnderTest, headers: dict[str, str]
) -> None:
    body = b'{"update_id": 1}'
    assert await post(called, body, **headers) == (401, "wrong secret\n")
    assert called.intake.handed == []


async def test_a_body_that_is_no_json_is_refused(called: TelegramUnderTest) -> None:
    status, _ = await post(called, b"{", **{"X-Telegram-Bot-Api-Secret-Token": SECRET})
    assert status == 400


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
async def test_a_bad_update_is_not_delivered_for_ever(
    called: TelegramUnderTest, content: dict[str, Any]
) -> None:
    assert await called.server.deliver({"update_id": 1, **content}) == 200
    assert called.intake.handed == []


async def test_an_update_that_is_not_stored_is_not_accepted(called: TelegramUnderTest) -> None:
    called.intake.failing = True
    update = {"update_id": 1, "message": message_of(called.stage, "hello")}
    assert await called.server.deliver(update) == 503
    called.intake.failing = False
    assert await called.server.deliver(update) == 200
    assert texts(called.intake) == ["hello"]


async def test_parallel_deliveries_keep_their_order(called: TelegramUnderTest) -> None:
    updates = [
        {"update_id": 100 + number, "message": message_of(called.stage, f"n{number}")}
        for number in range(12)
    ]
    shuffled = [updates[index] for index in (0, 3, 1, 2, 7, 5, 6, 4, 11, 9, 8, 10)]
    async with asyncio.TaskGroup() as tasks:
        for update in shuffled:
            tasks.create_task(called.server.deliver(update))
    assert texts(called.intake) == [f"n{number}" for number in range(12)]


async def test_one_chat_does_not_wait_for_another() -> None:
    order = Order()
    one = {"update_id": 5, "message": {"chat": {"id": 1}}}
    other = {"update_id": 6, "message": {"chat": {"id": 2}}}
    async with order.turn(one), asyncio.timeout(1), order.turn(other):
        pass


async def test_an_update_that_fails_lets_the_next_one_through() -> None:
    order = Order()
    with pytest.raises(StateUnavailableError):
        async with order.turn({"update_id": 5, "message": {"chat": {"id": 1}}}):
            raise StateUnavailableError("gone")
    async with asyncio.timeout(1), order.turn({"update_id": 6, "message": {"chat": {"id": 1}}}):
        pass


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "message_reaction": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "message": {"chat": 7}}, None),
        ({"update_id": 1}, None),
        ([], None),
    ],
)
def test_the_chat_of_an_update(raw: object, chat: int | None) -> None:
    assert chat_of(raw) == chat
