"""What the sample's customers get at the default threshold, without a language model.

    python -m benchmarks sample_questions

For each question file of tests/fixtures: how many of the answerable questions are answered, how
many of those from a right document, for how many more the bot asks back which document is meant and
how often a right one is among those, and what becomes of unanswerable ones.
"""

import json
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.report import show
from bot.conversation.choices import near
from bot.conversation.escalating.weighing import judge
from bot.vocabulary.knowledge import Query
from bot.vocabulary.turns import Decision
from config.settings import EscalationSettings
from handoff.policy import ThresholdPolicy, Thresholds
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
    settings = EscalationSettings()
    policy = ThresholdPolicy(Thresholds(answer_above=settings.answer_above))
    counts: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = knowledge.answer_now(Query(text=row["question"], language=row["lang"]))
        decision = judge(policy, found).decision
        kind = "answerable" if row["answerable"] else "unanswerable"
        counts.update((kind, f"{kind} {decision}"))
        shown = found.sources if decision is Decision.ANSWER else near(found)
        if any(one.doc_id in row["doc_ids"] for one in shown):
            counts[f"right {decision}"] += 1
    answered, asked = counts["answerable answer"], counts["answerable clarify"]
    return {
        "answerable answered": f"{answered} of {counts['answerable']}",
        "of those from a right document": f"{counts['right answer']} of {answered}",
        "answerable asked back": f"{asked} of {counts['answerable']}",
        "of those with a right document": f"{counts['right clarify']} of {asked}",
        "unanswerable answered": f"{counts['unanswerable answer']} of {counts['unanswerable']}",
        "unanswerable asked back": f"{counts['unanswerable clarify']} of {counts['unanswerable']}",
    }


if __name__ == "__main__":
    main()
