"""Fits the coefficients of ``knowledge.answering.confidence``: ``python -m benchmarks.fit_confidence``.

Each set of questions is asked of its whole knowledge base and of random parts of it (three of a
7th, six of a 30th), where most questions lose their answer: as many of those are asked as of the
others. Every set weighs the same. Printed is the intercept before the correction for the share of
questions that have an answer (``knowledge.answering.confidence.PRIOR_CORRECTION``). An answer counts as right
when its best document is one of the question's. Printed beside the fit on everything: what each set
scores when it was left out of the fit.
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
    DATA,
    SETS,
    build_index,
    document_ids,
    load_questions,
)
from knowledge import EmbeddedKnowledge
from knowledge.answering.confidence import FEATURE_NAMES
from knowledge.answering.drafts import build_draft
from knowledge.evaluation import LabelledQuestion
from knowledge.evaluation.metrics import auroc, calibration_error
from knowledge.index.reader import IndexReader
from knowledge.questions import Question

Numbers = NDArray[np.float64]
PARTS = ((7, 3), (30, 6))
"""Into how many parts the documents are cut, and how many of those are drawn."""
RIDGE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Features of one asked question, whether the best document was right, and its set."""

    features: tuple[float, ...]
    right: bool
    answerable: bool
    name: str


def main() -> int:
    """Fit and print."""
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled questions in {DATA}.")
        return 0
    samples = [sample for language in SETS for sample in collect(language)]
    names = sorted({sample.name for sample in samples})
    coefficients = fit(samples)
    print("INTERCEPT =", round(float(coefficients[0]), 2), "+ PRIOR_CORRECTION")
    for name, value in zip(FEATURE_NAMES, coefficients[1:], strict=True):
        print(f"  {name:10s} {value:6.2f}")
    print(
        f"{'set':22s} {'n':>5s} {'right':>6s} {'AUROC':>6s} {'ECE':>6s} {'share>=.5':>9s} {'right>=.5':>9s}"
    )
    for name in names:
        others = fit([sample for sample in samples if sample.name != name])
        report(name, [sample for sample in samples if sample.name == name], others)
    report("all (fitted)", samples, coefficients)
    return 0


def collect(language: str) -> Iterator[Sample]:
    """Ask all questions of a language of the whole and of parts of its documents."""
    questions = {name: load_questions(language, name) for name in SETS[language]}
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
    reader = IndexReader(knowledge.path, knowledge.embedder)
    for labelled in asked:
        question = Question.of(labelled.query)
        for found in reader.search(question, [question.language], 6):
            draft = build_draft(found, question)
            if draft.features is not None:
                yield Sample(
                    features=draft.features.values(),
                    right=found.hits[0].doc_id in labelled.gold,
                    answerable=labelled.answerable,
                    name=name,
                )
    reader.close()


def fit(samples: Sequence[Sample]) -> Numbers:
    """Ridge-regularised logistic regression by Newton's method; the intercept is not penalised."""
    inputs = np.array([(1.0, *sample.features) for sample in samples])
    wanted = np.array([float(sample.right) for sample in samples])
    counts = {name: sum(s.name == name for s in samples) for name in {s.name for s in samples}}
    weights = np.array([200 / counts[sample.name] for sample in samples])
    penalty = np.diag([0.0, *[RIDGE] * (inputs.shape[1] - 1)])
    coefficients = np.zeros(inputs.shape[1])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-inputs @ coefficients))
        gradient = inputs.T @ (weights * (chances - wanted)) + penalty @ coefficients
        curvature = (inputs.T * (weights * chances * (1 - chances))) @ inputs + penalty
        coefficients = coefficients - np.linalg.solve(curvature, gradient)
    return coefficients


def report(name: str, samples: Sequence[Sample], coefficients: Numbers) -> None:
    """Print how well the curve tells right from wrong and answerable from not."""
    inputs = np.array([(1.0, *sample.features) for sample in samples])
    values = 1 / (1 + np.exp(-inputs @ coefficients))
    right = np.array([sample.right for sample in samples])
    answerable = np.array([sample.answerable for sample in samples])
    sure = values >= 0.5
    print(
        f"{name:22s} {len(samples):5d} {right.mean():6.3f} {auroc(values, answerable):6.3f} "
        f"{calibration_error(values, right):6.3f} {sure.mean():9.3f} "
        f"{right[sure].mean() if sure.any() else 0:9.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
