"""What the sample's customers get at the default threshold, without a language model.

    python -m benchmarks sample_questions

For each question file of tests/fixtures: how many of the answerable questions are answered, how
many of those from a right document, and how many unanswerable ones are answered all the same.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.report import show
from bot.vocabulary.knowledge import Query
from config.settings import EscalationSettings
from knowledge import EmbeddedKnowledge, load_sample, open_embedded

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures"
FILES = ("sample_questions.jsonl", "sample_questions_blind.jsonl")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        load_sample(Path(folder))
        knowledge = open_embedded(Path(folder))
        for name in FILES:
            show(name, measure(knowledge, FIXTURES / name))
        knowledge.close_now()


def measure(knowledge: EmbeddedKnowledge, file: Path) -> dict[str, object]:
    threshold = EscalationSettings().answer_above
    answerable = answered = right = wrong = unanswerable = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = knowledge.answer_now(Query(text=row["question"], language=row["lang"]))
        given = found.confidence.value >= threshold
        if row["answerable"]:
            answerable += 1
            answered += given
            right += given and any(source.doc_id in row["doc_ids"] for source in found.sources)
        else:
            unanswerable += 1
            wrong += given
    return {
        "answerable answered": f"{answered} of {answerable}",
        "of those from a right document": f"{right} of {answered}",
        "unanswerable answered": f"{wrong} of {unanswerable}",
    }


if __name__ == "__main__":
    main()
