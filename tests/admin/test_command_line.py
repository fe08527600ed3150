"""Admins' commands at the command line: the same table, the same settings, noted as who has the shell."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import typer
from redis.asyncio import Redis
from typer.core import TyperGroup
from typer.testing import CliRunner

from bot.cli import command_line
from bot.cli.steering import ELSEWHERE, STEERING, completed
from bot.engine.audit import AuditTrail
from bot.engine.client.connection import connect
from bot.vocabulary.commands import COMMANDS, Invocation, command_named
from bot.vocabulary.errors import ConfigurationError, RelevoError
from tests.admin.kit import a_house

Result = TypeVar("Result")


@pytest.fixture(autouse=True)
def installation(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the command line up for an empty Redis."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEVO_REDIS__URL", redis_url)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    with_redis(redis_url, emptied)


async def emptied(redis: Redis) -> None:
    await redis.flushall()  # pyright: ignore[reportUnknownMemberType]


def with_redis(url: str, work: Callable[[Redis], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        redis = connect(url, pool_size=4, deadline_seconds=5)
        try:
            return await work(redis)
        finally:
            await redis.aclose()

    return asyncio.run(run())


def run(*words: str) -> str:
    """Give a command; what fails on purpose is raised."""
    result = CliRunner().invoke(command_line(), words)
    if isinstance(result.exception, RelevoError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_every_command_of_the_table_is_there() -> None:
    top = typer.main.get_command(command_line())
    for command in COMMANDS:
        found = top
        for word in command.words:
            assert isinstance(found, TyperGroup)
            if word in {"claim", "help"}:
                break
            assert word in found.commands, command.words
            found = found.commands[word]
        if command in STEERING:
            names = [one.name for one in found.params]
            assert names[: len(command.arguments)] == [one.name for one in command.arguments]
    assert {one.words[0] for one in COMMANDS if one not in STEERING} == ELSEWHERE


def test_a_change_counts_in_a_running_relevo_and_is_noted(redis_url: str) -> None:
    said = run("settings", "set", "answers.tone", "warm", "and", "brief")
    assert "answers.tone: (nothing) → warm and brief" in said
    assert said.endswith("Take it back with: relevo settings undo 1\n")

    async def seen(redis: Redis) -> tuple[str, list[tuple[str, str]]]:
        house = await a_house(redis)
        entries = await AuditTrail(redis, deadline=5).latest(5)
        return house.live.settings.answers.tone, [
            (one.actor_id.partition(":")[0], one.place) for one in entries
        ]

    assert with_redis(redis_url, seen) == ("warm and brief", [("cli", "command line")])
    shown = json.loads(run("settings", "show", "answers.tone", "--json"))
    [view] = shown["settings"]
    assert (view["value"], view["origin"]) == ("warm and brief", "chat")
    assert "warm and brief → (nothing)" in run("settings", "undo", "--change", "1")
    entries = json.loads(run("audit", "--json"))["entries"]
    assert [one["action"] for one in entries] == ["settings undo", "settings set"]


def test_the_audit_log_of_one_person_is_the_same_in_words_and_for_programs(redis_url: str) -> None:
    async def looks(redis: Redis) -> None:
        await (await a_house(redis)).says("/status")

    with_redis(redis_url, looks)
    for who in ("slack:ana", "slack:home:ana"):
        assert "Ana (slack:home:ana) · status" in run("audit", who)
        [entry] = json.loads(run("audit", who, "--json"))["entries"]
        assert entry["actor_id"] == "slack:home:ana"


def test_what_can_not_be_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="less than or equal to 1"):
        run("settings", "set", "escalation.answer_above", "7")
    with pytest.raises(ConfigurationError, match="answer_above"):
        run("settings", "set", "escalation.anser_above", "0.5")
    run("admins", "add", "slack:U1")
    with pytest.raises(RelevoError, match="Nobody would be named"):
        run("admins", "remove", "slack:U1")
    with pytest.raises(RelevoError, match="RELEVO_LLM__API_KEY"):
        run("settings", "set", "llm.api_key", "something")
    with pytest.raises(RelevoError, match="is not clear to me"):
        run("mode", "shadow", "--topic", "nowhere")
    assert json.loads(run("admins", "list", "--json"))["admins"] == ["slack:U1"]


def test_what_is_missing_is_asked_for_where_somebody_sits() -> None:
    with pytest.raises(ConfigurationError, match=r"lacks VALUE: write relevo settings set SETTING"):
        run("settings", "set", "answers.tone")
    command = command_named(("holidays",))
    assert command is not None
    typed = iter(("Billing", " ", "add"))
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(typed)

    found = completed(Invocation(command=command), ask)
    assert found.values == {"team": "Billing", "action": "add"}
    assert asked == ["A team", *["list, add or remove (list, add, remove)"] * 2]
