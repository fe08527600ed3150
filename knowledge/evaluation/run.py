"""Asks a knowledge base labelled questions, and sums up how well it did."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.vocabulary.knowledge import Answer, KnowledgeBase
from knowledge.evaluation import metrics
from knowledge.evaluation.labelled import LabelledQuestion
from knowledge.evaluation.metrics import CurvePoint

RANKED = 10
"""How many documents of a question are looked at."""
SUREST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one question.

    ``doc_ids`` are the documents found, best first; ``right`` says that a right document is among
    those that the answer ``found`` cites; ``seconds`` is how long that took.
    """

    question: LabelledQuestion
    doc_ids: tuple[str, ...]
    found: Answer
    right: bool
    seconds: float

    @property
    def answer(self) -> str:
        """The text of the answer."""
        return self.found.text

    @property
    def confidence(self) -> float:
        """How likely the answer is right, in 0..1."""
        return self.found.confidence.value

    @property
    def rank(self) -> int:
        """The place of the first right document; 0 when none was found."""
        return metrics.rank_of(self.doc_ids, self.question.gold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How good answers are; NaN where the labels say nothing.

    Recall and ``mrr`` are over answerable questions whose documents are known, ``answer_f1`` over
    those with a good answer in words, the others over all. ``at_threshold`` and ``curve`` count an
    answer as right when it cites a right document, and so does ``surest``, over the ``SUREST`` share
    of the questions; seconds are those of an answer.
    """

    n: int
    recall: dict[int, float]
    mrr: float
    answerable_auroc: float
    answer_f1: float
    at_threshold: CurvePoint
    curve: tuple[CurvePoint, ...]
    surest: float
    aurc: float
    ece: float
    seconds_p50: float
    seconds_p95: float


async def ask_all(
    knowledge: KnowledgeBase, questions: Sequence[LabelledQuestion]
) -> AsyncIterator[Judged]:
    """Ask one question after another, so that each one's time is its own.

    Raises:
        KnowledgeUnavailableError: The index can't be read.
    """
    for question in questions:
        found = await knowledge.search(question.query, RANKED)
        began = time.perf_counter()
        answer = await knowledge.answer(question.query)
        seconds = time.perf_counter() - began
        yield Judged(
            question=question,
            doc_ids=tuple(source.doc_id for source in found),
            found=answer,
            right=any(source.doc_id in question.gold for source in answer.sources),
            seconds=seconds,
        )


def evaluate(judged: Sequence[Judged], *, threshold: float) -> Evaluation:
    """Sum up; ``threshold`` (0..1) is the confidence from which on the bot answers."""
    ranks = [one.rank for one in judged if one.question.answerable and one.question.gold]
    values = [one.confidence for one in judged]
    right = [one.right for one in judged]
    overlaps = [
        metrics.word_overlap(one.answer, one.question.answers)
        for one in judged
        if one.question.answerable and one.question.answers
    ]
    seconds = [one.seconds for one in judged] or [metrics.NAN]
    return Evaluation(
        n=len(judged),
        recall={most: metrics.recall_at(ranks, most) for most in (1, 5, 10)},
        mrr=metrics.mean_reciprocal_rank(ranks),
        answerable_auroc=metrics.auroc(values, [one.question.answerable for one in judged]),
        answer_f1=sum(overlaps) / len(overlaps) if overlaps else metrics.NAN,
        at_threshold=metrics.at_threshold(values, right, threshold),
        curve=metrics.risk_coverage_curve(values, right),
        surest=metrics.selective_accuracy_at(values, right, SUREST),
        aurc=metrics.area_under_risk_coverage(values, right),
        ece=metrics.calibration_error(values, right),
        seconds_p50=float(np.percentile(seconds, 50)),
        seconds_p95=float(np.percentile(seconds, 95)),
    )
