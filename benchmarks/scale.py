"""Measures how search grows: ``python -m benchmarks.scale [--passages 1000,10000,100000]``.

One index grows from size to size; at each it is opened by a process of its own, which reports its
memory, how many of the nearest passages it finds by their signs, and how long searches and answers
take, by the clock and in processor time (on a busy machine only that tells). Then one document is added while another reader has the index open. Documents are
those of ``docs-large`` beside the checkout, 53,065 passages; when there are not enough, they come
again with the words of each paragraph shuffled. From 100,000 on the rows of the index are copied
instead: to the word vectors and to BM25 the order of words makes no difference, so a shuffled passage
would have the same. One core: numpy is told to use one thread.

``--langchain`` asks LangChain's hybrid (BM25 and FAISS in an EnsembleRetriever) the same questions on
the same passages and vectors: those packages are installed into a folder of their own.
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


from benchmarks.langchain_hybrid import compare_langchain
from benchmarks.report import percentile, show
from benchmarks.scale_copies import multiply
from benchmarks.scale_signs import nearest_found
from bot.vocabulary.errors import DocumentError
from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.documents import BlockKind, Document
from knowledge.index.reader import IndexReader
from knowledge.index.schema import connect
from knowledge.index.writer import open_writer
from knowledge.questions import Question
from knowledge.readers import Limits, read_file

LARGE = Path(__file__).parents[2] / "shared" / "data" / "docs-large" / "docs.jsonl.gz"
SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 200
COPIED_FROM = 100_000
AT_ONCE = 300
"""Documents that are written in one transaction."""


def main() -> int:
    """Grow an index and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", default=",".join(map(str, SIZES)))
    parser.add_argument("--langchain", action="store_true")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return 0
    if not LARGE.is_file():
        print(f"Skipped: there are no documents in {LARGE}.")
        return 0
    with tempfile.TemporaryDirectory(prefix="relevo-scale-") as folder:
        knowledge = open_embedded(Path(folder))
        documents = endless(Path(folder))
        for size in sorted(int(part) for part in arguments.passages.split(",")):
            copies = size > COPIED_FROM
            grown = copy(knowledge, size) if copies else grow(knowledge, documents, size)
            figures = {**grown, **measured(Path(folder)), **added(knowledge, size)}
            if arguments.langchain:
                figures |= compare_langchain(knowledge, titles(knowledge)[::4])
            show(f"{size:,} passages", figures)
        knowledge.close_now()
    return 0


def endless(folder: Path) -> Iterator[Document]:
    """All documents, then shuffled ones for a long while."""
    with gzip.open(LARGE, "rt", encoding="utf-8") as lines:
        source = folder / "docs.jsonl"
        source.write_text(lines.read(), encoding="utf-8")
    read = [one for one in read_file(source, Limits()) if not isinstance(one, DocumentError)]
    random.Random(1).shuffle(read)  # noqa: S311
    yield from read
    for seed in range(1, 100):
        chance = random.Random(seed)  # noqa: S311
        yield from (shuffled(one, chance) for one in read)


def shuffled(document: Document, chance: random.Random) -> Document:
    """The same headings, and the same words in each paragraph in another order."""
    blocks = [
        block
        if block.kind is BlockKind.HEADING
        else replace(block, text=" ".join(chance.sample(words := block.text.split(), len(words))))
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


def titles(knowledge: EmbeddedKnowledge) -> list[str]:
    """Questions: every so manieth title of the documents, without copies."""
    known = sorted({one.title for one in knowledge.documents_now()})
    return [f"how do I solve {title}" for title in known[:: max(len(known) // QUESTIONS, 1)]]


def grow(
    knowledge: EmbeddedKnowledge, documents: Iterator[Document], size: int
) -> dict[str, object]:
    """Add documents until the index has that many passages."""
    documents = chain([next(documents)], documents)  # parsed before time is taken
    started, spent = time.perf_counter(), time.process_time()
    before = passages(knowledge)
    while (now := passages(knowledge)) < size:
        share = max(min(AT_ONCE, (size - now) // 12), 1)
        with open_writer(knowledge.path, knowledge.embedder) as writer:
            known = len(writer.documents())
            for number, document in enumerate(islice(documents, share), start=known):
                writer.put(document, doc_id=f"d{number}", language="en", source="docs")
    seconds = time.perf_counter() - started
    spent = time.process_time() - spent
    return {
        "passages": now,
        "indexed": f"{(now - before) / seconds:.0f} passages/s, "
        f"{(now - before) / spent:.0f} in processor time, parsing not counted",
        **file_size(knowledge, now),
    }


def copy(knowledge: EmbeddedKnowledge, size: int) -> dict[str, object]:
    """Copy all passages until there are that many."""
    with closing(connect(knowledge.path)) as connection:
        multiply(connection, size)
    return {"passages": passages(knowledge), **file_size(knowledge, passages(knowledge))}


def file_size(knowledge: EmbeddedKnowledge, count: int) -> dict[str, object]:
    """How large the file is when all of it is in its place."""
    with closing(connect(knowledge.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = knowledge.path.stat().st_size
    return {"file": f"{size / 2**20:.0f} MiB, {size / count:.0f} bytes a passage"}


def passages(knowledge: EmbeddedKnowledge) -> int:
    """How many there are."""
    return sum(knowledge.passages_now().values())


def measured(folder: Path) -> dict[str, object]:
    """What a process of its own says of the index."""
    command = [sys.executable, "-m", "benchmarks.scale", "--measure", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


def measure(folder: Path) -> dict[str, object]:
    """Open the index, ask all questions twice, and tell how that went; the second time counts."""
    knowledge = open_embedded(folder)
    knowledge.embedder.embed_questions(["warm up"])
    before, started = resident(), time.perf_counter()
    count = passages(knowledge)
    opened, held = time.perf_counter() - started, resident() - before
    asked = titles(knowledge)
    first = spread([partial(knowledge.search_now, query(text), 5) for text in asked])
    answers = spread([partial(knowledge.answer_now, query(text)) for text in asked])
    again = spread([partial(knowledge.search_now, query(text), 5) for text in asked])
    own = [knowledge.search_now(query(text), 1)[0].title in text for text in asked]
    signs = nearest_found(knowledge, asked)
    knowledge.close_now()
    return {
        "opened in": f"{opened:.2f} s",
        "memory for it": f"{held:.0f} MiB, {held * 2**20 / count:.0f} bytes a passage",
        "search, first time": first,
        "search": again,
        "whole answer": answers,
        "document of that title first": f"{sum(own) / len(own):.3f}",
        **signs,
    }


def query(text: str) -> Query:
    """Ask in English."""
    return Query(text=text, language="en")


def spread(work: Sequence[Callable[[], object]]) -> str:
    """How long calls take: the median and the slow ones, and the median of the processor's time."""
    clock: list[float] = []
    processor: list[float] = []
    for call in work:
        started, spent = time.perf_counter(), time.process_time()
        call()
        clock.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - spent))
    return (
        f"p50 {percentile(clock, 50):.1f} ms, p95 {percentile(clock, 95):.1f} ms "
        f"(processor: {percentile(processor, 50):.1f} and {percentile(processor, 95):.1f})"
    )


def added(knowledge: EmbeddedKnowledge, size: int) -> dict[str, object]:
    """Add one document while another reader has the index open, as ``relevo kb add`` does."""
    reader = IndexReader(knowledge.path, knowledge.embedder)
    question = Question.of(query(f"zyxgamma{size}"))
    reader.search(question, ["en"], 1)
    warm_up(knowledge)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"new{size}.md"
        file.write_text(f"# Zyxgamma{size}\n\nIt is new.", encoding="utf-8")
        started = time.perf_counter()
        ingest(knowledge, [file])
        committed = time.perf_counter()
        (found,) = reader.search(question, ["en"], 1)
        seen = time.perf_counter()
    reader.close()
    is_seen = bool(found.hits) and found.hits[0].title == f"Zyxgamma{size}"
    return {
        "kb add of one document": f"{committed - started:.2f} s",
        "then seen by an open reader": f"{seen - committed:.3f} s" if is_seen else "no",
    }


def warm_up(knowledge: EmbeddedKnowledge) -> None:
    """Load what reading a file needs, such as the detector of languages."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "first.md").write_text("# First\n\nOf many.", encoding="utf-8")
        ingest(knowledge, [folder])


def resident() -> float:
    """MiB that this process holds in memory of its own (mapped files not counted)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "RssAnon" in line) / 1024


if __name__ == "__main__":
    sys.exit(main())
