"""A window and a stage for the tests of the page."""

from collections.abc import Iterator

import pytest

from tests.playground.browser import Browser, chromium
from tests.playground.stage import Stage


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests of the page."""
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def stage(redis_url: str) -> Iterator[Stage]:
    """The page's server with a scripted core, on an empty database."""
    stage = Stage(redis_url)
    stage.empty()
    stage.start()
    yield stage
    stage.close()


@pytest.fixture
def page(window: Browser, stage: Stage) -> Browser:
    """The page as someone sees it who has never been here."""
    window.resize(1440, 900)
    window.prefer("light")
    window.forget(stage.url)
    window.complaints()
    return window
