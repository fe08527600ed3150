"""Log lines: one JSON object each, and nothing in them that opens a door."""

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.logs import JsonFormatter, mask

CREDENTIALS = {
    "Slack bot token": "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "Slack app token": "xapp-1-A0123456789-1234567890123-0123456789abcdef",
    "Telegram token": "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345",
    "Discord token": "MTAwMDAwMDAwMDAwMDAwMDAw.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB",
    "API key": "sk-proj-abcdefghijklmnop0123456789",
}


def logged(message: str, *args: object, **extra: Any) -> dict[str, Any]:
    """Log one line through our formatter and read it back."""
    return json.loads(_raw(message, *args, **extra))


def _raw(message: str, *args: object, error: BaseException | None = None, **extra: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("relevo.test")
    logger.propagate = False
    logger.handlers = [handler]
    logger.warning(message, *args, extra=extra, exc_info=error)
    return stream.getvalue()


def test_a_line_is_one_json_object_with_its_fields() -> None:
    line = logged("turn %s", "failed", conversation="slack:T:C", tries=2)
    assert line.pop("at")[-1] == "Z"
    assert line == {
        "level": "warning",
        "logger": "relevo.test",
        "event": "turn failed",
        "conversation": "slack:T:C",
        "tries": 2,
    }


@given(st.text(), st.text())
def test_whatever_is_logged_stays_one_line(message: str, value: str) -> None:
    raw = _raw("%s", message, value=value)
    assert raw.endswith("\n")
    assert len(raw.splitlines()) == 1
    assert raw.isascii()
    json.loads(raw)


def test_what_json_does_not_know_is_written_as_text() -> None:
    assert logged("x", thing={1})["thing"] == "{1}"


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_credentials_are_masked_wherever_they_stand(credential: str) -> None:
    error = ValueError(f"refused {credential}")
    raw = _raw("login with %s", credential, error=error, where=f"({credential})", deep=[credential])
    assert credential not in raw
    assert json.loads(raw)["event"] == "login with ***"


def test_the_password_of_an_address_is_masked_and_the_host_is_not() -> None:
    assert mask("can't reach redis://user:p4ss@cache:6379/0") == (
        "can't reach redis://***@cache:6379/0"
    )
    assert mask("rediss://:p4ss@cache") == "rediss://***@cache"


@pytest.mark.parametrize(
    "text",
    ["slack:T1:C1:171.2", "http://127.0.0.1:8080/", "turn 3f9a2b took 12.4 ms", "10:42:07 ask-me"],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert mask(text) == text


def test_an_error_keeps_its_trace() -> None:
    raw = _raw("turn failed", error=LookupError("nothing there"))
    assert "LookupError: nothing there" in json.loads(raw)["trace"]


LOUD = """
import logging
from config.logs import set_up
set_up()
logging.getLogger("bot.engine").info("ready")
for name in ("docket", "docket.worker", "asyncio", "aiohttp.access"):
    logging.getLogger(name).info("chatter with a body")
logging.getLogger("docket").warning("trouble")
"""


def test_logs_go_to_stderr_and_libraries_speak_only_of_trouble() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOUD], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["ready", "trouble"]
