"""The 14 places lie on the real path, in their order, and nothing in the product arms them."""

import ast
import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from bot.app import open_relevo, read_settings
from bot.vocabulary.failpoints import FailpointName, arm
from knowledge import load_sample
from tests.playground.page import opened

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "adapters", "knowledge", "handoff", "config")
AT_THE_DOOR = get_args(FailpointName)[:4]
AT_WORK = get_args(FailpointName)[4:]


async def test_a_message_passes_all_of_them_in_order(redis_url: str, tmp_path: Path) -> None:
    passed: list[FailpointName] = []
    done = asyncio.Event()

    def note(name: FailpointName) -> None:
        passed.append(name)
        if name == get_args(FailpointName)[-1]:
            done.set()

    arm(note)
    load_sample(tmp_path)
    settings = read_settings(
        data_dir=tmp_path,
        redis={"url": redis_url},
        engine={"join_seconds": 0},
        desk={"channel": "playground:desk"},
        playground={"enabled": True},
        http={"port": 0},
    )
    async with open_relevo(settings) as relevo, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relevo.run("all"))
        async with opened(relevo.edge) as page:
            await page.hello("marta")
            await page.act(type="say", id="question-1", text="How long does delivery take?")
            async with asyncio.timeout(10):
                await done.wait()
        running.cancel()
    first = list(dict.fromkeys(passed))
    assert [name for name in first if name in AT_THE_DOOR] == list(AT_THE_DOOR)
    assert [name for name in first if name in AT_WORK] == list(AT_WORK)
    assert first.index("inbox_durable") < first.index("woken")


def test_nothing_in_the_product_arms_them() -> None:
    files = [file for room in PRODUCT for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 80
    arming = [
        f"{file}: {ast.unparse(node)}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if _names_arm(node) and file != ROOT / "bot" / "vocabulary" / "failpoints.py"
    ]
    assert not arming


def _names_arm(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="arm") | ast.Attribute(attr="arm")):
            return True
        case ast.ImportFrom(module="bot.vocabulary.failpoints", names=names):
            return any(name.name != "failpoint" for name in names)
        case ast.Import(names=names):
            return any(name.name == "bot.vocabulary.failpoints" for name in names)
        case _:
            return False


@pytest.mark.parametrize("command", [["run"], ["demo", "--no-browser", "--port", "0"]])
def test_production_refuses_to_start_with_the_variable_set(
    command: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=tmp_path,
        env=os.environ | {"RELEVO_FAILPOINTS": "sent", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "RELEVO_FAILPOINTS is set, but crash tests never run in production: unset it.\n"
    )
    assert not list(tmp_path.iterdir()), "it began to work"
