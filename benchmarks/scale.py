"""Measures how search grows: ``python -m benchmarks.scale [--passages 1000,10000,100000]``.

One index grows from size to size; at each it is opened by a process of its own, which reports its
memory and how long searches and answers take. Then one document is added while another reader has
the index open. Documents are those of ``docs-large`` beside the checkout; when there are not enough,
they come again with the words of each paragraph shuffled, which keeps the words' frequencies and
makes no two passages alike; those are found no worse and no better than the first. One core: numpy is
told to use one thread.

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
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


from benchmarks.langchain_hybrid import compare_langchain
from benchmarks.report import percentile, show
from bot.vocabulary.errors import DocumentError
from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.documents import BlockKind, Document
from knowledge.index.reader import IndexReader
from knowledge.index.writer import open_writer
from knowledge.questions import Question
from knowledge.readers import Limits, read_file

LARGE = Path(__file__).parents[2] / "shared" / "data" / "docs-large" / "docs.jsonl.gz"
SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 200
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
            grown = grow(knowledge, documents, size)
            figures = {**grown, **measured(Path(folder)), **added(knowledge, size)}
            if arguments.langchain:
                figures |= compare_langchain(knowledge, titles(Path(folder)))
            show(f"{size:,} passages", figures)
        knowledge.close_now()
    return 0


def endless(folder: Path) -> Iterator[Document]:
    """All documents, then shuffled ones for ever; their titles are noted in the folder."""
    with gzip.open(LARGE, "rt", encoding="utf-8") as lines:
        source = folder / "docs.jsonl"
        source.write_text(lines.read(), encoding="utf-8")
    read = [one for one in read_file(source, Limits()) if not isinstance(one, DocumentError)]
    random.Random(1).shuffle(read)  # noqa: S311
    (folder / "titles.json").write_text(json.dumps([one.title for one in read]), encoding="utf-8")
    yield from read
    for seed in count(1):
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


def titles(folder: Path) -> list[str]:
    """Questions: every so manieth title of the documents that came first."""
    known = json.loads((folder / "titles.json").read_text(encoding="utf-8"))
    return [f"how do I solve {title}" for title in known[:: max(len(known) // QUESTIONS, 1)]]


def grow(
    knowledge: EmbeddedKnowledge, documents: Iterator[Document], size: int
) -> dict[str, object]:
    """Add documents until the index has that many passages."""
    started = time.perf_counter()
    before = passages(knowledge)
    while (now := passages(knowledge)) < size:
        share = max(min(AT_ONCE, (size - now) // 12), 1)
        with open_writer(knowledge.path, knowledge.embedder) as writer:
            for document in islice(documents, share):
                doc_id = f"d{next(NUMBERS)}"
                writer.put(document, doc_id=doc_id, language="en", source="docs")
    seconds = time.perf_counter() - started
    file = knowledge.path.stat().st_size
    return {
        "passages": now,
        "indexed": f"{(now - before) / seconds:.0f} passages/s, parsing not counted",
        "file": f"{file / 2**20:.0f} MiB, {file / now:.0f} bytes a passage",
    }


NUMBERS = count()


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
    asked = titles(folder)
    found = [search(knowledge, text) for text in asked]
    answers = [timed(lambda text=text: knowledge.answer_now(query(text))) for text in asked]
    again = [search(knowledge, text)[0] for text in asked]
    knowledge.close_now()
    return {
        "opened in": f"{opened:.2f} s",
        "memory for it": f"{held:.0f} MiB, {held * 2**20 / count:.0f} bytes a passage",
        "search, first time": spread([seconds for seconds, _ in found]),
        "search": spread(again),
        "whole answer": spread(answers),
        "own document first": f"{sum(is_first for _, is_first in found) / len(found):.3f}",
    }


def search(knowledge: EmbeddedKnowledge, text: str) -> tuple[float, bool]:
    """Seconds, and whether the document of that title (or one of the same) came first."""
    started = time.perf_counter()
    sources = knowledge.search_now(query(text), 5)
    seconds = time.perf_counter() - started
    return seconds, bool(sources) and sources[0].title in text


def query(text: str) -> Query:
    """Ask in English."""
    return Query(text=text, language="en")


def timed(work: object) -> float:
    """Seconds that a call takes."""
    assert callable(work)
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def spread(seconds: Sequence[float]) -> str:
    """The median and the slow ones."""
    middle, late = (1000 * percentile(seconds, part) for part in (50, 95))
    return f"p50 {middle:.1f} ms, p95 {late:.1f} ms"


def added(knowledge: EmbeddedKnowledge, size: int) -> dict[str, object]:
    """Add one document while another reader has the index open, as ``relevo kb add`` does."""
    reader = IndexReader(knowledge.path, knowledge.embedder)
    question = Question.of(query(f"zyxgamma{size}"))
    reader.search(question, ["en"], 1)
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


def resident() -> float:
    """MiB that this process holds in memory of its own (mapped files not counted)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "RssAnon" in line) / 1024


if __name__ == "__main__":
    sys.exit(main())
