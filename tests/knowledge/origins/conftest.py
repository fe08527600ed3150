"""An empty index for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import EmbeddedKnowledge, open_embedded


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[EmbeddedKnowledge]:
    opened = open_embedded(tmp_path / "data")
    yield opened
    opened.close_now()
