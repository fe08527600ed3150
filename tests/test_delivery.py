"""What Relevo is delivered with: container image, compose file, CI, and the Redis user of the docs.

There is no container engine here: what the files say is checked, and what can be run of it is run.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from redis.asyncio import Redis

from adapters.playground import Transcript
from bot.app import open_relevo
from bot.edge import HttpEdge
from bot.engine.client.connection import check_server, connect
from config.settings import load
from tests.builders import a_conversation, a_message
from tests.servers import RealServer, running_server
from tests.test_docs import SETTINGS
from tests.test_house import PACKAGES, ROOT

VARIABLES = {setting.variable for setting in SETTINGS}
COMPILERS = re.compile(r"\b(?:gcc|g\+\+|build-essential|clang|cargo|apt-get|apk)\b")


@pytest.fixture(scope="module")
def stages() -> list[str]:
    """The stages of the Dockerfile, without comments, one instruction a line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    stages = re.split(r"^(?=FROM )", "\n".join(lines), flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    return stages


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services = cast("dict[str, Any]", yaml.safe_load(text)["services"])
    assert set(services) == {"relevo", "redis", "weaviate"}
    return services


def arguments_of(stage: str, instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} +(.*)$", stage, re.MULTILINE)


def test_the_image_is_built_in_one_stage_and_runs_in_another(stages: list[str]) -> None:
    build, final = stages
    assert "--constraint constraints.txt" in build
    assert "COPY --from=build /opt/relevo /opt/relevo" in final
    assert "pip" not in final
    assert not COMPILERS.search(final)


def test_images_are_pinned_and_name_no_registry(
    stages: list[str], services: dict[str, Any]
) -> None:
    images = [line.split()[0] for stage in stages for line in arguments_of(stage, "FROM")]
    images += [service["image"] for service in services.values()]
    for image in images:
        assert re.fullmatch(r"(?:[a-z]+/)?[a-z]+:\d[\w.-]+", image), image
    assert images[0] == images[1], "the environment must fit the interpreter that runs it"


def test_the_image_copies_what_is_there_and_let_in(stages: list[str]) -> None:
    copied = {
        word.removeprefix("./")
        for line in arguments_of(stages[0], "COPY")
        for word in line.split()[:-1]
    }
    assert copied >= set(PACKAGES)
    let_in = set(re.findall(r"^!(.+?)/?$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_relevo_as_nobody_special(stages: list[str]) -> None:
    final = stages[1]
    assert arguments_of(final, "USER") == ["10001:10001"]
    assert json.loads(arguments_of(final, "CMD")[0]) == ["python", "-m", "bot", "run"]
    assert arguments_of(final, "VOLUME") == ["/data"]
    assert "PYTHONDONTWRITEBYTECODE=1" in final
    assert final.index("\nUSER ") > final.index("\nRUN "), "only the set-up runs as root"


def test_every_variable_of_the_container_is_a_setting(
    stages: list[str], services: dict[str, Any]
) -> None:
    named = set(re.findall(r"RELEVO_\w+", stages[1])) | {
        name for name in services["relevo"]["environment"] if name.startswith("RELEVO_")
    }
    assert len(named) > 4
    assert named <= VARIABLES


async def test_the_health_check_sees_health_and_sickness(stages: list[str]) -> None:
    [check] = arguments_of(stages[1], "HEALTHCHECK")
    command = json.loads(check[check.index("CMD ") + 4 :])
    assert command[:2] == ["python", "-c"]

    async def ready() -> bool:
        return True

    async with HttpEdge("127.0.0.1", 0, routes=(), ready=ready) as edge:
        environment = os.environ | {"RELEVO_HTTP__PORT": str(edge.port)}
        assert await _exit_code(command[1:], environment) == 0
    assert await _exit_code(command[1:], environment) != 0


async def _exit_code(arguments: list[str], environment: dict[str, str]) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


def test_services_are_locked_down(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp" in service["tmpfs"], name  # noqa: S108 - a mount of the container
        assert "privileged" not in service, name


def test_only_relevo_is_reached_from_outside_and_only_from_this_machine(
    services: dict[str, Any],
) -> None:
    assert services["relevo"]["ports"] == ["127.0.0.1:8080:8080"]
    assert not any("ports" in services[name] for name in ("redis", "weaviate"))
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["networks"]["inside"] == {"internal": True}
    assert services["redis"]["networks"] == services["weaviate"]["networks"] == ["inside"]


def test_no_secret_stands_in_the_compose_file(services: dict[str, Any]) -> None:
    assert "${REDIS_PASSWORD:?" in services["relevo"]["environment"]["RELEVO_REDIS__URL"]
    assert services["redis"]["environment"]["REDIS_PASSWORD"].startswith("${REDIS_PASSWORD:?")
    weaviate = services["weaviate"]["environment"]
    assert weaviate["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] == "${WEAVIATE_API_KEY:-}"


def test_weaviate_is_asked_for_and_keeps_to_itself(services: dict[str, Any]) -> None:
    assert services["weaviate"]["profiles"] == ["weaviate"]
    environment = services["weaviate"]["environment"]
    assert environment["AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"] == "false"
    assert environment["DISABLE_TELEMETRY"] == "true"
    assert environment["ENABLE_MODULES"] == ""
    asking = services["relevo"]["environment"]
    assert asking["RELEVO_WEAVIATE__API_KEY"] == "${WEAVIATE_API_KEY:-}"
    assert "http://weaviate:8080}" in asking["RELEVO_WEAVIATE__URL"]
    assert f"http://weaviate:{environment['GRPC_PORT']}}}" in asking["RELEVO_WEAVIATE__GRPC_URL"]


def test_relevo_waits_for_redis_and_has_time_to_drain(services: dict[str, Any]) -> None:
    relevo = services["relevo"]
    assert relevo["depends_on"] == {"redis": {"condition": "service_healthy"}}
    assert "redis-cli ping" in services["redis"]["healthcheck"]["test"][1]
    grace = int(relevo["stop_grace_period"].removesuffix("s"))
    assert grace > load(None).engine.drain_seconds + load(None).engine.send_seconds


async def test_the_redis_of_the_compose_file_passes_our_check_without_a_warning(
    services: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shell, flag, script = services["redis"]["command"]
    assert (shell, flag) == ("sh", "-c")
    lines = re.search(r"<<SETTINGS\n(.*?)\n\s*SETTINGS", script, re.DOTALL)
    assert lines is not None
    pairs = dict(line.strip().split(" ", 1) for line in lines[1].splitlines())
    assert pairs.pop("requirepass") == "$$REDIS_PASSWORD"
    assert pairs.pop("dir") == "/data"
    extra = [word for name, value in pairs.items() for word in (f"--{name}", value.strip('"'))]
    with running_server(tmp_path_factory.mktemp("compose"), extra=tuple(extra)) as server:
        client = connect(server.url, pool_size=4, deadline_seconds=5)
        assert await check_server(client) == []
        await client.aclose()


@pytest.mark.parametrize(
    ("failing", "code", "ran"),
    [("none", 0, "test check"), ("test", 2, "test"), ("check", 2, "test check")],
)
def test_ci_runs_tests_then_checks_and_ends_with_the_failure(
    failing: str, code: int, ran: str, tmp_path: Path
) -> None:
    folder = tmp_path / "checkout" / ".ci"
    folder.mkdir(parents=True)
    script = folder / "run"
    script.write_bytes((ROOT / ".ci/run").read_bytes())
    script.chmod(0o755)
    tools = tmp_path / "tools"
    tools.mkdir()
    make = tools / "make"
    make.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/ran"\n[ "$1" != {failing} ] || exit 2\n')
    make.chmod(0o755)
    done = subprocess.run(
        [script],
        env={"PATH": f"{tools}:{os.defpath}", "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == code, done.stderr
    assert (tmp_path / "ran").read_text().split() == ran.split()
    assert "=== make test" in done.stdout
    assert ("failed with exit code 2" in done.stdout) is (code == 2)


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.fixture
async def limited_user(any_redis_server: RealServer) -> AsyncIterator[str]:
    """The address of a server for the user that the docs describe."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rules = re.search(r"^user relevo (.+)$", text, re.MULTILINE)
    assert rules is not None
    any_redis_server.command("FLUSHALL")
    any_redis_server.command("ACL", "SETUSER", "relevo", "reset", *rules[1].split())
    any_redis_server.command("ACL", "LOG", "RESET")
    yield f"unix://relevo:choose-a-password@{any_redis_server.folder.socket}"
    any_redis_server.command("ACL", "DELUSER", "relevo")


async def test_the_documented_redis_user_may_do_all_that_relevo_does(
    limited_user: str, any_redis_server: RealServer, tmp_path: Path
) -> None:
    settings = load(
        None,
        data_dir=tmp_path,
        redis={"url": limited_user},
        http={"port": 0},
        playground={"enabled": True},
        desk={"channel": "playground:desk"},
    )
    customer = a_conversation("marta")
    async with open_relevo(settings) as relevo, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relevo.run("all"))
        await relevo.engine.inbox.accept(
            a_message("I want to talk to a person", conversation=customer)
        )
        client = connect(any_redis_server.url, pool_size=4, deadline_seconds=5)
        async with asyncio.timeout(20):
            await _until_case_is_open(client)
        running.cancel()
        await client.aclose()
    assert any_redis_server.command("ACL", "LOG") == []


async def _until_case_is_open(client: Redis) -> None:
    transcript = Transcript(client)
    marta = a_conversation("marta")
    while not (await transcript.threads() and await transcript.lines(marta)):  # noqa: ASYNC110 - nothing calls back
        await asyncio.sleep(0.05)
