"""The labelled questions that the knowledge benchmarks ask, and indexes to ask them of."""

import json
from collections.abc import Collection
from pathlib import Path

from knowledge import EmbeddedKnowledge, ingest
from knowledge.embedding import Embedder, default_embedder
from knowledge.evaluation import LabelledQuestion, read_questions
from knowledge.index.schema import index_path

DATA = Path(__file__).parents[2] / "shared" / "data" / "eval"
SETS = {
    "en": ("faq", "mtrag", "mtrag-un"),
    "es": ("m365-es", "libreoffice-es", "xquad-es"),
}
CROSS_SETS = {
    "es": (
        "m365-es.asked-in-english",
        "libreoffice-es.asked-in-english",
        "xquad-es.asked-in-english",
    )
}


def load_questions(folder: str, name: str) -> list[LabelledQuestion]:
    """Read one set."""
    return read_questions(DATA / folder / f"{name}.questions.jsonl")


def build_index(
    folder: Path,
    language: str,
    keep: Collection[str] | None = None,
    *,
    embedder: Embedder | None = None,
) -> EmbeddedKnowledge:
    """Index the documents of a language, or those of them that are named, in an empty folder."""
    lines = (DATA / language / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if keep is None or json.loads(line)["doc_id"] in keep]
    source = folder / "docs.jsonl"
    source.write_text("\n".join(kept), encoding="utf-8")
    knowledge = EmbeddedKnowledge(index_path(folder), embedder or default_embedder())
    ingest(knowledge, [source])
    return knowledge


def document_ids(language: str) -> list[str]:
    """The ids of all documents of a language, in the file's order."""
    lines = (DATA / language / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["doc_id"] for line in lines]
