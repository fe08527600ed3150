"""As whom somebody is heard: no bots, and outsiders as such."""

import asyncio
import json
import time
from dataclasses import asdict
from typing import Any

import pytest

from adapters.slack import people
from adapters.slack.people import Profile
from tests.adapters.slack_events.kit import OTHER, last, tell, texts
from tests.platforms.slack.faults import DROPPED, Fault, limited
from tests.platforms.slack.stage import DIRECT
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import BOT_USER, TEAM
from tests.platforms.stage import Someone


@pytest.mark.parametrize(
    "fields",
    [
        {"user": BOT_USER, "bot_id": "B1"},
        {"user": "U0CUSTOMER", "bot_id": "B0OTHERAPP"},
        {"subtype": "bot_message", "bot_id": "B1", "user": "U0CUSTOMER"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join", "user": "U0CUSTOMER"},
        {"user": "U0ROBOT001"},
    ],
)
async def test_what_no_person_wrote_is_no_event(
    platform: SlackUnderTest, fields: dict[str, str]
) -> None:
    platform.server.workspace.add_user("U0ROBOT001", "Robot", is_bot=True)
    event = {"type": "message", "channel": DIRECT, "channel_type": "im", "text": "hi", **fields}
    assert await tell(platform, {**event, "ts": "1700000000.000100"})
    assert platform.intake.handed == []
    platform.server.violations.clear()


@pytest.mark.parametrize(
    ("profile", "fields", "is_external"),
    [
        ({}, {}, False),
        ({"is_restricted": True}, {}, True),
        ({"is_ultra_restricted": True}, {}, True),
        ({"is_stranger": True}, {}, True),
        ({"team_id": "T0PARTNER"}, {}, True),
        ({"team_id": "T0SISTER01", "enterprise_user": {"teams": [TEAM]}}, {}, False),
        ({"team_id": "T0SISTER01", "enterprise_user": {"teams": ["T0PARTNER"]}}, {}, True),
        ({}, {"user_team": "T0PARTNER"}, True),
        ({}, {"team": "T0PARTNER"}, True),
        (None, {}, True),
    ],
)
async def test_who_is_external(
    platform: SlackUnderTest,
    profile: dict[str, Any] | None,
    fields: dict[str, str],
    is_external: bool,  # noqa: FBT001 - a case of the table
) -> None:
    user_id = "U0SOMEBODY"
    if profile is not None:
        platform.server.workspace.add_user(user_id, "Somebody", **profile)
    message = {"type": "message", "user": user_id, "text": "hi", "ts": "1700000000.000100"}
    event = {**message, "channel": DIRECT, "channel_type": "im", **fields}
    assert await tell(platform, event)
    assert last(platform).author.is_external is is_external
    assert last(platform).author.display_name == (user_id if profile is None else "Somebody")
    platform.server.violations.clear()


async def test_who_can_not_be_looked_up_is_external_and_heard(platform: SlackUnderTest) -> None:
    platform.server.faults.add("users.info", DROPPED)
    await platform.stage.write(platform.conversation, "hi", who=OTHER)
    assert last(platform).author.is_external
    await platform.stage.write(platform.conversation, "again", who=OTHER)
    assert not last(platform).author.is_external
    assert (last(platform).author.display_name, last(platform).author.locale) == ("Ben", "es-ES")
    await platform.stage.write(platform.conversation, "and again", who=OTHER)
    assert len(platform.server.asked("users.info")) == 2, "the second answer is remembered"


SLOW = Fault(does=True, after=5.0)


@pytest.mark.parametrize("fault", [SLOW, limited(1)])
async def test_many_unknown_people_hold_a_channel_up_no_longer_than_one(
    platform: SlackUnderTest, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(people, "REST_SECONDS", 1.0)
    platform.server.faults.add("users.info", fault)
    began = time.monotonic()
    for number in range(4):
        somebody = Someone(user_id=f"U0UNKNOWN{number}", name=f"N{number}")
        platform.server.workspace.add_user(somebody.user_id, somebody.name)
        await platform.stage.write(platform.conversation, f"hi {number}", who=somebody)
    assert time.monotonic() - began < 2 * people.PATIENCE_SECONDS
    assert set(texts(platform)) == {f"hi {number}" for number in range(4)}
    assert all(message.author.is_external for message in platform.intake.handed)
    assert len(platform.server.asked("users.info")) == 1
    await asyncio.sleep(1.0)
    await platform.stage.write(platform.conversation, "again", who=OTHER)
    assert last(platform).author.display_name == "Ben"


@pytest.mark.parametrize(("hours", "is_external"), [(1, False), (25, True)])
async def test_what_was_known_of_a_person_serves_a_day_while_slack_is_silent(
    platform: SlackUnderTest,
    hours: int,
    is_external: bool,  # noqa: FBT001 - a case of the table
) -> None:
    known = Profile(
        name="Ben", is_external=False, is_bot=False, locale=None, at=time.time() - hours * 3600
    )
    await platform.adapter._tools.store.put("people", {OTHER.user_id: json.dumps(asdict(known))})
    platform.server.faults.add("users.info", DROPPED)
    await platform.stage.write(platform.conversation, "hi", who=OTHER)
    assert last(platform).author.is_external is is_external
