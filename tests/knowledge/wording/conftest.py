"""A model's server of the tests' own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.knowledge.model.server import ModelServer, running_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with running_server() as running:
        yield running
