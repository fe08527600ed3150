"""``relevo init``: few questions, each answer tried at once, and a bot that works at the end."""

import asyncio
import stat
import tomllib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.cli.doctor import examine
from bot.cli.setup import trying
from bot.cli.setup.asking import Asker
from bot.cli.setup.guide import set_up_relevo
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import Platform
from tests.flows.setting_up import Newcomer, a_newcomer
from tests.platforms.slack.workspace import TEAM
from tests.platforms.stage import said_by_relevo
from tests.servers import RealServer

pytestmark = pytest.mark.processes

ALL = (Platform.SLACK, Platform.DISCORD, Platform.TELEGRAM)
WRONG = "xoxb-of-somebody-else"


@pytest.fixture
async def newcomer(tmp_path: Path, private_redis_server: RealServer) -> AsyncGenerator[Newcomer]:
    async with a_newcomer(tmp_path, private_redis_server) as newcomer:
        yield newcomer


def help_page(newcomer: Newcomer) -> str:
    page = newcomer.folder.parent / "refunds.md"
    page.write_text("# Refunds\n\nA refund takes five days.\n", encoding="utf-8")
    return str(page)


async def test_who_leaves_before_the_end_leaves_nothing_behind(newcomer: Newcomer) -> None:
    done = await newcomer.sets_up(["telegram"])
    assert done.code == 2
    assert "relevo init" in done.err
    assert list(newcomer.folder.iterdir()) == []


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
    said = said_by_relevo(newcomer.slack.seen(thread))
    assert any("test case" in text for text in said)
    assert not any("delivered" in text for text in said), "what its customer is told gets there"


async def test_what_it_has_written_is_all_that_is_needed(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    """With Enter the desk's channel is created, and the doctor finds nothing broken afterwards."""
    answers = ["slack", *newcomer.tokens(Platform.SLACK), "", help_page(newcomer)]
    with newcomer.here(answers):
        await asyncio.to_thread(set_up_relevo, force=False, tests=False)
    assert "Done: 5 questions" in capsys.readouterr().out
    settings = tomllib.loads((newcomer.folder / "relevo.toml").read_text(encoding="utf-8"))
    assert settings["desk"]["channel"] not in {"slack:", newcomer.slack.desk_setting}
    with newcomer.here([]):
        await asyncio.to_thread(
            examine, config=None, as_json=False
        )  # it raises where all is not well
    assert f"Cases are opened in slack:{TEAM}:" in capsys.readouterr().out


async def test_a_set_up_that_is_there_is_not_written_over(newcomer: Newcomer) -> None:
    written = newcomer.folder / "relevo.toml"
    written.write_text('[desk]\nlanguage = "es"\n', encoding="utf-8")
    done = await newcomer.sets_up(["telegram"])
    assert done.code == 2
    assert "--force" in done.err
    assert written.read_text(encoding="utf-8") == '[desk]\nlanguage = "es"\n'


async def test_who_leaves_at_the_knowledge_is_told_what_is_written(newcomer: Newcomer) -> None:
    answers = ["slack", *newcomer.tokens(Platform.SLACK), newcomer.slack.desk_setting]
    with newcomer.here(answers), pytest.raises(ConfigurationError, match="are written: 'relevo kb"):
        await asyncio.to_thread(set_up_relevo, force=False, tests=False)
    assert sorted(path.name for path in newcomer.folder.iterdir()) == [".env", "relevo.toml"]


async def test_a_token_that_is_set_already_is_tried_too(newcomer: Newcomer) -> None:
    right, app = newcomer.tokens(Platform.SLACK)
    newcomer.environment["RELEVO_SLACK__BOT_TOKEN"] = WRONG
    with newcomer.here(["slack"]), pytest.raises(ConfigurationError, match="unset it") as caught:
        await asyncio.to_thread(set_up_relevo, force=False, tests=False)
    assert str(caught.value).startswith("RELEVO_SLACK__BOT_TOKEN is set already and won't do: ")
    del newcomer.environment["RELEVO_SLACK__BOT_TOKEN"]
    secrets = newcomer.folder / ".env"
    secrets.write_text(f"RELEVO_SLACK__BOT_TOKEN={WRONG}\n", "utf-8")
    with newcomer.here(["slack", right, app, newcomer.slack.desk_setting, ""]):
        await asyncio.to_thread(set_up_relevo, force=False, tests=False)
    written = f"RELEVO_SLACK__BOT_TOKEN={right}\nRELEVO_SLACK__APP_TOKEN={app}\n"
    assert secrets.read_text("utf-8") == written


async def test_a_test_case_that_gets_nowhere_is_told_in_a_sentence(newcomer: Newcomer) -> None:
    names = ("BOT_TOKEN", "APP_TOKEN")
    tokens = zip(names, newcomer.tokens(Platform.SLACK), strict=True)
    newcomer.environment |= {f"RELEVO_SLACK__{name}": token for name, token in tokens}
    newcomer.environment["RELEVO_DESK__CHANNEL"] = newcomer.slack.desk_setting
    with newcomer.here([]), pytest.raises(ConfigurationError, match="No thread appeared in slack"):
        await asyncio.to_thread(trying.try_a_case, Asker(), patience_seconds=0.0)
