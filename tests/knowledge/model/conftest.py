"""For each test a model's server and an index of a few documents."""

from collections.abc import AsyncIterator, Iterator

import pytest

from knowledge import EmbeddedKnowledge
from tests.knowledge.model.kit import Room, fill
from tests.knowledge.model.server import ModelServer, running_server


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    opened = fill(tmp_path_factory.mktemp("model"))
    yield opened
    opened.close_now()


@pytest.fixture
def room(server: ModelServer, embedded: EmbeddedKnowledge) -> Room:
    return Room(server, embedded)
