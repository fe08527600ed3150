"""Fits the coefficients of ``knowledge.answering.confidence``: ``python -m benchmarks.fit_confidence``.

Each set of questions is asked of its whole knowledge base and of random parts of it (three of a
7th, six of a 30th), where most questions lose their answer: as many of those are asked as of the
others. Every set weighs the same, and all its parts of one size a quarter of that. The sample's questions
(but not the blind ones) are in every fit and weigh three times as much. An answer counts as
right when its best document is one of the question's. Printed beside the curve: what each set scores
when it was left out of the fit together with its questions in the other language, and how often the
answers of each tenth of the confidence were right then (the calibration curve); what it scores with the
fitted curve; and what ``relevo eval --fit`` would make of each set: the calibration error of the shipped
curve and after the fit (cross-validated), the one that a perfect confidence shows by chance, and the share
that is answered when at most 5 % and at most 20 % of that may be wrong ("*": certified).
"""

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.knowledge_sets import (
    CROSS_SETS,
    DATA,
    SETS,
    build_index,
    document_ids,
    load_questions,
)
from benchmarks.sample_questions import FILES, FIXTURES
from knowledge import EmbeddedKnowledge, load_sample, open_embedded
from knowledge.answering.confidence import FEATURE_NAMES
from knowledge.evaluation import LabelledQuestion, read_questions
from knowledge.evaluation.fitting import (
    Labelled,
    Numbers,
    chances_of,
    confidences,
    evidence_of,
    fit_labels,
    fit_ridge,
)
from knowledge.evaluation.metrics import auroc, calibration_error, selective_accuracy_at
from knowledge.evaluation.risk import Threshold, choose_threshold

PARTS = ((7, 3), (30, 6))
"""Into how many parts the documents are cut, and how many of those are drawn."""
RIDGE = 1.0
WHOLE, PART, SAMPLE = 200.0, 50.0, 600.0
"""What all questions of a set weigh together, asked of the whole and of its parts of one size, and
those of the sample: they alone are what customers of a shop type."""
COVERED = 0.6
RISKS = (0.05, 0.2)
DRAWS = 200
WEIGHTS = {"whole": WHOLE, "shop": SAMPLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The evidence for one asked question, and the set that it is of."""

    evidence: Labelled
    name: str

    @property
    def source(self) -> str:
        """The questions that it is of, in whichever language and asked of whatever part."""
        return self.name.split("/")[0].removesuffix(".asked-in-english")


def main() -> int:
    """Fit and print."""
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled questions in {DATA}.")
        return 0
    shop = list(collect_sample())
    samples = shop + [sample for language in SETS for sample in collect(language)]
    curve = fit(samples)
    print("intercept =", round(float(curve[0]), 2))
    for name, value in zip(FEATURE_NAMES, curve[1:], strict=True):
        print(f"  {name:16s} {value:6.2f}")
    print(
        f"{'set':38s} {'n':>5s} {'right':>6s} {'mean':>6s} {'AUROC':>6s} {'ECE':>6s} {'sel60':>6s}"
    )
    left_out: list[tuple[Sample, float]] = []
    for source in sorted({sample.source for sample in samples if sample not in shop}):
        others = fit([sample for sample in samples if sample.source != source])
        asked = [sample for sample in samples if sample.source == source]
        left_out += zip(asked, chances(asked, others).tolist(), strict=True)
    for name in sorted({sample.name for sample, _ in left_out}):
        report(name, [pair for pair in left_out if pair[0].name == name])
    print("calibration curve, each set left out of its fit, whole knowledge bases:")
    plot([pair for pair in left_out if pair[0].name.endswith("/whole")])
    fitted = list(zip(samples, chances(samples, curve).tolist(), strict=True))
    for name in sorted({sample.name for sample in samples if sample.name.endswith("/whole")}):
        report(f"{name}, fitted", [pair for pair in fitted if pair[0].name == name])
    report_refits(samples)
    return 0


def collect(language: str) -> Iterator[Sample]:
    """Ask all questions of a language of the whole and of parts of its documents."""
    names = (*SETS[language], *CROSS_SETS.get(language, ()))
    questions = {name: load_questions(language, name) for name in names}
    everything = document_ids(language)
    with tempfile.TemporaryDirectory() as folder:
        knowledge = build_index(Path(folder), language)
        for name, asked in questions.items():
            yield from ask(knowledge, asked, f"{name}/whole")
        knowledge.close_now()
    for parts, draw in [(parts, draw) for parts, draws in PARTS for draw in range(draws)]:
        chance = random.Random(draw)  # noqa: S311 - a fixed draw, no secret
        kept = set(chance.sample(everything, len(everything) // parts))
        with tempfile.TemporaryDirectory() as folder:
            knowledge = build_index(Path(folder), language, kept)
            for name, asked in questions.items():
                yield from ask(knowledge, thin(asked, kept, chance), f"{name}/{parts}")
            knowledge.close_now()


def collect_sample() -> Iterator[Sample]:
    """Ask the sample its own questions."""
    with tempfile.TemporaryDirectory() as folder:
        load_sample(Path(folder))
        knowledge = open_embedded(Path(folder))
        yield from ask(knowledge, read_questions(FIXTURES / FILES[0]), "sample/shop")
        knowledge.close_now()


def thin(
    asked: Sequence[LabelledQuestion], kept: set[str], chance: random.Random
) -> list[LabelledQuestion]:
    """The questions whose documents are left, and as many whose documents are not."""
    left = [question for question in asked if question.gold & kept]
    gone = [question for question in asked if not question.gold & kept]
    lost = [
        replace(question, gold=frozenset(), answerable=False)
        for question in chance.sample(gone, min(len(left), len(gone)))
    ]
    return left + lost


def ask(
    knowledge: EmbeddedKnowledge, asked: Sequence[LabelledQuestion], name: str
) -> Iterator[Sample]:
    """Take the features of each question; those that find nothing have none."""
    for labelled in asked:
        evidence = evidence_of(knowledge, labelled)
        if evidence is not None:
            yield Sample(evidence=evidence, name=name)


def fit(samples: Sequence[Sample]) -> Numbers:
    """The intercept and the coefficients."""
    counts = {name: sum(s.name == name for s in samples) for name in {s.name for s in samples}}
    weights = [
        WEIGHTS.get(sample.name.split("/")[1], PART) / counts[sample.name] for sample in samples
    ]
    right = np.array([float(sample.evidence.right) for sample in samples])
    return fit_ridge(_inputs(samples), right, ridge=RIDGE, weights=np.array(weights))


def chances(samples: Sequence[Sample], curve: Numbers) -> Numbers:
    """What the curve says of each sample."""
    return chances_of(_inputs(samples), curve)


def _inputs(samples: Sequence[Sample]) -> Numbers:
    return np.array([sample.evidence.features.values() for sample in samples])


def report(name: str, judged: Sequence[tuple[Sample, float]]) -> None:
    """Print how well the curve tells right from wrong and answerable from not."""
    right = [sample.evidence.right for sample, _ in judged]
    answerable = [sample.evidence.answerable for sample, _ in judged]
    values = [value for _, value in judged]
    print(
        f"{name:38s} {len(judged):5d} {np.mean(right):6.3f} {np.mean(values):6.3f} "
        f"{auroc(values, answerable):6.3f} {calibration_error(values, right):6.3f} "
        f"{selective_accuracy_at(values, right, COVERED):6.3f}"
    )


def report_refits(samples: Sequence[Sample]) -> None:
    """Print what a fit to each set alone would make of it, asked of its whole knowledge base."""
    print(f"{'fitted to it alone':38s} ECE: shipped  after  by chance | answered at 5 %   at 20 %")
    for name in sorted({sample.name for sample in samples if sample.name.endswith("/whole")}):
        labelled = [one.evidence for one in samples if one.name == name]
        fitted, unseen = fit_labels(labelled)
        values, right = confidences(unseen, fitted.curve), [one.right for one in unseen]
        answered = "  ".join(_answered(choose_threshold(values, right, risk)) for risk in RISKS)
        print(
            f"{name:38s}        {fitted.before.ece:.3f}  {fitted.after.ece:.3f}      "
            f"{chance_error(confidences(labelled, fitted.curve)):.3f} |           {answered}  {fitted.method}"
        )


def chance_error(values: Numbers) -> float:
    """The calibration error, on average, when questions are right as often as the confidence says."""
    chance = np.random.default_rng(0)
    drawn = [chance.random(len(values)) < values for _ in range(DRAWS)]
    return float(np.mean([calibration_error(values, right) for right in drawn]))


def _answered(threshold: Threshold | None) -> str:
    if threshold is None:
        return "   –  "
    return f"{100 * threshold.coverage:3.0f} %{'*' if threshold.certified else ' '}"


def plot(judged: Sequence[tuple[Sample, float]]) -> None:
    """Print for each tenth of the confidence how often the answers were right."""
    values = np.array([value for _, value in judged])
    right: NDArray[np.bool_] = np.array([sample.evidence.right for sample, _ in judged])
    for tenth in range(10):
        inside = np.minimum((values * 10).astype(int), 9) == tenth
        if inside.any():
            share = float(right[inside].mean())
            bar = "#" * round(40 * share)
            print(f"  {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f} {inside.sum():5d} {share:.3f} {bar}")


if __name__ == "__main__":
    sys.exit(main())
