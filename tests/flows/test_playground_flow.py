"""The main job, seen by a customer and an agent: the real demo, driven in a real browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.playground.browser import CHROMIUM, DRIVER, MISSING, Browser, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running ``relevo demo`` in a folder of its own; gives its address."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    folder = tmp_path_factory.mktemp("demo")
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        command,
        cwd=folder,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        address = re.search(r"http://\S+", first)
        assert address is not None, first
        try:
            yield address[0]
        finally:
            process.terminate()
            assert process.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def page(demo: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        browser.resize(1440, 900)
        browser.forget(demo)
        yield browser


def ask(page: Browser, text: str) -> str:
    """Write as the customer and return what is said next."""
    before = len(page.texts())
    page.write(text, Keys.ENTER)
    return page.wait(lambda: page.texts()[before + 1 :])[0]


def wait_for_status(page: Browser, status: str) -> None:
    """The desk hears of a change a moment after the customer."""
    page.wait(lambda: page.one("case-status").get_dom_attribute("data-status") == status)


def test_ask_hand_over_answer_resolve_and_ask_again(page: Browser) -> None:
    answer = ask(page, "How do I season my cast iron pan?")
    assert "200 °C" in answer
    cited = page.all("source", page.message(answer))
    assert ["cast iron" in source.text.lower() for source in cited][:1] == [True]

    notice = ask(page, "I would like to talk to a real person, please")
    assert "passed you to our team" in notice
    page.click("case")
    wait_for_status(page, "queued")
    assert "season my cast iron pan" in "\n".join(page.texts("desk"))

    page.click("case-claim")
    page.wait_for_text("You're now talking with Ana.")
    page.write("Between us: be kind to this one.", Keys.ENTER, at="desk")
    page.wait_for_text("Between us: be kind to this one.", "desk")
    page.write("Hello Marta, Ana here. Which pan is it?", at="desk")
    page.click("desk-reply")
    page.wait_for_text("Hello Marta, Ana here. Which pan is it?")
    assert "Between us: be kind to this one." not in page.texts()

    page.write("The 26 cm one", Keys.ENTER)
    page.wait_for_text("The 26 cm one", "desk")
    page.click("case-resolve")
    page.wait(lambda: any("marked this as solved" in text for text in page.texts()))
    wait_for_status(page, "resolved")

    assert "200 °C" in ask(page, "And how do I season cast iron again?")
    assert page.complaints() == []


def test_spanish_is_answered_in_spanish_and_a_rejection_is_no_question(page: Browser) -> None:
    page.click("new-customer")
    page.wait(lambda: page.texts() == [])
    answer = ask(page, "¿Cómo curo mi sartén de hierro fundido?")
    assert "200 °C" in answer
    again = ask(page, "no, no es eso")
    assert again != answer
    assert page.wait(lambda: page.all("receipt-row"))
