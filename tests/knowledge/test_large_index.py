"""An index of very many passages: the signs of vectors in memory, and only what changed is read."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Audience, Query
from knowledge.documents import Block, BlockKind, Document
from knowledge.embedding import HashedSubwords, default_embedder
from knowledge.index.reader import IndexReader
from knowledge.index.signed import SignedSnapshot
from knowledge.index.signing import spread
from knowledge.index.signs import differing, signs_of
from knowledge.index.writer import IndexWriter, open_writer
from knowledge.labels import Labels
from knowledge.questions import Question

FROM = 12
TOPICS = (
    "returns parcels money refund days",
    "delivery islands boat week cost",
    "oven fire heat temperature glass",
    "invoice tax company number address",
    "knife steel sharp stone blade",
)


def paragraph(title: str, text: str) -> Document:
    return Document(title=title, blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),))


def article(number: int) -> Document:
    topic = TOPICS[number % len(TOPICS)]
    text = f"The {topic} of article number {number}, which tells what holds for item{number}."
    return paragraph(f"Item {number}", text)


@contextmanager
def writing(path: Path, *, signed_from: int = FROM) -> Generator[IndexWriter]:
    with open_writer(path, default_embedder(), signed_from=signed_from) as writer:
        yield writer


def fill(path: Path, numbers: range, *, signed_from: int = FROM) -> None:
    with writing(path, signed_from=signed_from) as writer:
        for number in numbers:
            writer.put(article(number), doc_id=f"d{number}", language="en", source="s")


def ask(reader: IndexReader, text: str, limit: int = 5) -> list[tuple[str, float]]:
    question = Question.of(Query(text=text, language="en"))
    return [
        (hit.doc_id, hit.score)
        for found in reader.search(question, ["en"], limit)
        for hit in found.hits
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "knowledge" / "index.sqlite"


@pytest.fixture
def reader(path: Path) -> Iterator[IndexReader]:
    reader = IndexReader(path, default_embedder()) if fill(path, range(20)) is None else None
    assert reader is not None
    yield reader
    reader.close()


def snapshot(reader: IndexReader) -> SignedSnapshot:
    reader.languages()
    assert isinstance(reader._snapshot, SignedSnapshot)
    return reader._snapshot


def test_it_finds_the_same_with_the_same_scores(path: Path, tmp_path: Path) -> None:
    small = tmp_path / "small" / "index.sqlite"
    fill(path, range(40))
    fill(small, range(40), signed_from=1_000)
    large_reader, small_reader = (IndexReader(one, default_embedder()) for one in (path, small))
    assert snapshot(large_reader).signs.shape == (40, 10)
    for text in ("item7", "how hot is the oven", "reembolso", "shipping to islands", "zzz"):
        large, whole = ask(large_reader, text), ask(small_reader, text)
        assert [doc_id for doc_id, _ in large] == [doc_id for doc_id, _ in whole]
        assert [score for _, score in large] == pytest.approx(
            [score for _, score in whole], abs=1e-3
        )
    large_reader.close()
    small_reader.close()


def test_an_open_reader_sees_what_is_added_and_reads_no_more(
    path: Path, reader: IndexReader
) -> None:
    before = snapshot(reader)
    fill(path, range(20, 22))
    assert ask(reader, "item21")[0][0] == "d21"
    after = snapshot(reader)
    assert after.added is not None
    assert len(after.added) == 2
    assert after.signed == before.signed
    assert after.statistics["en"].passages == 22


def test_what_is_changed_or_removed_is_found_no_more(path: Path, reader: IndexReader) -> None:
    ask(reader, "item3")
    with writing(path) as writer:
        writer.remove("d3")
        changed = paragraph("Umbrellas", "Umbrellas keep the rain off.")
        writer.put(changed, doc_id="d4", language="en", source="s")
        writer.put(article(99), doc_id="d99", language="en", source="s")
        writer.remove("d99")
    found = {doc_id for doc_id, _ in ask(reader, "item3 item99", limit=50)}
    assert "d3" not in found
    assert "d99" not in found
    assert ask(reader, "umbrella")[0][0] == "d4"
    assert snapshot(reader).added is not None
    assert len(snapshot(reader).rows.passages) == 19


def test_a_change_may_only_remove(path: Path, reader: IndexReader) -> None:
    ask(reader, "item3")
    with writing(path) as writer:
        writer.remove("d3")
    assert "d3" not in {doc_id for doc_id, _ in ask(reader, "item3", limit=50)}
    assert len(snapshot(reader).rows.passages) == 19


def test_an_index_that_was_emptied_is_filled_again(path: Path, reader: IndexReader) -> None:
    ask(reader, "item3")
    with writing(path) as writer:
        for number in range(20):
            writer.remove(f"d{number}")
    opened_empty = IndexReader(path, default_embedder())
    assert ask(opened_empty, "item3") == ask(reader, "item3") == []
    fill(path, range(60, 62))
    for one in (reader, opened_empty):
        assert ask(one, "item60")[0][0] == "d60"
    opened_empty.close()


def test_an_id_is_never_given_twice(path: Path, reader: IndexReader) -> None:
    highest = int(snapshot(reader).rows.passages[-1])
    with writing(path) as writer:
        writer.remove("d19")
    fill(path, range(50, 51))
    assert int(snapshot(reader).rows.passages[-1]) > highest
    assert ask(reader, "item50")[0][0] == "d50"


def test_new_words_are_known_to_the_spelling(path: Path, reader: IndexReader) -> None:
    assert ask(reader, "umbrelas")
    with writing(path) as writer:
        new = paragraph("Umbrellas", "They keep the rain off.")
        writer.put(new, doc_id="new", language="en", source="s")
    assert ask(reader, "umbrelas")[0][0] == "new"
    assert snapshot(reader).added is not None


def test_what_an_asker_may_not_see_takes_no_place(path: Path, reader: IndexReader) -> None:
    """More passages than are compared number by number are nearer, and hidden."""
    secret = replace(
        paragraph("Umbrellas", "They keep the rain off."),
        labels=Labels(audience=Audience.INTERNAL),
    )
    fill(path, range(20, 1_100))
    with writing(path) as writer:
        for number in range(1_050):
            writer.put(secret, doc_id=f"secret{number}", language="en", source="s")
    found: dict[Audience, set[bool]] = {}
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        asked = Question.of(Query(text="umbrellas in the rain", language="en", audience=audience))
        (one,) = reader.search(asked, ["en"], 10)
        found[audience] = {hit.doc_id.startswith("secret") for hit in one.hits}
    assert found == {Audience.PUBLIC: {False}, Audience.INTERNAL: {True}}


def test_words_that_no_document_holds_are_not_kept(reader: IndexReader) -> None:
    ask(reader, "item3 " + " ".join(f"unheard{number}" for number in range(20)))
    assert {term for term in reader._frequencies if "unheard" in term} == set()
    assert reader._frequencies["en_item3"] == 1


def test_signs_are_made_anew_when_there_are_twice_as_many(path: Path, reader: IndexReader) -> None:
    signed = snapshot(reader).signed
    fill(path, range(20, 40))
    assert snapshot(reader).signed != signed
    assert snapshot(reader).added is None
    assert ask(reader, "item33")[0][0] == "d33"


@pytest.mark.usefixtures("reader")
def test_another_embedder_makes_other_signs(path: Path) -> None:
    other = HashedSubwords(128)
    with open_writer(path, other, signed_from=FROM):
        pass
    changed = IndexReader(path, other)
    assert snapshot(changed).signs.shape == (20, 2)
    assert ask(changed, "item8")[0][0] == "d8"
    changed.close()


def test_of_long_vectors_fewer_are_held_whole(path: Path) -> None:
    long = HashedSubwords(2048)
    with open_writer(path, long, signed_from=40) as writer:
        for number in range(15):
            writer.put(article(number), doc_id=f"d{number}", language="en", source="s")
    opened = IndexReader(path, long)
    assert snapshot(opened).signs.shape == (15, 32)
    assert ask(opened, "item8")[0][0] == "d8"
    opened.close()


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), dimensions=st.sampled_from([3, 64, 100, 376]))
def test_signs_tell_the_angle(seed: int, dimensions: int) -> None:
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(1, dimensions)).astype(np.float32)
    rows = np.concatenate((one, -one, rng.normal(size=(3, dimensions)).astype(np.float32)))
    count = differing(signs_of(rows), signs_of(one)[0])
    kept = signs_of(rows).shape[1] * 64
    assert count[0] == 0
    assert count[1] >= min(dimensions, kept) // 2
    assert count.max() <= kept


@given(count=st.integers(1, 500), most=st.integers(1, 100))
def test_a_sample_is_spread_and_never_larger_than_it_may_be(count: int, most: int) -> None:
    sample = spread(range(0, 7 * count, 7), most)
    assert 1 <= len(sample) <= most
    steps = {later - earlier for earlier, later in pairwise(sample)}
    assert len(steps) <= 1
    assert len(sample) > most // 2 or len(sample) == count


def test_signs_of_former_years_still_fit() -> None:
    vector = np.sqrt(np.array([[2, 3, 5, 7, 11, 13, 17, 19]], dtype=np.float32))
    assert signs_of(vector).tolist() == [[72057594021150720]]
