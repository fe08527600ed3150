"""Real knowledge for the rooms of the rollout."""

from collections.abc import Iterator

import pytest

from knowledge import EmbeddedKnowledge
from tests.rollout.rolling import open_documents


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    opened = open_documents(tmp_path_factory.mktemp("help"))
    yield opened
    opened.close_now()
