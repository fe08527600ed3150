"""Whether a draft says what the human has said, by words alone: no model is asked, nothing is certain.

What counts is how much of the human's content the draft holds, and that it contradicts none of it.
``benchmarks.likeness`` fits the weights, and measures them on other texts than those.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from bot.rollout.facts import disagreement, figures, links, with_plain_figures
from bot.rollout.stems import fold, stems

BIAS, COVERED, IN_ORDER, NEEDED = -3.09, 4.09, 4.97, 5.27
"""Weights of a logistic regression: what it begins with, and what each of ``Features`` adds."""
THRESHOLD = 0.63
"""The likeness from which a draft is as good as the human's words."""

_COURTESY = re.compile(
    # A part of a sentence, from its beginning: so each is looked through once, however long it is.
    r"(?<![^.!?,\n])[^.!?,\n]*\b(?:let (?:me|us) know|feel free|don'?t hesitate|do not hesitate|happy to help|"
    r"glad (?:to|i|we)|have a (?:nice|great|good|lovely)|any(?:thing)? (?:other|else|further)|hope (?:this|that|you)|"
    r"thanks? (?:for|you)|sorry (?:for|to|about|that)|apologi[sz]e|apologies|"
    r"kind regards|best regards|you'?re welcome|good (?:morning|afternoon|evening)|"
    r"no dudes?|quedo a (?:tu|su)|quedamos a|que tengas?|buen(?:os|as)? (?:dia|dias|tardes|noches)|"
    r"gracias por|lamento|lamentamos|siento|sentimos|disculpa|disculpas|un saludo|saludos|"
    r"alguna otra|algo mas|de nada|espero que)\b[^.!?,\n]*[.!?,]?"
)
_HOLDING = re.compile(
    r"\b(?:let me (?:check|look|see|find|ask|verify)|i(?:'ll| will) (?:check|look into|ask|find out|get back)|"
    r"we(?:'ll| will) (?:check|look into|get back)|one moment|a moment|just a (?:sec|second|minute)|"
    r"bear with me|checking|looking into|dejame (?:ver|mirar|comprobar|revisar|consultar)|"
    r"dejeme (?:ver|mirar|comprobar)|un momento|un segundo|ahora (?:mismo )?(?:lo )?(?:miro|compruebo|reviso)|"
    r"voy a (?:ver|mirar|comprobar|revisar|consultar)|lo (?:miro|reviso|compruebo|consulto)|te (?:digo|confirmo) (?:algo|en))\b"
)
_HOLDING_WORDS = 6
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """How two texts compare, all 0..1.

    ``covered``: how much of the human's content words the draft has; ``in_order``: how many of their
    neighbouring pairs; ``needed``: how much of the draft is the human's.
    """

    covered: float
    in_order: float
    needed: float


def is_as_good(draft: str, human: str, *, language: str) -> tuple[bool, float] | None:
    """Return whether a draft says what the human said, and how near it came (0..1).

    None when what the human wrote can't be compared: nothing, a courtesy, or "let me check".
    """
    if not is_comparable(human, language):
        return None
    near = likeness(draft, human, language=language)
    return near >= THRESHOLD and disagreement(draft, human, language) is None, near


def is_comparable(human: str, language: str) -> bool:
    """Whether what a human wrote says something of the matter."""
    core = _core(human)
    words = stems(core, language)
    if _HOLDING.search(core) and len(words) <= _HOLDING_WORDS and not links(human):
        return False
    return len(words) >= _FEWEST or bool(figures(core) or links(human))


def likeness(draft: str, human: str, *, language: str = "en") -> float:
    """Return how much (0..1) a draft says what the human said; contradictions are not looked for."""
    said, meant = read(draft, human, language)
    if not said or not meant:
        return 0.0
    features = compare(said, meant)
    score = (
        BIAS + COVERED * features.covered + IN_ORDER * features.in_order + NEEDED * features.needed
    )
    return 1 / (1 + exp(-score))


def read(draft: str, human: str, language: str) -> tuple[list[str], list[str]]:
    """Return the stems of a draft and those of what a human said of the matter."""
    said, meant = with_plain_figures(draft), with_plain_figures(_core(human))
    return stems(said, language), stems(meant, language)


def compare(said: Sequence[str], meant: Sequence[str]) -> Features:
    """Compare the stems of a draft with those of the human's words; neither is empty."""
    own, wanted = frozenset(said), frozenset(meant)
    shared = own & wanted
    pairs = frozenset(pairwise(meant))
    found = pairs & frozenset(pairwise(said))
    return Features(
        covered=len(shared) / len(wanted),
        in_order=len(found) / len(pairs) if pairs else float(bool(shared)),
        needed=len(shared) / len(own),
    )


def _core(human: str) -> str:
    """What a human wrote, folded and without greetings and courtesies."""
    return _COURTESY.sub(" ", fold(human).replace("’", "'"))
