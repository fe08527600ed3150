"""How well it is told without a model whether a draft says what a human said; fits the weights of that.

    python -m benchmarks.likeness [--fit] [--seed 7]

True pairs are an answer that people wrote and the part of its own document that is nearest to the question,
false ones the same answer and the nearest part of another document: what the bot would have quoted instead.
English answers are those of support-qa; Spanish ones are the questions of support-qa-es with the words that
answer them. Which half a pair is of, its document decides: one half is for fitting, figures are of the other.
"altered" are people's own words with one figure or denial changed, all of which must be refused.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.rollout import comparing
from bot.rollout.facts import disagreement
from bot.rollout.intervals import share_of
from bot.rollout.stems import stems

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WINDOW = 90
LEAST_PRECISION = 0.9
_FIGURE = re.compile(
    r"\b\d{1,3}(?= (?:days?|hours?|weeks?|months?|years?|días|horas|meses|años)\b|%)"
)
_VERB = re.compile(r"\b(is|are|can|will|es|puede|son)\b")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A draft and a human's words; ``fits`` pairs are of the half for fitting."""

    draft: str
    human: str
    language: str
    same: bool
    fits: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="print weights fitted to one half")
    parser.add_argument("--seed", type=int, default=7)
    wishes = parser.parse_args()
    if not DATA.is_dir():
        print(f"left out: there is no data in {DATA}")
        return
    print(f"seed {wishes.seed}")
    pairs = [*english(), *spanish()]
    if wishes.fit:
        _fit([pair for pair in pairs if pair.fits])
    for language in ("en", "es"):
        kept = [pair for pair in pairs if pair.language == language and not pair.fits]
        _report(language, kept)
        _altered(language, kept, random.Random(wishes.seed))  # noqa: S311


def english() -> Iterator[Pair]:
    with gzip.open(DATA / "support-qa" / "kb.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    for collection in ("govt", "cloud", "clapnq", "fiqa"):
        corpus = [row for row in documents if row.get("collection") == collection]
        rows = [row for row in _rows("support-qa") if row.get("collection") == collection]
        asked = [row for row in rows if row["answer"] and row["answerable"] is True]
        yield from _pairs(corpus, [(row, row["answer"]) for row in asked], "en")


def spanish() -> Iterator[Pair]:
    file = DATA / "support-qa-es" / "kb.jsonl"
    corpus = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    corpus = [row for row in corpus if row["set"] == "xquad-es"]
    rows = [row for row in _rows("support-qa-es") if row["set"] == "xquad-es" and row["answerable"]]
    yield from _pairs(corpus, [(row, f"{row['question']} {row['answer']}") for row in rows], "es")


def _rows(folder: str) -> Iterator[dict[str, Any]]:
    text = (DATA / folder / "questions.jsonl").read_text(encoding="utf-8")
    yield from map(json.loads, text.splitlines())


def _pairs(
    corpus: Sequence[dict[str, Any]], asked: Sequence[tuple[dict[str, Any], str]], language: str
) -> Iterator[Pair]:
    read = [frozenset(stems(row["text"], language)) for row in corpus]
    held = Counter(stem for words in read for stem in words)
    for row, human in asked:
        gold = set(row["gold_doc_ids"])
        question = frozenset(
            stems(row["standalone"] if row.get("standalone") else row["question"], language)
        )
        worth = [sum(log(1 + len(read) / held[w]) for w in words & question) for words in read]
        order = sorted(range(len(corpus)), key=lambda place: -worth[place])
        own = next((corpus[p] for p in order if corpus[p]["doc_id"] in gold), None)
        other = next(corpus[p] for p in order if corpus[p]["doc_id"] not in gold)
        fits = hashlib.sha256(row["gold_doc_ids"][0].encode()).digest()[0] % 2 == 0
        for document, same in ((own, True), (other, False)):
            if document is not None and comparing.is_comparable(human, language):
                draft = _window(document["text"], question, language)
                yield Pair(draft=draft, human=human, language=language, same=same, fits=fits)


def _window(text: str, question: frozenset[str], language: str) -> str:
    """The part of a document that has most words of the question, as a quote would."""
    words = text.split()
    parts = [" ".join(words[at : at + WINDOW]) for at in range(0, max(1, len(words) - 30), 30)]
    return max(parts, key=lambda part: len(question & frozenset(stems(part, language))))


def _features(pairs: Sequence[Pair]) -> Floats:
    rows: list[tuple[float, ...]] = []
    for pair in pairs:
        said, meant = comparing.read(pair.draft, pair.human, pair.language)
        found = comparing.compare(said, meant) if said and meant else None
        rows.append(
            (1.0, found.covered, found.in_order, found.needed) if found else (1.0, 0.0, 0.0, 0.0)
        )
    return np.array(rows)


def _fit(pairs: Sequence[Pair]) -> None:
    """Logistic regression by Newton's method, a little regularised; both languages weigh the same."""
    rows, truth = _features(pairs), np.array([float(pair.same) for pair in pairs])
    often = Counter(pair.language for pair in pairs)
    weight = np.array([1 / often[pair.language] for pair in pairs]) * len(pairs) / len(often)
    beta = np.zeros(rows.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-rows @ beta))
        slope = rows.T @ (weight * (truth - likely)) - 0.5 * beta
        curve = (rows * (weight * likely * (1 - likely))[:, None]).T @ rows + 0.5 * np.eye(
            len(beta)
        )
        beta += np.linalg.solve(curve, slope)
    near = 1 / (1 + np.exp(-rows @ beta))
    print(
        f"fitted to {len(pairs)} pairs: BIAS, COVERED, IN_ORDER, NEEDED = {beta.round(2).tolist()}"
    )
    spoken = np.array([pair.language for pair in pairs])
    for threshold in np.arange(0.3, 0.95, 0.01):
        taken = [truth[(near >= threshold) & (spoken == language)] for language in often]
        if min(one.mean() for one in taken if len(one)) >= LEAST_PRECISION:
            print(
                f"THRESHOLD = {threshold:.2f}: precision {LEAST_PRECISION} there in each language"
            )
            break


def _report(language: str, pairs: Sequence[Pair]) -> None:
    near = [comparing.likeness(p.draft, p.human, language=language) for p in pairs]
    true = [score for score, pair in zip(near, pairs, strict=True) if pair.same]
    false = [score for score, pair in zip(near, pairs, strict=True) if not pair.same]
    print(f"{language}: {len(true)} true pairs, {len(false)} near wrong ones, none fitted on")
    print(f"  AUROC of the likeness {auroc(true, false):.3f}")
    alike = [pair for score, pair in zip(near, pairs, strict=True) if score >= comparing.THRESHOLD]
    _precision("  likeness alone", alike, len(true))
    agreeing = [p for p in alike if disagreement(p.draft, p.human, language) is None]
    _precision("  and no disagreement (as shipped)", agreeing, len(true))


def _precision(name: str, taken: Sequence[Pair], true: int) -> None:
    right = sum(pair.same for pair in taken)
    precision, recall = share_of(right, len(taken)), share_of(right, true)
    print(
        f"{name}: precision {precision.rate:.3f} [{precision.low:.3f}-{precision.high:.3f}] of "
        f"{len(taken)}, recall {recall.rate:.3f} [{recall.low:.3f}-{recall.high:.3f}] of {true}"
    )


def _altered(language: str, pairs: Sequence[Pair], chance: random.Random) -> None:
    humans = sorted({pair.human for pair in pairs})
    figures = [
        (h, _FIGURE.sub(lambda f: str(int(f[0]) + chance.randint(1, 9)), h, 1)) for h in humans
    ]
    denials = [
        (h, _VERB.sub(lambda f: f"no {f[0]}" if language == "es" else f"{f[0]} not", h, 1))
        for h in humans
    ]
    for name, changed in (("one figure", figures), ("a denial", denials)):
        kept = [(human, draft) for human, draft in changed if human != draft]
        refused = sum(not _accepted(draft, human, language) for human, draft in kept)
        print(f"  altered by {name}: {refused} of {len(kept)} refused")
    print(
        f"  unaltered: {sum(_accepted(h, h, language) for h in humans)} of {len(humans)} accepted"
    )


def _accepted(draft: str, human: str, language: str) -> bool:
    found = comparing.is_as_good(draft, human, language=language)
    return found is not None and found[0]


def auroc(true: Sequence[float], false: Sequence[float]) -> float:
    """How likely a true one scores higher than a false one; ties count half."""
    wins = sum((a > b) + 0.5 * (a == b) for a in true for b in false)
    return wins / max(1, len(true) * len(false))


if __name__ == "__main__":
    main()
