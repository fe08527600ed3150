"""The oracle: compares the ledger with the evidence and names everything that is wrong (pure).

- **lost**: acknowledged, but Relevo does not know it or never handled it
- **silent**: no outcome in time, or an outcome of which nothing is to be seen
- **doubled**: handled twice, shown twice, or shown without a turn that accounts for it
- **disordered**: handled or shown in another order than it was written
- **overruled**: the bot spoke although an agent had the word
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.turns import Outcome
from tests.faults.evidence import Evidence, Shown
from tests.faults.ledger import Entry, Ledger


@dataclass(slots=True)
class Verdict:
    """What is wrong, a sentence each; all empty when nothing is."""

    lost: list[str] = field(default_factory=list[str])
    silent: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    disordered: list[str] = field(default_factory=list[str])
    overruled: list[str] = field(default_factory=list[str])

    @property
    def complaints(self) -> list[str]:
        """Return all sentences, with the kind before each."""
        return [
            f"{item.name}: {text}" for item in fields(self) for text in getattr(self, item.name)
        ]


def judge(ledger: Ledger, evidence: Evidence) -> Verdict:
    """Compare what people wrote with what became of it."""
    verdict = Verdict()
    for ref in evidence.histories:
        entries = ledger.of(ref)
        _judge_outcomes(verdict, entries, evidence)
        _judge_handling(verdict, entries, evidence.histories[ref])
        _judge_answers(verdict, entries, evidence, ref)
        _judge_relays(verdict, entries, evidence)
        _judge_speaker(verdict, evidence.histories[ref])
    for thread in evidence.threads:
        _judge_outcomes(verdict, ledger.of(thread), evidence)
        _judge_actions(verdict, ledger.of(thread), evidence)
    for ref, shown in evidence.shown.items():
        _judge_lines(verdict, ref, shown)
    _judge_replies(verdict, ledger, evidence)
    return verdict


def _judge_outcomes(verdict: Verdict, entries: Iterable[Entry], evidence: Evidence) -> None:
    for entry in entries:
        outcome = evidence.outcomes[entry.id]
        if outcome is None:
            verdict.lost.append(f"{entry.text!r} was acknowledged, but nobody knows it")
        elif outcome == "accepted":
            verdict.silent.append(f"{entry.text!r} has no outcome")
        elif outcome == Outcome.DROPPED:
            verdict.lost.append(f"{entry.text!r} was dropped")


def _judge_handling(
    verdict: Verdict, entries: Sequence[Entry], history: Sequence[HistoryLine]
) -> None:
    """Each message stands once in the history, in the order in which they were written."""
    handled = [line.message_id for line in history if line.speaker is Speaker.CUSTOMER]
    for entry in entries:
        if handled.count(entry.id) > 1:
            verdict.doubled.append(f"{entry.text!r} was handled {handled.count(entry.id)} times")
        elif entry.id not in handled:
            verdict.lost.append(f"{entry.text!r} is not in the history")
    written = [entry.id for entry in entries]
    if list(dict.fromkeys(handled)) != [item for item in written if item in handled]:
        verdict.disordered.append(f"handled {handled}, written {written}")


def _judge_actions(verdict: Verdict, entries: Iterable[Entry], evidence: Evidence) -> None:
    """Each gesture of an agent was done once: one receipt says so."""
    for entry in entries:
        times = sum(entry.token in question for question in evidence.questions)
        if times != 1:
            problem = verdict.doubled if times else verdict.lost
            problem.append(f"{entry.text!r} was done {times} times")


def _judge_answers(
    verdict: Verdict, entries: Sequence[Entry], evidence: Evidence, ref: str
) -> None:
    """What the history says was said is on the page, and follows each question."""
    history = evidence.histories[ref]
    said = [line.text for line in history if line.speaker in {Speaker.BOT, Speaker.AGENT}]
    shown = [line.text for line in evidence.shown[ref] if line.by_relevo]
    missing = list((Counter(said) - Counter(shown)).elements())
    withheld = [item for item in entries if _was_relayed_unseen(item, evidence)]
    if len(missing) > len(withheld):
        verdict.silent += [f"said but not shown to {ref}: {text[:60]!r}" for text in missing]
    verdict.silent += [
        f"{entry.text!r} was relayed to nobody"
        for entry in withheld
        if not _is_followed_by(entry, history, Speaker.MARKER)
    ]
    for entry in entries:
        is_bots = evidence.outcomes[entry.id] != Outcome.RELAYED
        if is_bots and not _is_followed_by(entry, history, Speaker.BOT):
            verdict.silent.append(f"nothing was said after {entry.text!r}")


def _was_relayed_unseen(entry: Entry, evidence: Evidence) -> bool:
    """Whether the bot's answer was held back because people had taken over meanwhile.

    It may stand on the page all the same, when only the record of its showing was lost.
    """
    relayed = evidence.outcomes[entry.id] == Outcome.RELAYED
    return relayed and not _relays(entry, evidence)


def _is_followed_by(entry: Entry, history: Sequence[HistoryLine], speaker: Speaker) -> bool:
    ids = [line.message_id for line in history]
    if entry.id not in ids:
        return True  # complained about elsewhere
    return any(line.speaker is speaker for line in history[ids.index(entry.id) :])


def _relays(entry: Entry, evidence: Evidence) -> list[Shown]:
    """Return the lines at the desk that show a customer's message in full."""
    return [
        line
        for thread in evidence.threads
        for line in evidence.shown[thread]
        if line.voice == "customer" and entry.token in line.text
    ]


def _judge_relays(verdict: Verdict, entries: Sequence[Entry], evidence: Evidence) -> None:
    """What went to the desk is there once."""
    for entry in entries:
        relays = _relays(entry, evidence)
        if len(relays) > 1:
            verdict.doubled.append(f"{entry.text!r} stands {len(relays)} times at the desk")
        if evidence.outcomes[entry.id] == Outcome.HANDED_OVER and not relays:
            verdict.silent.append(f"{entry.text!r} never reached the desk")


def _judge_speaker(verdict: Verdict, history: Iterable[HistoryLine]) -> None:
    """From an agent's claim until the case is given back or released the bot says nothing."""
    agent_speaks = False
    for line in history:
        if line.speaker is Speaker.MARKER:
            agent_speaks = line.text.endswith("took over")
        elif line.speaker is Speaker.BOT and agent_speaks:
            verdict.overruled.append(f"the bot said {line.text[:60]!r} while an agent had the word")


def _judge_lines(verdict: Verdict, ref: str, shown: Sequence[Shown]) -> None:
    """Each line of Relevo comes from one place of one turn, and they stand in their order."""
    lines = [line for line in shown if line.by_relevo]
    verdict.doubled += [
        f"{ref} shows a line that no turn accounts for: {line.text[:60]!r}"
        for line in lines
        if line.place is None
    ]
    places = [line.place for line in lines if line.place is not None]
    verdict.doubled += [f"{ref} shows {place} twice" for place in _repeated(places)]
    if places != sorted(places):
        verdict.disordered.append(f"{ref} shows {places}")


def _judge_replies(verdict: Verdict, ledger: Ledger, evidence: Evidence) -> None:
    """Each word of an agent to the customer is shown once, in the order in which it was written."""
    for thread in evidence.threads:
        replies = [entry for entry in ledger.of(thread) if entry.delivers]
        seen: list[str] = []
        for ref in evidence.histories:
            texts = [line.text for line in evidence.shown[ref] if line.voice == "agent"]
            seen += [entry.token for text in texts for entry in replies if entry.token in text]
        for entry in replies:
            if seen.count(entry.token) != 1:
                problem = verdict.doubled if entry.token in seen else verdict.silent
                problem.append(f"{entry.text!r} was shown {seen.count(entry.token)} times")
        if list(dict.fromkeys(seen)) != [item.token for item in replies if item.token in seen]:
            verdict.disordered.append(f"replies of {thread} were shown as {seen}")


def _repeated(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [place for place, times in Counter(places).items() if times > 1]
