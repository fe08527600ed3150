"""The oracle of the matrix: compares what customers wrote with what they see (pure).

- **lost**: written, told to Relevo or held for it by the platform, and never answered
- **doubled**: a reply that is to be seen twice, or a message that two replies answer
- **ambiguous**: replies that Telegram shows twice, each of which Relevo has counted as sent again
  because nobody can know whether the first try was shown
- **disordered**: answered before an earlier message of the same customer. Not judged where the
  platform had to tell the earlier one again or had given it up, or told both at the same moment to two
  processes: that is **open**
- **left**: something waits that nobody will ever look at again
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tests.faults.platforms.ledger import Entry, Ledger, numbers_in

KINDS = ("lost", "doubled", "disordered", "left")


@dataclass(slots=True)
class Verdict:
    """What is wrong, a sentence each; ``ambiguous`` and ``open`` are no wrongs."""

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    disordered: list[str] = field(default_factory=list[str])
    left: list[str] = field(default_factory=list[str])
    ambiguous: int = 0
    open: int = 0

    @property
    def complaints(self) -> list[str]:
        """Return all sentences, with the kind before each."""
        return [f"{kind}: {text}" for kind in KINDS for text in getattr(self, kind)]


def judge(
    ledger: Ledger,
    seen: Mapping[str, Sequence[str]],
    *,
    left: Sequence[str] = (),
    resent: int = 0,
    judges_order: bool = True,
) -> Verdict:
    """Compare the ledger with the replies that each customer sees, oldest first.

    ``resent`` is how many sends Relevo counts as repeated after an unclear end.
    """
    verdict = Verdict(left=list(left))
    for customer, replies in seen.items():
        _judge_answers(verdict, ledger.of(customer), replies)
        if judges_order:
            _judge_order(verdict, ledger.of(customer), replies)
    _excuse(verdict, seen, resent)
    return verdict


def _judge_answers(verdict: Verdict, entries: Sequence[Entry], replies: Sequence[str]) -> None:
    distinct = dict.fromkeys(replies)
    for entry in entries:
        answering = [reply for reply in distinct if entry.number in numbers_in(reply)]
        if not answering and not entry.is_refused:
            verdict.lost.append(f"#{entry.number} of {entry.customer} has no answer")
        if len(answering) > 1:
            verdict.doubled.append(f"#{entry.number} of {entry.customer} was answered twice")
        if entry.is_refused and answering:
            verdict.doubled.append(f"#{entry.number} of {entry.customer} was refused, and shown")


def _judge_order(verdict: Verdict, entries: Sequence[Entry], replies: Sequence[str]) -> None:
    shown = [number for reply in replies for number in numbers_in(reply)]
    places = {number: shown.index(number) for number in dict.fromkeys(shown)}
    answered = [entry for entry in entries if entry.number in places]
    for earlier, later in combinations(answered, 2):
        if places[earlier.number] < places[later.number]:
            continue
        if earlier.may_be_overtaken_by(later):
            verdict.open += 1
        else:
            verdict.disordered.append(f"#{later.number} was answered before #{earlier.number}")


def _excuse(verdict: Verdict, seen: Mapping[str, Sequence[str]], resent: int) -> None:
    """Count copies, and take those for doubled that nothing accounts for."""
    copies = [
        f"{reply!r} is to be seen {count} times by {customer}"
        for customer, replies in seen.items()
        for reply, count in Counter(replies).items()
        for _ in range(count - 1)
    ]
    verdict.ambiguous = min(len(copies), resent)
    verdict.doubled += copies[verdict.ambiguous :]
