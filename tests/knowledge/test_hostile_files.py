"""A hostile file ends within its limits: refused with one sentence, or read without what is hostile.

Nothing is written, nothing is fetched, and nothing of this machine gets into a document.
"""

import socket
import time
from pathlib import Path

import pytest

from bot.vocabulary.errors import DocumentError
from knowledge.documents import BlockKind, Document
from knowledge.readers import Limits, read_file
from knowledge.readers.archive import ArchiveLimits
from tests.knowledge.hostile import (
    CANARY,
    HARMLESS,
    PDFS,
    PORT,
    SLIPPED,
    TEXTS,
    UNFINISHED,
    URL,
    Hostile,
)
from tests.knowledge.hostile_zips import ARCHIVES, WORD
from tests.knowledge.reading import texts, write

LIMITS = Limits(seconds=8.0, archive=ArchiveLimits(seconds=8.0))
LONGEST = 20.0


@pytest.mark.parametrize(
    "hostile", [*ARCHIVES, *WORD, *PDFS, *TEXTS], ids=lambda hostile: hostile.name
)
def test_a_hostile_file(
    hostile: Hostile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / hostile.name, hostile.make())
    began = time.monotonic()
    found = list(read_file(path, LIMITS))
    assert time.monotonic() - began < LONGEST
    check_outcome(found, hostile)
    assert [file.name for file in tmp_path.rglob("*")] == [hostile.name]
    assert not SLIPPED.exists()
    with pytest.raises(BlockingIOError):
        CANARY.accept()


def test_the_canary_would_notice() -> None:
    assert str(PORT) in URL
    socket.create_connection(("127.0.0.1", PORT)).close()
    CANARY.accept()[0].close()


def check_outcome(found: list[Document | DocumentError], hostile: Hostile) -> None:
    errors = [str(one) for one in found if isinstance(one, DocumentError)]
    words = "\n".join(text for one in found if isinstance(one, Document) for text in texts(one))
    names = [name for one in found if isinstance(one, Document) for name in names_of(one)]
    assert all(name.isprintable() for name in names), names
    words.encode()  # no lone surrogates
    assert "root:" not in words
    assert "\x1b" not in words
    if hostile.refusal == HARMLESS:
        assert errors == []
        assert words.replace("x", "").replace("b", "").strip()
    else:
        assert errors
        assert any(hostile.refusal in error for error in errors), errors
    for error in errors:
        assert error.isprintable()
        assert len(error) < 1_000
        assert ":" in error


def names_of(document: Document) -> list[str]:
    return [
        document.title,
        *(name for name in (document.doc_id, document.url, document.language) if name is not None),
        *(block.text for block in document.blocks if block.kind is BlockKind.HEADING),
    ]


@pytest.mark.parametrize("suffix", [".html", ".md"])
@pytest.mark.parametrize("end", ["", ' x="-->">'])
@pytest.mark.parametrize("mark", UNFINISHED)
def test_unfinished_marks_cost_no_square(mark: str, end: str, suffix: str, tmp_path: Path) -> None:
    start = "<html>" if suffix == ".html" else "Text "
    path = write(tmp_path / f"a{suffix}", start + mark * (100_000 // len(mark)) + end)
    began = time.process_time()
    list(read_file(path, LIMITS))
    assert time.process_time() - began < 10
