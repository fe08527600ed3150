"""How well questions are put together to topics, against intents that others have labelled.

    python -m benchmarks.topics [--seed 7] [--most 1500]

Each set of faq-intents is about one subject and its intents are fine: banking77 has 77 of them. Purity is
the share of questions in whose group their intent leads; NMI and V-measure (the same number here, with
arithmetic mean) weigh that against how many groups there are. "leading 10" are what an admin sees.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

from bot.rollout.stems import stems
from bot.rollout.topics import ALIKE, clusters, grouped

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faq-intents"
SHOWN = (0.1, 0.12, ALIKE, 0.2, 0.25)

Labelled = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--most", type=int, default=1500)
    wishes = parser.parse_args()
    if not DATA.is_dir():
        print(f"left out: there is no data in {DATA}")
        return
    print(f"seed {wishes.seed}, at most {wishes.most} questions a set; * as shipped")
    for name, rows in sorted(_sets().items()):
        random.Random(wishes.seed).shuffle(rows)  # noqa: S311 - an order that stays the same
        _measure(name, rows[: wishes.most])


def _measure(name: str, rows: Sequence[Labelled]) -> None:
    truth = [intent for _, _, intent in rows]
    read = [stems(text, language) for language, text, _ in rows]
    print(f"{name}: {len(rows)} questions of {len(set(truth))} intents")
    for alike in sorted({*SHOWN}):
        begun = time.process_time()
        groups = grouped(read, alike)
        spent = time.process_time() - begun
        leading = sorted(groups, key=len, reverse=True)[:10]
        mark = "*" if alike == ALIKE else " "
        print(
            f"  {mark}{alike:.2f}  V {v_measure(truth, groups):.3f}  purity {purity(truth, groups):.3f}  "
            f"groups {len(groups)}  leading 10: purity {purity(truth, leading):.3f} of "
            f"{sum(map(len, leading))}  {spent:.1f} s"
        )
    found = clusters([(language, text) for language, text, _ in rows], limit=6)
    print("   " + "; ".join(f"{topic.name} ({topic.count})" for topic in found))


def purity(truth: Sequence[str], groups: Sequence[Sequence[int]]) -> float:
    right = sum(max(Counter(truth[place] for place in group).values()) for group in groups)
    return right / max(1, sum(map(len, groups)))


def v_measure(truth: Sequence[str], groups: Sequence[Sequence[int]]) -> float:
    """Rosenberg and Hirschberg 2007: the harmonic mean of homogeneity and completeness."""
    total = sum(map(len, groups))
    topics = Counter(truth[place] for group in groups for place in group)
    both = [Counter(truth[place] for place in group) for group in groups]
    shared = sum(
        n / total * log(n * total / (topics[topic] * count.total()))
        for count in both
        for topic, n in count.items()
    )
    entropies = (_entropy(topics.values(), total), _entropy(map(len, groups), total))
    return 2 * shared / sum(entropies) if sum(entropies) else 1.0


def _entropy(counts: Iterable[int], total: int) -> float:
    return -sum(n / total * log(n / total) for n in counts)


def _sets() -> dict[str, list[Labelled]]:
    sets: defaultdict[str, list[Labelled]] = defaultdict(list)
    for line in (DATA / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("intent"):
            sets[row["dataset"]].append((row["lang"], row["text"], row["intent"]))
    return sets


if __name__ == "__main__":
    main()
