"""For each test an empty index, and something to bring into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import EmbeddedKnowledge, open_embedded
from knowledge.origins import WebRules
from tests.knowledge.origins.site import Site, running_site


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[EmbeddedKnowledge]:
    opened = open_embedded(tmp_path / "data")
    yield opened
    opened.close_now()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "returns.md").write_text("# Returns\n\nSend it back within 30 days.")
    (folder / "delivery.md").write_text("# Delivery\n\nParcels need three days.")
    return folder


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def canary() -> Iterator[Site]:
    """A site that nobody may ever ask."""
    with running_site() as site:
        site.pages["/"] = "secret"
        yield site
        assert site.paths == []


@pytest.fixture
def rules(site: Site) -> WebRules:
    return WebRules(allow_hosts=frozenset({site.host}), seconds=2.0)
