"""Loads the demo's articles: the help centre of a fictional company, written for this project."""

from pathlib import Path

from knowledge.base import open_embedded
from knowledge.loading.ingest import IngestReport, OnProgress, ingest

SAMPLE = Path(__file__).parents[1] / "sample"


def load_sample(data_dir: Path, *, on_progress: OnProgress | None = None) -> IngestReport:
    """Bring the sample articles into the index of a data folder; unchanged ones cost nothing.

    Raises:
        KnowledgeUnavailableError: The index can't be written.
    """
    knowledge = open_embedded(data_dir)
    try:
        return ingest(knowledge, [SAMPLE], on_progress=on_progress)
    finally:
        knowledge.close_now()
