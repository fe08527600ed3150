"""The first admin: a code that counts once, for a full member, while there is none; and who comes after."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.cli.first_admin import tell_first_code
from bot.engine import claims
from bot.engine.claims import Claims
from bot.engine.client.connection import run_command
from bot.engine.shared_keys import ClaimKeys
from bot.vocabulary.administration import ClaimResult
from bot.vocabulary.messages import Author, Platform
from bot.vocabulary.standing import CompletionRequest, Standing
from tests.admin.kit import House, a_house, a_line, a_place
from tests.flows.remembering import everything


@pytest.fixture
async def house(redis_client: Redis) -> House:
    return await a_house(redis_client, admins=())


async def _code(house: House, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the code as it is printed at a start."""
    await run_command(house.redis, "DEL", ClaimKeys("").starting)
    await tell_first_code(house.administration)
    words = capsys.readouterr().out.split()
    return words[words.index("/claim") + 1]


async def test_whoever_has_the_code_becomes_the_first_admin(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await _code(house, capsys)
    assert "Only administrators" in (await house.says("/status", who="olga")).text
    assert (
        "You are the first admin" in (await house.says(f"/claim {code.lower()}", who="olga")).text
    )
    assert house.live.settings.admins == ("slack:olga",)
    assert "done" in (await house.says("/status", who="olga")).text
    typing = CompletionRequest(
        author=Author(user_id="olga", display_name="Olga"),
        place=a_place("olga"),
        command="mode",
        argument="mode",
        typed="ca",
    )
    assert await house.administration.completions.complete(typing) == ["canary"]
    assert "already" in (await house.says(f"/claim {code}", who="olga")).text
    assert "has an admin already" in (await house.says(f"/claim {code}", who="mallory")).text
    assert house.live.settings.admins == ("slack:olga",)
    assert [one.action for one in reversed(await house.audit())] == [
        "admin_refused",
        "claim",
        "status",
        "claim",
        "claim",
    ]
    await tell_first_code(house.administration)
    assert capsys.readouterr().out == "", "there is an admin"


async def test_a_code_counts_no_more_when_somebody_was_named_elsewhere(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await _code(house, capsys)
    other = await a_house(house.redis, admins=())
    other.adapters[Platform.SLACK].people["pia"] = Standing.ADMIN
    await other.says("/admins add slack:bea", who="pia")
    assert "has an admin already" in (await house.says(f"/claim {code}", who="olga")).text
    assert house.live.settings.admins == ("slack:bea",)


async def test_the_code_stands_nowhere(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    code = await _code(house, capsys)
    plain = code.replace("-", "")
    assert len(plain) == claims.LENGTH
    await house.says(f"/claim {code}x", who="olga")
    stored = await everything(house.redis)
    assert code not in stored
    assert plain not in stored
    assert 0 < await house.redis.ttl(ClaimKeys("").code) <= claims.LIVES_SECONDS


@pytest.mark.parametrize(
    ("standing", "mark"),
    [
        (Standing.GUEST, ""),
        (Standing.GONE, ""),
        (Standing.BOT, "is_bot"),
        (Standing.MEMBER, "is_external"),
    ],
)
async def test_only_a_full_member_may(
    house: House,
    capsys: pytest.CaptureFixture[str],
    standing: Standing,
    mark: str,
) -> None:
    code = await _code(house, capsys)
    house.adapters[Platform.SLACK].people["olga"] = standing
    who = Author(
        user_id="olga",
        display_name="Olga",
        is_bot=mark == "is_bot",
        is_external=mark == "is_external",
    )
    await house.arrives(replace(a_line(f"/claim {code}", who="olga"), author=who))
    house.adapters[Platform.SLACK].look = "error"
    await house.says(f"/claim {code}", who="paul")
    assert house.live.settings.admins == ()
    assert [one.action for one in await house.audit()] == ["admin_refused"] * 2
    shared = replace(a_line(f"/claim {code}", who="paul"), is_direct=False)
    assert "directly" in (await house.arrives(shared)).text


async def test_of_two_with_the_code_one_gets_it(redis_client: Redis) -> None:
    store = Claims(redis_client, deadline=5)
    for _ in range(20):
        await run_command(redis_client, "FLUSHALL")
        code = await store.offer()
        assert code is not None
        tries = (store.redeem(f"slack:home:u{number}", code) for number in range(4))
        results = await asyncio.gather(*tries)
        assert sorted(results) == [ClaimResult.CLAIMED, *[ClaimResult.WRONG] * 3]
        winner = f"slack:home:u{results.index(ClaimResult.CLAIMED)}"
        assert await store.redeem(winner, code) is ClaimResult.CLAIMED, "a turn may run again"


async def test_wrong_codes_are_bounded_for_each_and_for_all(redis_client: Redis) -> None:
    store = Claims(redis_client, deadline=5)
    code = await store.offer()
    assert code is not None
    said = [await store.redeem("slack:home:eve", f"{number}") for number in range(6)]
    assert said == [ClaimResult.WRONG] * 5 + [ClaimResult.TOO_OFTEN]
    assert await store.redeem("slack:home:eve", code) is ClaimResult.TOO_OFTEN
    assert await store.redeem("slack:home:u0", code) is ClaimResult.CLAIMED
    await run_command(redis_client, "FLUSHALL")
    code = await store.offer()
    assert code is not None
    wrong = (store.redeem(f"slack:home:u{number}", "x") for number in range(claims.WRONG_OF_ALL))
    await asyncio.gather(*wrong)
    assert await store.redeem("slack:home:olga", code) is ClaimResult.WRONG


async def test_processes_that_start_together_print_one_code(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.gather(*(tell_first_code(house.administration) for _ in range(4)))
    told = capsys.readouterr().out
    assert told.count("    /claim ") == 1
    assert told.count("another process") == 3
    earlier = told.split("/claim ")[1].split()[0]
    later = await _code(house, capsys)
    account = "slack:home:olga"
    assert await house.administration.claims.redeem(account, earlier) is ClaimResult.WRONG
    assert await house.administration.claims.redeem(account, later) is ClaimResult.CLAIMED


async def test_admins_are_named_listed_and_taken_out_but_never_the_last(house: House) -> None:
    house = await a_house(house.redis)
    house.adapters[Platform.SLACK].people["gus"] = Standing.GUEST
    assert "full member" in (await house.says("/admins add slack:gus")).text
    assert "Name the person as" in (await house.says("/admins add Bea Miller")).text
    shown = await house.says("/admins add <@BEA>")
    assert "slack:BEA" in shown.text.replace("\\", "")
    shown = await house.says("/admins list")
    assert "- `slack:ana`, by the settings\n- `slack:BEA`, by a command" in shown.text
    assert "Whoever administers" in shown.text
    assert "already" in (await house.says("/admins add slack:BEA")).text
    await house.says("/admins remove slack:ana", who="BEA")
    assert "Only" in (await house.says("/admins list")).text
    assert "Nobody would be named" in (await house.says("/admins remove slack:BEA", who="BEA")).text
    assert "Use `/admins add`" in (await house.says("/settings set admins []", who="BEA")).text
    assert house.live.settings.admins == ("slack:BEA",)


async def test_no_way_back_leaves_nobody_in_charge(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.adapters[Platform.SLACK].people["pia"] = Standing.ADMIN
    shown = await house.says("/settings set authority.platform_admins false", who="pia")
    assert "Nobody would be named" in shown.text
    code = await _code(house, capsys)
    await house.says(f"/claim {code}", who="olga")
    for line in ("/settings undo", "/settings undo 1", "/settings undo #1"):
        assert "Nobody would be named" in (await house.says(line, who="olga")).text
    assert house.live.settings.admins == ("slack:olga",)
    await house.says("/admins add slack:bea", who="olga")
    assert "Taken back" in (await house.says("/settings undo", who="olga")).text
    assert house.live.settings.admins == ("slack:olga",)


async def test_two_who_take_each_other_out_leave_one(redis_client: Redis) -> None:
    both = ("slack:ana", "slack:bea")
    for number in range(5):
        await run_command(redis_client, "FLUSHALL")
        here, there = (
            await a_house(redis_client, admins=both),
            await a_house(redis_client, admins=both),
        )
        await asyncio.gather(
            here.says("/admins remove slack:bea", who="ana"),
            there.says("/admins remove slack:ana", who="bea"),
        )
        await here.live.refresh()
        assert len(here.live.settings.admins) == 1, number


async def test_of_many_who_are_named_at_once_none_is_lost(redis_client: Redis) -> None:
    made = [await a_house(redis_client) for _ in range(3)]
    names = [f"p{number}" for number in range(12)]
    await asyncio.gather(
        *(
            made[number % 3].arrives(
                a_line(f"/admins add slack:{name}", conversation=a_place(f"ana-{number}"))
            )
            for number, name in enumerate(names)
        )
    )
    await made[0].live.refresh()
    assert set(made[0].live.settings.admins) == {"slack:ana", *(f"slack:{one}" for one in names)}
