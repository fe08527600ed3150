"""While somebody types into a field the core is asked, for them; in doubt nothing is offered."""

from typing import Any

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, Offers, opened, sent
from tests.platforms.slack.forms import fields
from tests.platforms.slack.server import Delivered
from tests.platforms.slack.stage import DIRECT, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.platforms.stage import Someone

NOTHING: dict[str, list[Any]] = {"options": []}


async def suggested(
    platform: SlackUnderTest,
    view: dict[str, Any],
    typed: str,
    *,
    field: str = "team",
    who: Someone = ADMIN,
) -> Delivered:
    body = platform.stage.suggestion(view, field, typed, who)
    return await platform.server.tell("interactive", body)


def values(delivered: Delivered) -> list[str]:
    assert delivered.acknowledged
    return [option["value"] for option in delivered.payload["options"]]


async def test_what_the_core_offers_can_be_chosen(either: SlackUnderTest, offers: Offers) -> None:
    platform = either
    view = await opened(platform, "team remove")
    assert fields(view)["team"]["element"]["type"] == "external_select"
    assert values(await suggested(platform, view, "")) == ["Billing", "Shipping"]
    assert values(await suggested(platform, view, "shi")) == ["Shipping"]
    request = offers.asked[-1]
    assert (request.command, request.argument, request.typed) == ("team_remove", "team", "shi")
    assert (request.author.user_id, request.place) == (ADMIN.user_id, place(CHANNEL))
    assert not request.author.is_external
    await sent(platform, view, {"team": "Shipping"})
    assert platform.intake.handed[-1].text == "/team remove team=Shipping"


async def test_whom_the_core_offers_nothing_is_offered_nothing(platform: SlackUnderTest) -> None:
    view = await opened(platform, "team remove")
    assert (await suggested(platform, view, "b", who=SlackStage.customer)).payload == NOTHING
    platform.server.workspace.add_user("U0STRANGER", "Eve", team_id="T0OTHER001")
    eve = Someone(user_id="U0STRANGER", name="Eve")
    assert (await suggested(platform, view, "b", who=eve)).payload == NOTHING


async def test_the_core_learns_who_is_external(platform: SlackUnderTest, offers: Offers) -> None:
    view = await opened(platform, "team remove")
    platform.server.workspace.add_user("U0STRANGER", "Eve", team_id="T0OTHER001")
    await suggested(platform, view, "b", who=Someone(user_id="U0STRANGER", name="Eve"))
    assert offers.asked[-1].author.is_external


async def test_a_core_that_is_late_offers_nothing_in_time(
    platform: SlackUnderTest, offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.commanding.SUGGESTING_SECONDS", 0.1)
    view = await opened(platform, "team remove")
    offers.after = 5.0
    assert (await suggested(platform, view, "b")).payload == NOTHING


async def test_what_slack_can_not_show_is_left_out(
    platform: SlackUnderTest, offers: Offers
) -> None:
    offers.values = ["", "x" * 76, "x" * 150, "x" * 151, "x" * 76, *map(str, range(200))]
    view = await opened(platform, "team remove")
    found = values(await suggested(platform, view, ""))
    assert found[:2] == ["x" * 76, "x" * 150]
    assert len(found) == len(set(found)) == 100


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("nothing", {}),
        ("name", {}),
        ("team", {"callback_id": "other"}),
        ("team", {"private_metadata": "{"}),
        ("team", {"private_metadata": '{"command": ["team", "remove"], "at": "slack:T9:C1"}'}),
    ],
)
async def test_a_field_of_no_form_of_ours_is_offered_nothing(
    platform: SlackUnderTest, offers: Offers, field: str, changed: dict[str, str]
) -> None:
    view = await opened(platform, "team remove")
    delivered = await suggested(platform, view | changed, "b", field=field)
    assert delivered.acknowledged
    assert delivered.payload in (NOTHING, None)
    assert offers.asked == []


async def test_without_a_core_that_completes_nothing_is_offered(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.command(place(DIRECT), "team remove")
        [view] = platform.server.workspace.views.values()
        assert (await suggested(platform, view, "b")).payload == NOTHING
