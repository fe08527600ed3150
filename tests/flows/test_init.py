"""``relevo init``: few questions, each answer tried at once, and a bot that works at the end."""

import stat
import tomllib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.vocabulary.messages import Platform
from tests.flows.setting_up import Newcomer, a_newcomer
from tests.platforms.stage import said_by_relevo
from tests.servers import RealServer

pytestmark = pytest.mark.processes

ALL = (Platform.SLACK, Platform.DISCORD, Platform.TELEGRAM)


@pytest.fixture
async def newcomer(tmp_path: Path, private_redis_server: RealServer) -> AsyncGenerator[Newcomer]:
    async with a_newcomer(tmp_path, private_redis_server) as newcomer:
        yield newcomer


def help_page(newcomer: Newcomer) -> str:
    page = newcomer.folder.parent / "refunds.md"
    page.write_text("# Refunds\n\nA refund takes five days.\n", encoding="utf-8")
    return str(page)


async def test_all_three_platforms_from_nothing_to_a_case_in_the_desk(newcomer: Newcomer) -> None:
    slack, *others = newcomer.tokens(*ALL)
    desk = newcomer.slack.desk_setting
    answers = ["slack, discord, telegram", "xoxb-wrong", slack, *others, "", desk]
    done = await newcomer.sets_up([*answers, help_page(newcomer)])
    assert done.err == ""
    assert done.code == 0, done.out
    assert "✗" in done.out.split("xapp")[0], "the wrong token is refused as it is pasted"
    assert done.questions == 8
    settings = tomllib.loads((newcomer.folder / "relevo.toml").read_text(encoding="utf-8"))
    assert settings == {"desk": {"channel": desk}, "rollout": {"mode": "copilot"}}
    secrets = newcomer.folder / ".env"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert all(token in secrets.read_text(encoding="utf-8") for token in (slack, *others))
    assert not any(token in done.out for token in (slack, *others))
    (thread,) = newcomer.slack.threads()
    assert any("test case" in text for text in said_by_relevo(newcomer.slack.seen(thread)))


async def test_what_it_has_written_is_all_that_is_needed(newcomer: Newcomer) -> None:
    """With Enter the desk's channel is created, and the doctor finds nothing broken afterwards."""
    answers = ["slack", *newcomer.tokens(Platform.SLACK), "", help_page(newcomer)]
    done = await newcomer.sets_up(answers, "--no-test")
    assert done.code == 0, done.out + done.err
    assert done.questions == 5
    settings = tomllib.loads((newcomer.folder / "relevo.toml").read_text(encoding="utf-8"))
    assert settings["desk"]["channel"] not in {"slack:", newcomer.slack.desk_setting}
    seen = await newcomer.doctor()
    assert seen.code == 0, seen.out + seen.err


async def test_who_leaves_before_the_end_leaves_nothing_behind(newcomer: Newcomer) -> None:
    done = await newcomer.sets_up(["telegram"])
    assert done.code == 2
    assert "relevo init" in done.err
    assert list(newcomer.folder.iterdir()) == []


async def test_a_set_up_that_is_there_is_not_written_over(newcomer: Newcomer) -> None:
    written = newcomer.folder / "relevo.toml"
    written.write_text('[desk]\nlanguage = "es"\n', encoding="utf-8")
    done = await newcomer.sets_up(["telegram"])
    assert done.code == 2
    assert "--force" in done.err
    assert written.read_text(encoding="utf-8") == '[desk]\nlanguage = "es"\n'
