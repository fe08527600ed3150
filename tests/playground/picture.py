"""Takes the pictures of the front page: ``python -m tests.playground.picture [FOLDER]``.

The real demo in a folder of its own, driven in a real browser as a visitor would, once in light and
once in dark colours.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.playground.browser import Browser, chromium

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
NAMES = {"light": "playground.png", "dark": "playground-dark.png"}
WIDTH, HEIGHT = 1440, 960
READY = "Relevo is ready: "
MOST_BYTES = 400_000
CALM = "document.styleSheets[0].insertRule('.gestures { opacity: 0 !important }')"
"""Without a mouse, Chromium shows what else appears under one."""

CANNED = "sorry-new-one"
SETTLED = 1.0
"""Seconds until colours have changed."""

LIAM = ("Where is my order? It is late.", "A person, please")
SOFIA = ("¿Cómo devuelvo una sartén?", "Quiero hablar con una persona")
MARTA = (
    "How do I season a cast iron pan?",
    "No, that's not it. My new pan arrived rusty",
    "This is ridiculous. It's the second rusty pan and nobody helps me!",
)


def main() -> None:
    """Take the pictures and say where they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    with tempfile.TemporaryDirectory() as data, demo(data) as address, browser(data) as page:
        page.resize(WIDTH, HEIGHT)
        page.forget(address)
        page.run(CALM)
        play(page)
        for scheme, name in NAMES.items():
            page.prefer(scheme)
            time.sleep(SETTLED)
            file = folder / name
            page.picture(file)
            size = file.stat().st_size
            sys.stdout.write(f"{file}: {size / 1000:.0f} kB\n")
            assert size < MOST_BYTES, f"{name} is too heavy for a front page"


@contextmanager
def demo(folder: str) -> Generator[str]:
    """Run ``relevo demo`` with its data in a folder; gives its address."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    given = os.environ | {"RELEVO_DATA_DIR": f"{folder}/data", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready = next(line for line in process.stdout if line.startswith(READY))
        yield ready.removeprefix(READY).strip() + "playground"
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def browser(folder: str) -> Generator[Browser]:
    """Open a window that prefers light colours."""
    with chromium(Path(folder) / "chromium") as page:
        page.prefer("light")
        yield page


def play(page: Browser) -> None:
    """Let three customers need a person, and let Ana work on the case that is most urgent."""
    for texts in (LIAM, SOFIA):
        page.click("new-customer")
        ask(page, *texts)
    page.all("customer-tab")[0].click()
    page.wait(lambda: page.texts() == [])
    ask(page, *MARTA)
    page.wait(lambda: len(page.all("case")) == 3)
    open_case(page, "Marta")
    command(page, "/tag +rust +second-time")
    page.click("case-claim")
    page.wait(lambda: "With Ana" in page.one("thread-head").text)
    page.click("case-canned")
    page.wait(lambda: [one for one in page.all("message-button") if one.text == CANNED])[0].click()
    page.wait(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".kind-draft"))
    page.write("The second one this month: same batch?", Keys.ENTER, at="desk")
    page.wait_for_text("The second one this month: same batch?", "desk")
    page.write(
        "I'm so sorry, Marta. A new pan leaves today, free of charge, and I check it myself.",
        *(Keys.CONTROL, Keys.ENTER, Keys.NULL),
        at="desk",
    )
    page.wait(lambda: "Goes out" in page.one("desk-log").text)


def ask(page: Browser, *texts: str) -> None:
    """Write as the customer, waiting for what is said to each."""
    for text in texts:
        before = len(page.texts())
        page.write(text, Keys.ENTER)
        page.wait(lambda before=before: len(page.texts()) >= before + 2)


def open_case(page: Browser, customer: str) -> None:
    """Choose the case of a customer at the desk."""
    page.wait(lambda: [one for one in page.all("case") if customer in one.text])[0].click()
    page.one("case-claim")


def command(page: Browser, text: str) -> None:
    """Write a verb and wait until its answer stands in the thread."""
    before = len(page.texts("desk"))
    page.write(text, Keys.ENTER, at="desk")
    page.wait(lambda: len(page.texts("desk")) >= before + 2)


if __name__ == "__main__":
    main()
