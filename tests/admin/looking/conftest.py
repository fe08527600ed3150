"""The rooms over a small company and a real index with three documents."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from knowledge import EmbeddedKnowledge
from knowledge.loading.ingest import ingest
from tests.admin.rooms_kit import PEOPLE, Chamber, a_chamber, an_index

PAGES = {
    "shipping.md": "# Shipping times\n\nParcels are delivered within three working days.\n",
    "refunds.md": "# Refunds\n\nA refund is paid within 14 days after the parcel came back.\n",
    "codes.md": "---\naudience: internal\n---\n# Door codes\n\nThe code of the warehouse is secret.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an index, and the documents that it was made of."""
    folder = tmp_path_factory.mktemp("library")
    documents = folder / "documents"
    documents.mkdir()
    for name, text in PAGES.items():
        (documents / name).write_text(text, encoding="utf-8")
    index = an_index(folder)
    try:
        ingest(index, [documents])
    finally:
        index.close_now()
    return folder


@pytest.fixture
async def index(folder: Path) -> AsyncIterator[EmbeddedKnowledge]:
    opened = an_index(folder)
    yield opened
    await opened.close()


@pytest.fixture
async def chamber(redis_client: Redis, folder: Path, index: EmbeddedKnowledge) -> Chamber:
    return await a_chamber(redis_client, folder, index=index, **PEOPLE)
