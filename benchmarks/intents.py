"""Measures intents and what is out of scope: ``python -m benchmarks intents``.

Each labelled example is a document of its own; the intent of the best document is the answer, and the
confidence must tell messages of no intent from the others. It can do that better when all examples of an
intent stand in one document ("joined"), for none of its siblings is then beside it. All goes through the
real index. Beside it stand the baselines of the project's notes on its data: BM25, and MiniLM (which needs
torch). HINT3's messages are those of live bots' customers.
"""

import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.knowledge_sets import DATA
from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.evaluation.metrics import auroc

FOLDER = DATA.parent / "faq-intents"
RANKED = 60
Row = Mapping[str, object]
BASELINES: Mapping[str, tuple[float, float, float | None, float | None]] = {
    "banking77": (0.744, 0.894, None, None),
    "clinc150": (0.786, 0.864, 0.82, 0.96),
    "bitext27": (0.891, 0.949, None, None),
    "hint3-curekart": (0.751, 0.842, 0.77, 0.88),
    "hint3-sofmattress": (0.620, 0.781, 0.79, 0.88),
    "hint3-powerplay11": (0.571, 0.662, 0.73, 0.80),
    "lawbotia-es": (0.607, 0.681, 0.79, 0.86),
    "clippo-es": (0.543, 0.609, 0.87, 0.86),
}
"""The right intent first (BM25, MiniLM), AUROC of in scope against out of it (BM25, MiniLM)."""


def main() -> int:
    """Measure and print."""
    if not FOLDER.is_dir():
        print(f"Skipped: there are no intents in {FOLDER}.")
        return 0
    examples, asked = read_rows("index.jsonl"), read_rows("queries.jsonl")
    print(f"{'set':18s} {'n':>5s}  R@1   R@5   AUROC joined | R@1 BM25 MiniLM | AUROC BM25 MiniLM")
    for name in sys.argv[1:] or BASELINES:
        print(measure(name, rows_of(name, examples), rows_of(name, asked)), flush=True)
    return 0


def read_rows(name: str) -> list[dict[str, object]]:
    """Read a file of the set."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rows_of(name: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of one set."""
    return [row for row in rows if row["dataset"] == name]


def joined(examples: Sequence[Row]) -> list[Row]:
    """One document for each intent, which holds all of its examples."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for row in examples:
        texts[str(row["intent"])].append(str(row["text"]))
    lang = examples[0]["lang"]
    return [
        {"id": intent, "text": "\n\n".join(said), "lang": lang} for intent, said in texts.items()
    ]


def index(folder: Path, examples: Sequence[Row]) -> EmbeddedKnowledge:
    """Index one document for each example."""
    source = folder / "docs.jsonl"
    rows = [
        {"doc_id": row["id"], "title": "", "content": row["text"], "format": "text"}
        | {"lang": row["lang"]}
        for row in examples
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    knowledge = open_embedded(folder)
    ingest(knowledge, [source])
    return knowledge


def measure(name: str, examples: Sequence[Row], asked: Sequence[Row]) -> str:
    """Ask all messages of a set and describe the result in one line."""
    intents = {str(row["id"]): str(row["intent"]) for row in examples}
    with tempfile.TemporaryDirectory() as folder:
        knowledge = index(Path(folder), examples)
        alone = scope_auroc(knowledge, asked)
        ranks = [rank(knowledge, row, intents) for row in asked if row["in_scope"]]
        knowledge.close_now()
    with tempfile.TemporaryDirectory() as folder:
        knowledge = index(Path(folder), joined(examples))
        together = scope_auroc(knowledge, asked)
        knowledge.close_now()
    first, five = (sum(0 < one <= most for one in ranks) / len(ranks) for most in (1, 5))
    bm25, minilm, *beside = BASELINES[name]
    scopes = "  ".join("  -  " if value is None else f"{value:.3f}" for value in beside)
    return (
        f"{name:18s} {len(asked):5d}  {first:.3f} {five:.3f} {scope(alone)} {scope(together)}  "
        f"|     {bm25:.3f} {minilm:.3f}  |       {scopes}"
    )


def scope(value: float) -> str:
    """An AUROC; none where every message is in scope."""
    return "  -  " if math.isnan(value) else f"{value:.3f}"


def query_of(row: Row) -> Query:
    """The message as a question."""
    return Query(text=str(row["text"]), language=str(row["lang"]))


def scope_auroc(knowledge: EmbeddedKnowledge, asked: Sequence[Row]) -> float:
    """How well the confidence tells messages of some intent from those of none."""
    drafts = [knowledge.draft_now(query_of(row)) for row in asked]
    values = [draft.confidence.value if draft is not None else 0.0 for draft in drafts]
    return auroc(values, [bool(row["in_scope"]) for row in asked])


def rank(knowledge: EmbeddedKnowledge, row: Row, intents: Mapping[str, str]) -> int:
    """The place of the right intent among the distinct ones found; 0 when it was not."""
    found = (intents[source.doc_id] for source in knowledge.search_now(query_of(row), RANKED))
    order = list(dict.fromkeys(found))
    intent = str(row["intent"])
    return order.index(intent) + 1 if intent in order else 0


if __name__ == "__main__":
    sys.exit(main())
