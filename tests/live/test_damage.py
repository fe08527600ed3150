"""Changes that fit no more, and what other hands did in Redis: nothing stops, no good value is lost."""

import logging
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app.live.findings import live_findings
from bot.app.live.fitting import as_text, fitted
from bot.engine.client.connection import connect, run_command
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from bot.vocabulary.platforms import Health
from bot.vocabulary.steering import Edit, RefusedSettingError
from config.live import Ground
from config.overlay import Entry
from config.settings import Settings
from tests.live.kit import FILE, ana, base, opened, put

OVERLAY = "rv:{settings}:overlay"
WITHOUT_BILLING = FILE.replace('name = "Billing"', 'name = "Money"')


async def test_what_fits_the_file_no_more_is_left_out_and_named(
    redis_client: Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = await opened(redis_client, base(tmp_path))
    await put(live, "teams[Billing].hours", "mon 09:00-10:00")
    await live.change(
        [
            Edit(path="teams[Night]", value={"overflow": "Billing"}),
            Edit(path="desk.language", value="es"),
        ],
        ana(),
    )
    await put(live, "desk.brand", "Shop")
    with caplog.at_level(logging.WARNING):
        after = await opened(redis_client, base(tmp_path, WITHOUT_BILLING))
    assert after.settings.desk.brand == "Shop"
    assert after.settings.desk.language == "es", "the good part of a change that is bad in part"
    assert [team.name for team in after.settings.teams] == ["Money", "Orders"]
    assert set(after.unfit) == {"teams[Billing].hours", "teams[Night]"}
    logged = {getattr(record, "setting", "") for record in caplog.records}
    assert {"teams[Billing].hours", "teams[Night]"} <= logged
    _, findings = await live_findings(after.base, redis_client)
    assert [finding.health for finding in findings] == [Health.WARNING] * 2
    assert "teams[Billing].hours" in " ".join(finding.text for finding in findings)
    # All else can be changed, and what fits nothing can be taken back.
    await put(after, "desk.brand", "Other")
    await put(after, "teams[Billing].hours", None)
    await put(after, "teams[Night]", None)
    assert (await opened(redis_client, after.base)).unfit == {}


async def test_a_change_that_needs_another_one_counts_with_it(
    redis_client: Redis, tmp_path: Path
) -> None:
    live = await opened(redis_client, base(tmp_path))
    await put(live, "teams[Billing].hours", "mon 09:00-10:00")
    await put(live, "topics[fees]", {"words": ["fee*"]})
    await put(live, "teams[Fees]", {"topics": ["fees"]})
    await put(live, "topics[fees].words", ["fee*", "charge*"])
    await put(live, "topics[fees]", {"words": ["charge*"]})  # now younger than the team's
    after = await opened(redis_client, base(tmp_path, WITHOUT_BILLING))
    assert after.settings.teams[2].topics == ("fees",)
    assert set(after.unfit) == {"teams[Billing].hours"}


def test_to_find_what_fits_no_more_takes_few_looks_at_all_settings() -> None:
    looks: list[str] = []

    def check(settings: Settings) -> None:
        looks.append(settings.desk.brand)
        if settings.desk.brand == "Bad":
            raise ConfigurationError("It can't be built.")

    stored = {
        f"topics[t{n}]": as_text(Entry(value={"words": [f"w{n}"]}, by=n + 1)) for n in range(64)
    }
    stored["desk.brand"] = as_text(Entry(value="Bad", by=30))
    found = fitted(Ground(Settings()), stored, check)
    assert (len(found.settings.topics), dict(found.unfit)) == (
        64,
        {"desk.brand": "It can't be built."},
    )
    assert len(looks) < 32


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"value": 9, "removes": 0, "by": 1}'])
async def test_a_damaged_value_leaves_the_last_good_one(
    redis_client: Redis, tmp_path: Path, text: str
) -> None:
    live = await opened(redis_client, base(tmp_path))
    await put(live, "escalation.answer_above", 0.9)
    await run_command(redis_client, "HSET", OVERLAY, "escalation.answer_above", text, "", 7)
    await live.refresh()
    assert live.settings.escalation.answer_above == 0.9
    assert set(live.unfit) == {"escalation.answer_above"}
    started = await opened(redis_client, live.base)
    assert started.settings.escalation.answer_above == 0.5, "nothing better is known at a start"
    change = await put(started, "escalation.answer_above", 0.8)
    assert change.number == 8
    await live.refresh()
    assert (live.settings.escalation.answer_above, live.unfit) == (0.8, {})


@pytest.mark.parametrize("key", [OVERLAY, "rv:{settings}:changes"])
async def test_a_key_of_another_kind_stops_nothing(
    redis_client: Redis, tmp_path: Path, key: str
) -> None:
    live = await opened(redis_client, base(tmp_path))
    await put(live, "desk.brand", "Shop")
    await redis_client.set(key, "nonsense")
    started = await opened(redis_client, live.base)
    assert started.settings == live.base
    assert started.damage
    with pytest.raises(StateUnavailableError):
        await put(live, "desk.brand", "Other")
    assert live.settings.desk.brand == "Shop"
    _, (finding,) = await live_findings(live.base, redis_client)
    assert finding.health is Health.BROKEN


async def test_a_lost_log_or_overlay_gives_no_number_twice(
    redis_client: Redis, tmp_path: Path
) -> None:
    live = await opened(redis_client, base(tmp_path))
    for brand in ("A", "B", "C"):
        await put(live, "desk.brand", brand)
    await redis_client.delete(OVERLAY)
    await live.refresh()
    assert live.settings == live.base
    assert (await put(live, "desk.brand", "D")).number == 4
    await redis_client.delete("rv:{settings}:changes")
    assert (await put(live, "desk.brand", "E")).number == 5
    with pytest.raises(RefusedSettingError, match="There is no change 4"):
        await live.undo(4, ana())


async def test_without_redis_nothing_starts_and_nothing_that_runs_changes(
    redis_client: Redis, tmp_path: Path
) -> None:
    settings = base(tmp_path)
    live = await opened(redis_client, settings)
    nobody = connect("redis://127.0.0.1:1/0", pool_size=4, deadline_seconds=1)
    with pytest.raises(StateUnavailableError):
        await opened(nobody, settings)
    await nobody.aclose()
    assert live.settings == settings


async def test_a_file_that_can_not_be_meant_so_starts_nothing(
    redis_client: Redis, tmp_path: Path
) -> None:
    text = FILE.replace('name = "refunds"\nmode', 'name = "lost"\nmode')
    with pytest.raises(ConfigurationError, match="names lost, which"):
        await opened(redis_client, base(tmp_path, text))


async def test_a_secret_is_read_from_its_file_once(redis_client: Redis, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("sk-1", encoding="utf-8")
    live = await opened(redis_client, base(tmp_path, f'{FILE}\n[llm]\napi_key_file = "{secret}"\n'))
    secret.unlink()
    await put(live, "llm.calls_per_minute", 3)
    llm = live.settings.llm
    assert (llm.calls_per_minute, llm.api_key.get_secret_value()) == (3, "sk-1")
