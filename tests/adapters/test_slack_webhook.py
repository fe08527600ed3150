"""Slack's events over HTTP: nothing is read that Slack has not signed just now."""

import json
import time
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from tests.platforms.slack.server import SECRET, signed
from tests.platforms.slack.under_test import SlackUnderTest, slack


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, over_http=True) as under_test:
        yield under_test


def told(platform: SlackUnderTest) -> bytes:
    message = platform.stage.post(platform.conversation, "hi")
    [event] = platform.stage.events_of(platform.conversation, message)
    return json.dumps(platform.server.event(event)).encode()


async def call(
    platform: SlackUnderTest, raw: bytes, headers: Any, content: str = "application/json"
) -> tuple[int, str]:
    url = str(platform.server.events_url)
    async with (
        ClientSession() as session,
        session.post(
            url, data=BytesIO(raw), headers=[*headers, ("Content-Type", content)]
        ) as response,
    ):
        return response.status, await response.text()


async def test_what_is_signed_is_taken(platform: SlackUnderTest) -> None:
    raw = told(platform)
    assert await call(platform, raw, signed(raw).items()) == (200, "")
    assert len(platform.intake.handed) == 1


async def test_slack_is_told_that_we_are_there(platform: SlackUnderTest) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    status, text = await call(platform, raw, signed(raw).items())
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


async def test_a_replay_has_the_key_of_the_first(platform: SlackUnderTest) -> None:
    raw = told(platform)
    headers = signed(raw)
    for _ in range(2):
        assert (await call(platform, raw, headers.items()))[0] == 200
    assert len({message.event_key for message in platform.intake.handed}) == 1


@pytest.mark.parametrize(
    "name",
    ["other secret", "too old", "from the future", "no signature", "no time", "words as time",
     "two signatures", "other body", "not text", "other letters"],
)  # fmt: skip
async def test_what_is_not_signed_by_slack_just_now_is_refused(
    platform: SlackUnderTest, name: str
) -> None:
    raw = told(platform)
    good = signed(raw)
    time_, signature = good.items()
    headers = {
        "other secret": list(signed(raw, secret="other").items()),  # noqa: S106 - opens nothing
        "too old": list(signed(raw, at=time.time() - 301).items()),
        "from the future": list(signed(raw, at=time.time() + 310).items()),
        "no signature": [time_],
        "no time": [signature],
        "words as time": [("X-Slack-Request-Timestamp", "soon"), signature],
        "two signatures": [time_, signature, signature],
        "other body": list(signed(raw + b" ").items()),
        "not text": list(signed(b"\xff\xfe").items()),
        "other letters": [time_, (signature[0], signature[1].upper())],
    }[name]
    body = b"\xff\xfe" if name == "not text" else raw
    status, _ = await call(platform, body, headers)
    assert status == 401
    assert platform.intake.handed == []


@pytest.mark.parametrize(
    ("raw", "content", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"payload=%7B", "application/x-www-form-urlencoded", 400),
        (b"", "application/json", 200),
        (b"x" * (1024 * 1024 + 1), "application/json", 413),
    ],
)
async def test_a_body_that_can_not_be_read_harms_nothing(
    platform: SlackUnderTest, raw: bytes, content: str, status: int
) -> None:
    assert (await call(platform, raw, signed(raw, secret=SECRET).items(), content))[0] == status
    await platform.stage.write(platform.conversation, "after")
    assert [message.text for message in platform.intake.handed] == ["after"]


async def test_what_is_not_stored_is_not_acknowledged(platform: SlackUnderTest) -> None:
    raw = told(platform)
    platform.intake.failing = True
    assert (await call(platform, raw, signed(raw).items()))[0] == 503


async def test_nothing_is_taken_while_nobody_runs(platform: SlackUnderTest) -> None:
    raw = told(platform)
    reception, platform.adapter._reception = platform.adapter._reception, None
    assert (await call(platform, raw, signed(raw).items()))[0] == 503
    platform.adapter._reception = reception
