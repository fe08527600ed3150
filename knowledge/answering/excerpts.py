"""The part of a passage that answers: whole sentences, whole list items, whole code blocks.

Without a language model an answer is a quotation. It is chosen by how much of the question (weighed
by idf) it covers, kept together with the sentence that introduces a list, and never cut inside a
sentence or a step.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.texts import say
from knowledge.answering.kinds import Wish
from knowledge.answering.units import Unit, UnitKind, join_units, split_units
from knowledge.language.words import plain_text, terms

ANSWER_CHARACTERS = 600
STEPS_CHARACTERS = 1_000
_COMFORTABLE = 320
_BRIEF = 160
_AT_LEAST_NEW = 0.15
_KIND_BONUS = 0.2
_FEWEST_ROWS = 2
_TELLING = 0.6
_NO_WISH = Wish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Quotable CommonMark and the share (0..1) of the question's idf that it covers."""

    text: str
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a question looks for: the value of each of its words, and what stands for which."""

    values: Mapping[str, float]
    stands_for: Mapping[str, str]

    def held(self, text: str, language: str) -> frozenset[str]:
        """The words of the question that a text holds."""
        found = {self.stands_for.get(term) for term in terms(plain_text(text), language)}
        return frozenset(term for term in found if term is not None)

    def share(self, words: frozenset[str]) -> float:
        """How much of the question's value some of its words make up (0..1)."""
        total = sum(self.values.values())
        return sum(self.values[word] for word in words) / total if total else 0.0


def extract(
    passage: str,
    interest: Interest,
    language: str,
    *,
    wish: Wish = _NO_WISH,
    context: str = "",
    brief: bool = False,
) -> Excerpt:
    """Choose the units of a passage that answer; empty only for an empty passage.

    ``context`` is what stands above the passage, its title and heading: a sentence that repeats
    them says no more than one that does not. ``brief`` leaves it at what answers best; steps stay whole.
    """
    units = split_units(passage)
    if not units:
        return Excerpt(text="", coverage=0.0)
    known = interest.held(context, language)
    held = [interest.held(unit.text, language) - known for unit in units]
    chosen = _choose_steps(units) if wish.prefers_steps else []
    is_cut = bool(chosen) and _goes_on(units, chosen[-1])
    if not chosen:
        shares = [interest.share(words) for words in held]
        values = _values(units, shares, wish)
        chosen = _choose(units, held, interest, values, brief=brief)
    text = _show([units[index] for index in chosen])
    if is_cut:
        text = f"{text}\n\n{say('knowledge.more_steps', language)}"
    covered = known.union(*(held[index] for index in chosen))
    return Excerpt(text=text, coverage=interest.share(covered))


def shorten(passage: str, interest: Interest, language: str, *, limit: int = 240) -> str:
    """One line of a passage for a list of sources: its best unit, cut at a word if need be."""
    units = split_units(passage)
    held = [interest.held(unit.text, language) for unit in units]
    best = max(range(len(units)), key=lambda i: (interest.share(held[i]), -i), default=None)
    text = " ".join(plain_text(units[best].text).split()) if best is not None else ""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def _show(units: list[Unit]) -> str:
    """Write the chosen units; a step that stands alone loses its number."""
    text = join_units(units)
    if len(units) == 1 and units[0].kind is UnitKind.STEP:
        return re.sub(r"^\d+\. +", "", text)
    return text


def _goes_on(units: Sequence[Unit], last: int) -> bool:
    """Whether the list of a unit has further steps."""
    return last + 1 < len(units) and units[last + 1].block == units[last].block


def _choose(
    units: Sequence[Unit],
    held: Sequence[frozenset[str]],
    interest: Interest,
    values: Sequence[float],
    *,
    brief: bool,
) -> list[int]:
    """Take the block of the best unit, then blocks that add to what is covered, while they fit.

    ``brief``: the best one alone, and of a long paragraph its best sentence.
    """
    chosen: list[int] = []
    covered = frozenset[str]()
    for index in sorted(range(len(units)), key=lambda i: (-values[i], i)):
        gain = interest.share(held[index] - covered)
        if index in chosen or (chosen and gain < _AT_LEAST_NEW):
            continue
        if brief and units[index].kind is UnitKind.SENTENCE and not _ends_open(units[index]):
            return _paragraph(units, index)
        added = _rows(units, index, held, interest) or _around(units, index, taken=chosen)
        if chosen and _length(units, {*chosen, *added}) > ANSWER_CHARACTERS:
            continue
        chosen = sorted({*chosen, *added})
        if brief:
            break
        covered = covered.union(*(held[i] for i in added))
    return _without_dangling(units, chosen)


def _values(units: Sequence[Unit], shares: Sequence[float], wish: Wish) -> list[float]:
    """Coverage, more for the expected kind of answer, and a little for standing early.

    An answer tends to come first in its section.
    """
    met = [wish.kind is not None and wish.is_met(unit.text) for unit in units]
    kinds = [_KIND_BONUS * is_met * (1 + _share(units, met, i)) for i, is_met in enumerate(met)]
    return [
        share + kind + 0.12 / (1 + index)
        for index, (share, kind) in enumerate(zip(shares, kinds, strict=True))
    ]


def _share(units: Sequence[Unit], met: Sequence[bool], index: int) -> float:
    """The share of a unit's list that holds the expected kind: a table of prices is about prices."""
    block = [i for i, unit in enumerate(units) if unit.block == units[index].block]
    return sum(met[i] for i in block) / len(block) if units[index].is_item else 0.0


def _paragraph(units: Sequence[Unit], index: int) -> list[int]:
    """The paragraph of a sentence where it is short, else the sentence alone."""
    block = [i for i, unit in enumerate(units) if unit.block == units[index].block]
    return block if _length(units, {*block}) <= _BRIEF else [index]


def _rows(
    units: Sequence[Unit], index: int, held: Sequence[frozenset[str]], interest: Interest
) -> list[int]:
    """The rows of a table that are about what is asked, without their neighbours.

    Those are the rows with all the telling words that the best row has and most of the others
    don't; empty when the unit is no row or nothing sets it apart. "Pan" tells nothing in a shop of
    pans: a question about pans wants all the rows, and not those that happen to say the word.
    """
    block = [i for i, unit in enumerate(units) if unit.block == units[index].block]
    if len(block) < _FEWEST_ROWS or not all(units[i].is_row for i in block):
        return []
    telling = {
        word
        for word in held[index]
        if interest.values[word] >= _TELLING * max(interest.values.values())
        and 2 * sum(word in held[i] for i in block) <= len(block)
    }
    rows = [i for i in block if telling and telling <= held[i]]
    return _with_introduction(units, rows, block_start=block[0]) if rows else []


def _around(units: Sequence[Unit], index: int, *, taken: Sequence[int]) -> list[int]:
    """The unit with as much of its surroundings as makes it understandable and still fits."""
    block = [i for i, unit in enumerate(units) if unit.block == units[index].block]
    whole = _with_introduction(units, block)
    if _length(units, {*taken, *whole}) <= ANSWER_CHARACTERS:
        return _grow(units, whole, taken)
    run = [index]
    if units[index].kind is UnitKind.STEP:
        steps = _with_introduction(units, block)
        return steps if not taken and _length(units, {*steps}) <= STEPS_CHARACTERS else run
    if not units[index].is_item:
        while run[-1] + 1 in block and _length(units, {*run, run[-1] + 1}) <= _COMFORTABLE:
            run.append(run[-1] + 1)
        return run
    first = [block[0]] if units[index].is_row else run
    rest = [i for i in block if i > first[-1]] if units[index].is_row else []
    run = [*first, *_first_items(units, [*taken, *first], rest)]
    return _with_introduction(units, run, block_start=block[0])


def _grow(units: Sequence[Unit], run: list[int], taken: Sequence[int]) -> list[int]:
    """Add what follows: the list after a colon always if it fits, else up to a comfortable size."""
    following = run[-1] + 1
    while following < len(units):
        block = [i for i, unit in enumerate(units) if unit.block == units[following].block]
        introduces = _ends_open(units[run[-1]])
        limit = ANSWER_CHARACTERS if introduces else _COMFORTABLE
        if _length(units, {*taken, *run, *block}) > limit:
            return [*run, *_first_items(units, run, block)] if introduces else run
        run = [*run, *block]
        following = run[-1] + 1
    return run


def _first_items(units: Sequence[Unit], run: Sequence[int], block: Sequence[int]) -> list[int]:
    """As many whole items of a list as fit behind its introduction."""
    fitting: list[int] = []
    for index in block:
        if not units[index].is_item or _length(units, {*run, *fitting, index}) > ANSWER_CHARACTERS:
            break
        fitting.append(index)
    return fitting


def _with_introduction(
    units: Sequence[Unit], run: list[int], *, block_start: int | None = None
) -> list[int]:
    """Put the sentence that ends with a colon before its list."""
    before = (run[0] if block_start is None else block_start) - 1
    is_list = units[run[0]].kind is not UnitKind.SENTENCE
    if is_list and before >= 0 and _ends_open(units[before]):
        return [before, *run]
    return run


def _choose_steps(units: Sequence[Unit]) -> list[int]:
    """The longest numbered list with its introduction, in whole steps; empty if there is none."""
    blocks: dict[int, list[int]] = {}
    for index, unit in enumerate(units):
        if unit.is_item:
            blocks.setdefault(unit.block, []).append(index)
    numbered = [
        block
        for block in blocks.values()
        if sum(units[index].kind is UnitKind.STEP for index in block) > 1
    ]
    if not numbered:
        return []
    block = max(numbered, key=len)
    chosen = _with_introduction(units, block[:1])
    for index in block[1:]:
        if _length(units, {*chosen, index}) > STEPS_CHARACTERS:
            break
        chosen.append(index)
    return chosen


def _without_dangling(units: Sequence[Unit], chosen: list[int]) -> list[int]:
    """Drop an introduction at the end that introduces nothing, unless it is all there is."""
    while len(chosen) > 1 and _ends_open(units[chosen[-1]]):
        chosen = chosen[:-1]
    return chosen


def _ends_open(unit: Unit) -> bool:
    return unit.kind is UnitKind.SENTENCE and unit.text.rstrip("*_ ").endswith(":")


def _length(units: Sequence[Unit], chosen: set[int]) -> int:
    return sum(len(units[index].text) + 1 for index in chosen)
