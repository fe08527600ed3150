"""Who somebody is now: asked of Discord each time, and never guessed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter, permissions
from adapters.discord.vouching import Standings
from bot.vocabulary.errors import AdapterError
from bot.vocabulary.standing import Standing, Vouching
from tests.adapters.discord_steering.kit import looking
from tests.platforms.discord import payloads
from tests.platforms.discord.faults import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import (
    AGENT,
    CUSTOMER,
    FORUM,
    GUILD,
    OTHER_GUILD,
    STRANGER,
    World,
)

ADMINISTRATOR, MANAGE_GUILD, MANAGE_MESSAGES = 1 << 3, 1 << 5, 1 << 13


def moment(hours: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One row of the table: what is so of the agent, and what is to be said of them."""

    standing: Standing
    allowed: int = 0
    owns: bool = False
    everybody: int = 0
    managed: bool = False
    member: dict[str, Any] | None = None
    user: dict[str, Any] | None = None

    def settle(self, world: World) -> None:
        world.permissions = str(self.everybody)
        if self.allowed:
            world.give_role(AGENT, "700", self.allowed, managed=self.managed)
        if self.owns:
            world.owner = AGENT
        world.members[AGENT] |= self.member or {}
        world.users[AGENT] |= self.user or {}


TIMED_OUT = {"communication_disabled_until": moment(1)}
TABLE = {
    "member": Who(standing=Standing.MEMBER),
    "role that moderates": Who(standing=Standing.MEMBER, allowed=MANAGE_MESSAGES),
    "role that manages": Who(standing=Standing.ADMIN, allowed=MANAGE_GUILD),
    "role that administers": Who(standing=Standing.ADMIN, allowed=ADMINISTRATOR),
    "owner": Who(standing=Standing.ADMIN, owns=True),
    "everybody manages": Who(standing=Standing.ADMIN, everybody=MANAGE_GUILD),
    "pending": Who(standing=Standing.GUEST, member={"pending": True}),
    "pending owner": Who(standing=Standing.GUEST, owns=True, member={"pending": True}),
    "timed out": Who(standing=Standing.GUEST, member=TIMED_OUT),
    "timed-out manager": Who(standing=Standing.GUEST, allowed=MANAGE_GUILD, member=TIMED_OUT),
    "timed out once": Who(
        standing=Standing.MEMBER, member={"communication_disabled_until": moment(-1)}
    ),
    "bot": Who(standing=Standing.BOT, allowed=ADMINISTRATOR, user={"bot": True}),
    "system": Who(standing=Standing.BOT, user={"system": True}),
}


@pytest.fixture
async def worker(stage: DiscordStage, redis_client: Redis) -> AsyncGenerator[DiscordAdapter]:
    async with looking(stage, redis_client) as adapter:
        yield adapter


@pytest.mark.parametrize("name", TABLE)
async def test_where_the_desk_is(stage: DiscordStage, worker: DiscordAdapter, name: str) -> None:
    await worker.locate(FORUM)
    TABLE[name].settle(stage.server.world)
    assert isinstance(worker, Vouching)
    assert await worker.standing(AGENT) is TABLE[name].standing


@pytest.mark.parametrize("name", TABLE)
async def test_where_the_desk_is_not_nobody_is_an_admin(
    stage: DiscordStage, worker: DiscordAdapter, name: str
) -> None:
    TABLE[name].settle(stage.server.world)
    known = TABLE[name].standing
    expected = Standing.MEMBER if known is Standing.ADMIN else known
    assert await worker.standing(AGENT) is expected


async def test_each_look_is_a_new_one(stage: DiscordStage, worker: DiscordAdapter) -> None:
    world = stage.server.world
    world.permissions = "0"
    await worker.locate(FORUM)
    world.give_role(AGENT, "700", MANAGE_GUILD)
    found = [await worker.standing(AGENT)]
    world.roles["700"]["permissions"] = "0"
    found.append(await worker.standing(AGENT))
    del world.members[AGENT]
    found.append(await worker.standing(AGENT))
    assert found == [Standing.ADMIN, Standing.MEMBER, Standing.GONE]
    assert len(stage.server.called("member")) == 3


async def test_who_is_not_there(worker: DiscordAdapter) -> None:
    assert await worker.standing(STRANGER) is Standing.GUEST
    await worker.locate(FORUM)
    assert await worker.standing(STRANGER) is Standing.GONE
    assert await worker.standing("99999") is Standing.GONE


async def test_a_member_of_any_guild_counts_where_the_desk_is_elsewhere(
    stage: DiscordStage, worker: DiscordAdapter
) -> None:
    world = stage.server.world
    world.elsewhere["110"] = {STRANGER: payloads.member(pending=True)}
    assert await worker.standing(STRANGER) is Standing.GUEST
    world.elsewhere[OTHER_GUILD] = {STRANGER: payloads.member()}
    assert await worker.standing(STRANGER) is Standing.MEMBER
    asked = len(stage.server.called("member"))
    assert await worker.standing(STRANGER) is Standing.MEMBER
    assert len(stage.server.called("member")) == asked + 1, "where they were last is asked first"


FAULTS = {
    "server error": Fault(kind="status", status=503),
    "another error": Fault(kind="status", status=403, code=50001),
    "unknown guild": Fault(kind="status", status=404, code=10004),
    "an error without a reason": Fault(kind="status", status=404),
    "limited": Fault(kind="status", status=429, retry_after=9.0),
    "not its token": Fault(kind="status", status=401),
    "cut off": Fault(kind="drop_before"),
    "somebody in between": Fault(kind="garbled"),
}


@pytest.mark.parametrize("call", ["member", "guild", "guilds"])
async def test_what_goes_wrong_lets_nobody_in(
    stage: DiscordStage, worker: DiscordAdapter, call: str
) -> None:
    if call != "guilds":
        await worker.locate(FORUM)
    for name, fault in FAULTS.items():
        stage.server.faults.clear()
        stage.server.fail(call, fault, fault)
        with pytest.raises(AdapterError):
            pytest.fail(f"{name}: {await worker.standing(AGENT)}")


async def test_a_doubt_in_one_guild_is_a_doubt(stage: DiscordStage, worker: DiscordAdapter) -> None:
    stage.server.world.elsewhere[OTHER_GUILD] = {}
    stage.server.fail("member", Fault(kind="status", status=503))
    with pytest.raises(AdapterError):
        await worker.standing(AGENT)
    stage.server.world.elsewhere[OTHER_GUILD] = {AGENT: payloads.member()}
    stage.server.fail("member", Fault(kind="status", status=503))
    assert await worker.standing(AGENT) is Standing.MEMBER


async def test_no_answer_in_time_lets_nobody_in(
    stage: DiscordStage, worker: DiscordAdapter
) -> None:
    await worker.locate(FORUM)
    stage.server.fail("guild", Fault(kind="delay", seconds=1.0))
    hasty = Standings(worker._rest, patience=0.1)
    with pytest.raises(AdapterError, match="in time"):
        await hasty.of(AGENT, GUILD)


async def test_what_is_no_id_is_not_asked_for(stage: DiscordStage, worker: DiscordAdapter) -> None:
    await worker.locate(FORUM)
    for user_id in ("", "me", "@me", "3/../../x", "301?x=1", "-1", "٣٠١", "9" * 21):
        with pytest.raises(AdapterError):
            await worker.standing(user_id)
    assert stage.server.called("member") == []


ODD: dict[str, Any] = {
    "nothing of it": {},
    "no user": {"user": None},
    "another person": {"user": {"id": CUSTOMER}},
    "no word of screening": {"pending": None},
    "a word for a yes": {"pending": "false"},
    "no such time": {"communication_disabled_until": "soon"},
    "a time of nowhere": {"communication_disabled_until": "2026-01-01T00:00:00"},
    "a list": {"roles": 5},
}


async def test_an_odd_answer_lets_nobody_in(
    stage: DiscordStage, worker: DiscordAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.locate(FORUM)
    sound = payloads.member() | {"user": stage.server.world.users[AGENT]}
    call = worker._rest.call
    for name, oddity in ODD.items():
        odd: dict[str, Any] = sound | oddity if oddity else {}

        async def answer(method: str, path: str, *, odd: Any = odd, **more: Any) -> Any:
            return odd if "/members/" in path else await call(method, path, **more)

        with monkeypatch.context() as patch:
            patch.setattr(worker._rest, "call", answer)
            with pytest.raises(AdapterError, match="clearly"):
                pytest.fail(f"{name}: {await worker.standing(AGENT)}")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, (1 << 50) - 1), st.booleans()), max_size=6))
def test_roles_add_up(roles: list[tuple[int, bool]]) -> None:
    described = [payloads.role(str(number), str(value)) for number, (value, _) in enumerate(roles)]
    mine = [str(number) for number, (_, is_mine) in enumerate(roles) if is_mine]
    found = permissions.in_guild("0", {"roles": mine}, described)
    counted = [value for number, (value, is_mine) in enumerate(roles) if is_mine or number == 0]
    assert found.administrator is any(value & ADMINISTRATOR for value in counted)
    expected = any(value & (MANAGE_GUILD | ADMINISTRATOR) for value in counted)
    assert found.manage_guild is expected
