"""A message as sentences and clauses, and which of its places state something about the writer now.

Quotes, questions, what is denied, unreal, planned, over or told by others state nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bot.memory.extraction.phrasebook import Signs
from bot.memory.folded import fold

LOOK_AROUND = 200
"""Characters before and behind a phrase that show whether it states anything."""

_QUOTED = "\x01"
_QUOTES = re.compile(
    r"\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|«[^»\n]{1,400}»|„[^“”\n]{1,400}[“”]"
    r"|(?<![\w'])'[^'\n]{3,400}'(?!\w)|^[ \t]*>[^\n]*|`[^`\n]{1,400}`|\w{2,10}://\S*",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?=[\w]))+[.!?…)\"]*")
_FIRST_WORD = re.compile(r"[\w']+")
_CLAUSE_END = re.compile(r"(?<!\d)[,:]|[,:](?!\d)|[;()\[\]—–|/]|\s-\s|¿")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence: ``text`` is folded and without quotes, ``start`` its place in the message.

    ``clauses`` are the places where its clauses begin, ``asking`` those of them that ask something;
    ``has_clock`` says that its message speaks of the time of day.
    """

    text: str
    start: int
    clauses: tuple[int, ...]
    asking: frozenset[int]
    has_clock: bool

    def clause_start(self, place: int) -> int:
        """Return where the clause around a place begins."""
        return self.clauses[bisect_right(self.clauses, place) - 1]

    def clause_end(self, place: int) -> int:
        """Return where the clause around a place ends."""
        following = bisect_right(self.clauses, place)
        return self.clauses[following] if following < len(self.clauses) else len(self.text)


def sentences(text: str, signs: Signs) -> Iterator[Sentence]:
    """Split a message, whose accents are composed, into sentences."""
    folded = _QUOTES.sub(lambda quote: _QUOTED * len(quote.group()), fold(text))
    has_clock = signs.clock.search(folded) is not None
    for found in _SENTENCE.finditer(folded):
        sentence = found.group()
        clauses = (0, *(end.end() for end in _CLAUSE_END.finditer(sentence)))
        yield Sentence(
            text=sentence,
            start=found.start(),
            clauses=clauses,
            asking=_asking(sentence, clauses, signs),
            has_clock=has_clock,
        )


def _asking(sentence: str, clauses: tuple[int, ...], signs: Signs) -> frozenset[int]:
    """Return the clauses that ask something.

    Where a sentence ends with a question mark, all do from the first that begins like a question: where
    none does, its last one: "I'm still on 2.3, is that a problem?".
    """
    if "?" not in sentence:
        return frozenset(begin for begin in clauses if signs.surely_asking.match(sentence, begin))
    opened = sentence.find("¿") + 1
    begins = (begin for begin in clauses if signs.asking.match(sentence, begin))
    first = opened or next(begins, clauses[-1])
    return frozenset(begin for begin in clauses if begin >= first)


def states(
    sentence: Sentence, start: int, end: int, signs: Signs, *, is_wish: bool = False
) -> bool:
    """Whether the words of a sentence from ``start`` to ``end`` state something that is so now.

    A wish may be put politely: "could you keep it short" counts, "I could use Firefox" does not. What was
    before a contrast is over with it: "I used to have Plus but I'm on Basic now".
    """
    begin = max(0, start - LOOK_AROUND)
    before = sentence.text[max(begin, sentence.clause_start(start)) : start]
    after = sentence.text[end : min(end + LOOK_AROUND, sentence.clause_end(end))]
    first_word = _FIRST_WORD.match(sentence.text, start, end)
    present = signs.contrast.split(before)[-1] + (first_word.group() if first_word else "")
    return not (
        signs.conditional.search(before)
        or (not is_wish and signs.unreal.search(present))
        or signs.told.search(signs.contrast.split(sentence.text[begin:start])[-1])
        or signs.denied.search(signs.joints.split(before)[-1])
        or signs.over.search(after)
    )


def mentions(sentence: Sentence, start: int, end: int, signs: Signs) -> bool:
    """Whether a thing that is only named is the writer's: nobody and nothing else is spoken of beside it."""
    begin = max(0, start - LOOK_AROUND)
    near = sentence.text[begin : end + LOOK_AROUND]
    clause = sentence.text[max(begin, sentence.clause_start(start)) : end + LOOK_AROUND]
    clause = clause[: max(0, sentence.clause_end(end) - max(begin, sentence.clause_start(start)))]
    just_before = " ".join(sentence.text[begin:start].split()[-3:])
    return not (
        signs.others.search(near)
        or signs.told.search(sentence.text, begin, start)
        or signs.unreal.search(clause)
        or signs.denied.search(just_before)
    )


def is_quoted(sentence: Sentence, place: int) -> bool:
    """Whether a place is in words that are marked as a quote."""
    return sentence.text[place] == _QUOTED


def is_asked(sentence: Sentence, start: int) -> bool:
    """Whether a place is in the question of a sentence."""
    return sentence.clause_start(start) in sentence.asking


def opens_clause(sentence: Sentence, start: int, signs: Signs) -> bool:
    """Whether only a greeting or the like stands before a place in its clause."""
    return signs.fillers.fullmatch(sentence.text, sentence.clause_start(start), start) is not None
