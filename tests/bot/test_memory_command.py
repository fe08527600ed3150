"""``relevo memory`` as an admin calls it: shows, exports, erases, and says so in the audit log."""

import asyncio
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner, Result

from bot.cli.memory import memory
from bot.engine.audit import AuditTrail
from bot.engine.client.connection import connect
from bot.vocabulary.errors import ConfigurationError, RelevoError
from bot.vocabulary.memory import Memory, identity_of
from bot.vocabulary.turns import AuditEntry
from tests.memory_kit import KEY, a_fact, a_principal, an_episode, canary, learn, stores_on

ANA, BEN = a_principal("UANA"), a_principal("UBEN", tenant="T2")
ACCOUNT = identity_of(ANA)


@pytest.fixture(autouse=True)
def installation(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the command line up for a Redis on which something is remembered of two people."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEVO_REDIS__URL", redis_url)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELEVO_MEMORY__KEY", KEY)
    asyncio.run(_remember(redis_url))


async def _remember(redis_url: str) -> None:
    redis = connect(redis_url, pool_size=4, deadline_seconds=5)
    await redis.flushall()  # pyright: ignore[reportUnknownMemberType]
    stores = await stores_on(redis)
    for person in (ANA, BEN):
        name = person.user_id
        facts = (a_fact(canary(name), by=person),)
        episode = an_episode(f"\x1b[31mred {canary(name)}", by=person)
        await learn(stores, person, Memory(facts=facts, episodes=(episode,)))
    await redis.aclose()


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(memory, words)
    assert result.exit_code == code, result.output
    assert code or result.exception is None
    return result


def actions(redis_url: str) -> list[AuditEntry]:
    async def read() -> list[AuditEntry]:
        redis: Redis = connect(redis_url, pool_size=4, deadline_seconds=5)
        entries = await AuditTrail(redis, deadline=5).latest(20)
        await redis.aclose()
        return list(entries)

    return asyncio.run(read())


def test_a_person_is_shown_by_each_of_their_names(redis_url: str) -> None:
    as_json = json.loads(run("show", ACCOUNT, "--json").stdout)
    assert as_json["identities"] == [ACCOUNT]
    assert [fact["value"] for fact in as_json["facts"]] == [canary("UANA")]
    for name in ("slack:UANA", as_json["person"]):
        text = run("show", name).stdout
        assert canary("UANA") in text
        assert canary("UBEN") not in text
        assert "\x1b" not in text
    entry, *_ = actions(redis_url)
    assert (entry.actor, entry.action, entry.detail) == ("command line", "memory_show", ACCOUNT)


def test_an_export_is_one_json_object_also_in_a_file(tmp_path: Path) -> None:
    told = json.loads(run("export", ACCOUNT).stdout)
    assert (told["version"], told["identities"]) == (1, [ACCOUNT])
    assert canary("UBEN") not in json.dumps(told)
    run("export", ACCOUNT, "--out", str(tmp_path / "me.json"))
    saved = json.loads((tmp_path / "me.json").read_text(encoding="utf-8"))
    assert saved["facts"] == told["facts"]
    assert (tmp_path / "me.json").stat().st_mode & 0o077 == 0


def test_who_is_erased_is_nobody_afterwards(redis_url: str) -> None:
    run("show", ACCOUNT)
    erased = json.loads(run("erase", ACCOUNT, "--yes", "--json").stdout)
    assert erased == {"erased": True, "accounts": 1, "conversations": 1}
    gone = run("show", ACCOUNT, code=1)
    assert "Nobody is known as" in str(gone.exception)
    assert canary("UBEN") in run("show", "slack:UBEN").stdout
    told = actions(redis_url)
    assert {"memory_erase", "memory_show"} <= {entry.action for entry in told}
    assert ACCOUNT not in str(told)


def test_erasing_without_a_terminal_wants_to_be_sure() -> None:
    refused = run("erase", ACCOUNT, code=1)
    assert isinstance(refused.exception, ConfigurationError)
    assert "--yes" in str(refused.exception)
    assert canary("UANA") in run("show", ACCOUNT).stdout


def test_memory_is_switched_off_and_on() -> None:
    run("off", ACCOUNT)
    assert json.loads(run("show", ACCOUNT, "--json").stdout)["is_on"] is False
    run("on", ACCOUNT)
    assert json.loads(run("show", ACCOUNT, "--json").stdout)["is_on"] is True


@pytest.mark.parametrize("name", ["slack", "slack:", "slack:T1:U1:x", "fax:T1:U1", ""])
def test_what_names_nobody_is_wrong_use(name: str) -> None:
    error = run("show", name, code=1).exception
    assert isinstance(error, RelevoError)
    assert "names nobody" in str(error) or "Nobody is known" in str(error)


def test_a_name_that_could_be_two_people_is_wrong_use(redis_url: str) -> None:
    asyncio.run(_meet_twin(redis_url))
    error = run("show", "slack:UANA", code=1).exception
    assert isinstance(error, ConfigurationError)
    assert "slack:T1:UANA" in str(error)
    assert "slack:T9:UANA" in str(error)


async def _meet_twin(redis_url: str) -> None:
    redis = connect(redis_url, pool_size=4, deadline_seconds=5)
    await learn(await stores_on(redis), a_principal("UANA", tenant="T9"), Memory())
    await redis.aclose()


def test_keys_are_rotated_and_tombstones_replayed() -> None:
    assert json.loads(run("rotate-keys", "--json").stdout)["unreadable"] == 0
    assert json.loads(run("replay-tombstones", "--json").stdout) == {"erased": 0}
    assert "Nobody has come back" in run("replay-tombstones").stdout
