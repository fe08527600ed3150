"""How likely a written answer is right: what the search found, and what the model made of it."""

import math
from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence

FOUND = 0.7
"""How much the evidence of the search counts: less than alone, for the model has read it."""
SUPPORTED = 1.3
UNSUPPORTED = 1.6
MORE_SOURCES = 0.2
UNANSWERABLE = -2.2
ANOTHER_LANGUAGE = 0.75
"""What is left of the confidence in an answer that the customer may not be able to read."""
_MOST_SOURCES = 3
_LEAST, _MOST = 0.01, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote: ``kept`` and ``cut`` count claims, ``documents`` those cited by kept ones."""

    answerable: bool
    kept: int
    cut: int
    documents: int


def judge_written(found: Confidence, written: Written) -> Confidence:
    """Move the confidence of the search by what a model says that it read.

    Weights are in log-odds and were set by hand: a passage that was hardly found (0.2) and an answer
    that it supports throughout make 0.58, a good one (0.8) makes 0.91, half of the claims cut makes
    the latter 0.81; a model that finds no answer makes it 0.31.
    """
    value = min(max(found.value, _LEAST), _MOST)
    total = math.log(value / (1 - value))
    if not written.answerable:
        total += UNANSWERABLE
    elif written.kept:
        share = written.cut / (written.kept + written.cut)
        more = min(written.documents, _MOST_SOURCES) - 1
        total = FOUND * total + SUPPORTED - UNSUPPORTED * share + MORE_SOURCES * more
    return Confidence(
        value=round(1 / (1 + math.exp(-total)), 4), reasons=(*found.reasons, *_reasons(written))
    )


def in_another_language(confidence: Confidence) -> Confidence:
    """Make an answer less sure whose model did not write the language that it was asked for."""
    reason = "the model wrote another language than it was asked for"
    return Confidence(
        value=round(ANOTHER_LANGUAGE * confidence.value, 4),
        reasons=(*confidence.reasons, reason),
    )


def _reasons(written: Written) -> list[str]:
    if not written.answerable:
        return ["the model finds no answer in the passages"]
    total = written.kept + written.cut
    if not written.kept:
        return ["none of the model's sentences stands in the passages"]
    documents = f"{written.documents} document{'s' if written.documents > 1 else ''}"
    return [f"{written.kept} of {total} sentences of the model stand in {documents}"]
