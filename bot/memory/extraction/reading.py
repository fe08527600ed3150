"""Facts out of a message: what its writer states about themselves, each with its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.memory.extraction.notation import Hit, word_starts
from bot.memory.extraction.phrasebook import (
    INFERRED_CONFIDENCE,
    FactPhrase,
    Phrasebook,
    phrasebook,
)
from bot.memory.extraction.rows import Span, opening_row, row_after
from bot.memory.extraction.sentences import (
    Sentence,
    is_asked,
    mentions,
    opens_clause,
    sentences,
    states,
)
from bot.memory.extraction.values import KINDS
from bot.memory.folded import composed
from bot.memory.slots import RULES, covers, normalised
from bot.vocabulary.memory import FactOrigin, Slot

READ_AT_MOST = 1_000
"""Characters of a message that are read: what is longer is mostly pasted, and tells nothing of its writer."""

_SLOTS = {
    "number": Slot.VERSION,
    "device": Slot.DEVICE,
    "system": Slot.SYSTEM,
    "bare_plan": Slot.PLAN,
}
"""What the kinds of values in a row are about."""

_PLANS = frozenset({"plan", "named_plan"})
_NAME_GOES_ON = re.compile(r" (?!Plan|Account)[A-Z][a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a message states: a slot's value, or with ``ends`` that it is so no longer.

    ``quote`` are the words that say so, ``place`` where they begin; ``confidence`` is in 0..1.
    """

    slot: Slot
    value: str
    quote: str
    place: int
    origin: FactOrigin = FactOrigin.STATED
    confidence: float = 1.0
    ends: bool = False


def findings(text: str) -> tuple[Finding, ...]:
    """Return what a customer's message states about its writer, in the order of the words."""
    whole = composed(text[:READ_AT_MOST])
    book = phrasebook()
    found = [
        finding
        for sentence in sentences(whole, book.signs)
        for finding in (*_by_phrases(whole, sentence, book), *_by_rows(whole, sentence, book))
    ]
    return _without_repeats(sorted(found, key=lambda finding: finding.place))


def _by_phrases(whole: str, sentence: Sentence, book: Phrasebook) -> Iterator[Finding]:
    starts = word_starts(sentence.text)
    for phrase in book.phrases:
        if not phrase.phrase.may_stand_in(starts):
            continue
        for hit in phrase.phrase.hits(sentence.text):
            if _counts(phrase, sentence, hit, book):
                yield from _read(phrase, sentence, hit, whole)


def _counts(phrase: FactPhrase, sentence: Sentence, hit: Hit, book: Phrasebook) -> bool:
    if not phrase.may_ask and is_asked(sentence, hit.start):
        return False
    if phrase.phrase.is_opening and not opens_clause(sentence, hit.start, book.signs):
        return False
    if phrase.needs_clock and not sentence.has_clock:
        return False
    if phrase.phrase.is_open and _is_denied_within(
        phrase, sentence.text[hit.start : hit.end], book
    ):
        return False
    if phrase.is_mention:
        return mentions(sentence, hit.start, hit.end, book.signs)
    return states(sentence, hit.start, hit.end, book.signs, is_wish=phrase.may_ask)


def _is_denied_within(phrase: FactPhrase, words: str, book: Phrasebook) -> bool:
    """Whether what stands in the open places of a phrase denies it, and the phrase itself denies nothing."""
    denied = book.signs.denied
    return bool(denied.search(words)) and not any(map(denied.search, phrase.phrase.words))


def _read(phrase: FactPhrase, sentence: Sentence, hit: Hit, whole: str) -> Iterator[Finding]:
    """Read a phrase that was found, and the values that its own is joined with."""
    kind = phrase.phrase.kind
    raw = phrase.value if kind is None else _value(kind, hit, sentence, whole)
    value = normalised(phrase.slot, raw) if raw else None
    if raw is None or value is None:
        return
    is_inferred = phrase.origin is FactOrigin.INFERRED
    end = hit.value_start + len(raw) if kind and hit.end == hit.value_end else hit.end
    yield Finding(
        slot=phrase.slot,
        value=value,
        quote=_written(whole, sentence, hit.start, end),
        place=sentence.start + hit.start,
        origin=phrase.origin,
        confidence=INFERRED_CONFIDENCE if is_inferred else 1.0,
        ends=phrase.ends,
    )
    if not phrase.ends:
        yield from _joined(row_after(sentence.text, end), sentence, whole)


def _value(kind: str, hit: Hit, sentence: Sentence, whole: str) -> str | None:
    """Read a phrase's value; a plan whose name goes on is another one ("Unlimited Refunds")."""
    rest = whole[sentence.start + hit.value_end :]
    if kind in _PLANS and hit.end == hit.value_end and _NAME_GOES_ON.match(rest):
        return None
    return KINDS[kind].read(_written(whole, sentence, hit.value_start, hit.value_end))


def _by_rows(whole: str, sentence: Sentence, book: Phrasebook) -> Iterator[Finding]:
    if sentence.asking:
        return
    row = (
        span for span in opening_row(sentence) if states(sentence, span.start, span.end, book.signs)
    )
    yield from _joined(row, sentence, whole)


def _joined(spans: Iterator[Span], sentence: Sentence, whole: str) -> Iterator[Finding]:
    for span in spans:
        written = _written(whole, sentence, span.start, span.end)
        raw = KINDS[span.kind].read(written)
        value = normalised(_SLOTS[span.kind], raw) if raw else None
        if value is not None:
            yield Finding(
                slot=_SLOTS[span.kind],
                value=value,
                quote=written,
                place=sentence.start + span.start,
            )


def _written(whole: str, sentence: Sentence, start: int, end: int) -> str:
    return whole[sentence.start + start : sentence.start + end]


def _without_repeats(found: list[Finding]) -> tuple[Finding, ...]:
    """Keep one of those that say the same, the most exact; of a slot with one value the last."""
    kept: list[Finding] = []
    over = [finding for finding in found if finding.ends]
    for finding in found:
        if any(_is_told_by(finding, end) for end in over):
            continue
        if any(_says_more(other, finding) for other in kept):
            continue
        kept = [other for other in kept if not _is_outdone(other, finding)]
        kept.append(finding)
    return tuple(kept)


def _is_told_by(finding: Finding, end: Finding) -> bool:
    """Whether a thing is only named where it is said to be over: "my iPhone 8 died"."""
    is_same = (finding.slot, finding.value) == (end.slot, end.value)
    is_inside = end.place <= finding.place < end.place + len(end.quote)
    return not finding.ends and is_same and is_inside


def _says_more(one: Finding, other: Finding) -> bool:
    is_alike = one.slot is other.slot and one.ends == other.ends
    return is_alike and covers(one.slot, one.value, other.value)


def _is_outdone(earlier: Finding, later: Finding) -> bool:
    if earlier.slot is not later.slot or earlier.ends != later.ends:
        return False
    is_single = RULES[later.slot].most == 1 and not later.ends
    is_stronger = later.origin is FactOrigin.STATED or earlier.origin is FactOrigin.INFERRED
    return (is_single and is_stronger) or covers(later.slot, later.value, earlier.value)
