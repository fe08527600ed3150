"""How phrase files write phrases, compiled to regular expressions over folded text.

A phrase is a row of elements, separated by spaces:

- ``word`` is that word; ``one|two`` is either; ``two_words`` are two in a row; ``_`` is any word.
- ``{group}`` is any entry of a named group; ``<kind>`` is the value, one of ``values.KINDS``.
- ``element?`` may be absent; the last one can't.
- ``^`` in front: only where a part of a sentence begins; ``$`` at its end: only where one ends.

Between elements stands a blank or a colon. Each element has a bounded length, so a phrase costs a
bounded amount of work at each place of a text, whatever the text is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.memory.extraction.values import KINDS
from bot.memory.folded import fold

GAP = r"(?:\s{1,3}|\s?[:=]\s{0,2})"
_CLAUSE_END = r"(?=\s{0,3}(?:[.!?…,;:()\n]|$))"
_ANY_WORD = r"\w[\w'-]{0,30}"

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A compiled phrase: ``kind`` is that of its value, None where it has none."""

    pattern: re.Pattern[str]
    kind: str | None
    is_opening: bool


def read_phrase(text: str, groups: Groups) -> Phrase:
    """Compile one phrase.

    Raises:
        ValueError: It names a group or kind that does not exist, has two values, or ends with ``?``.
    """
    elements = text.removeprefix("^ ").removesuffix(" $").split()
    end = _CLAUSE_END if text.endswith(" $") else r"(?![\w'])"
    kinds = [body[1:-1] for element in elements if (body := element.rstrip("?")).startswith("<")]
    if len(kinds) > 1 or elements[-1].endswith("?"):
        raise ValueError(f"The phrase {text!r} has two values, or may leave out its last word.")
    compiled = "".join(_compile(element, groups) for element in elements)
    return Phrase(
        pattern=re.compile(rf"(?<![\w'-]){compiled.removesuffix(GAP)}{end}"),
        kind=kinds[0] if kinds else None,
        is_opening=text.startswith("^ "),
    )


def _compile(element: str, groups: Groups) -> str:
    body = element.rstrip("?")
    optional = "?" if element.endswith("?") else ""
    return (
        f"(?:(?:{_alternatives(body, groups)}){GAP}){optional}"
        if optional
        else (f"(?:{_alternatives(body, groups)}){GAP}")
    )


def _alternatives(body: str, groups: Groups) -> str:
    if body.startswith("<"):
        kind = body.strip("<>")
        if kind not in KINDS:
            raise ValueError(f"There is no kind {kind!r} of values.")
        return f"(?P<value>{KINDS[kind].pattern()}){KINDS[kind].end}"
    choices: list[str] = []
    for choice in body.split("|"):
        if choice == "_":
            choices.append(_ANY_WORD)
        elif choice.startswith("{"):
            choices += map(_spelt, _group(choice.strip("{}"), groups))
        else:
            choices.append(_spelt(choice.replace("_", " ")))
    return "|".join(sorted(choices, key=len, reverse=True))


def _group(name: str, groups: Groups) -> Sequence[str]:
    if name not in groups:
        raise ValueError(f"There is no group {name!r} of words.")
    return groups[name]


def _spelt(words: str) -> str:
    """Write words as an expression; people leave apostrophes out."""
    spelt = (re.escape(word).replace("'", "'?") for word in fold(words).split())
    return r"\s{1,3}".join(spelt)
