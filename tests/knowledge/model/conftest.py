"""For all tests one model's server and one index of a few documents, as if they were new for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_asyncio import is_async_test

from knowledge import EmbeddedKnowledge
from tests.knowledge.model.kit import Room, fill
from tests.knowledge.model.server import ModelServer, running_server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests share one event loop, and with it the connections to the server."""
    for item in items:
        if item.path.parent == HERE and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_server() -> AsyncIterator[ModelServer]:
    async with running_server() as server:
        yield server


@pytest.fixture
def server(one_server: ModelServer) -> ModelServer:
    one_server.reset()
    return one_server


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    opened = fill(tmp_path_factory.mktemp("model"))
    yield opened
    opened.close_now()


@pytest.fixture
def room(server: ModelServer, embedded: EmbeddedKnowledge) -> Room:
    return Room(server, embedded)
