"""How phrase files write phrases.

A phrase is a row of elements, separated by spaces:

- ``word`` is that word; ``one|two`` is either; ``{group}`` is any entry of a named group, whose
  entries may have several words. ``one|two_words|{group}`` mixes them.
- ``element?`` may be absent; ``element*`` may stand up to four times, or not at all.
- ``_*`` is up to five words of any kind.
- ``!one|two`` and ``&one|two`` only look at the next word: it must not be, or must be, one of them.

Words are folded like a message's words, so a file may write them with accents and apostrophes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.conversation.understanding.patterns import Element, Look, Phrase
from bot.conversation.understanding.words import fold

MOST_REPEATS = 4
MOST_UNKNOWN_WORDS = 5
LOOKS = {"!": Look.MUST_NOT_FOLLOW, "&": Look.MUST_FOLLOW}

Groups = Mapping[str, Sequence[str]]


def read_phrase(text: str, groups: Groups) -> Phrase:
    """Compile one phrase.

    Raises:
        ValueError: The phrase names a group that does not exist, or would match without a word.
    """
    elements = tuple(_read_element(part, groups) for part in text.split())
    if not any(element.minimum and element.look is Look.USE for element in elements):
        raise ValueError(f"The phrase {text!r} needs at least one word that must be there.")
    if elements[0].anything or elements[0].look is not Look.USE:
        raise ValueError(f"The phrase {text!r} must begin with a word.")
    return Phrase(text=text, elements=elements)


def _read_element(part: str, groups: Groups) -> Element:
    look = LOOKS.get(part[0], Look.USE)
    body = part.lstrip("!&").rstrip("?*")
    if body == "_":
        return Element(longer={}, anything=True, minimum=0, maximum=MOST_UNKNOWN_WORDS)
    entries = _entries(body, groups)
    return Element(
        words=frozenset(entry[0] for entry in entries if len(entry) == 1),
        longer=_by_first_word(entry for entry in entries if len(entry) > 1),
        minimum=0 if part.endswith(("?", "*")) else 1,
        maximum=MOST_REPEATS if part.endswith("*") else 1,
        look=look,
    )


def _entries(body: str, groups: Groups) -> list[tuple[str, ...]]:
    """Spell out ``one|{group}`` as rows of folded words."""
    entries: list[tuple[str, ...]] = []
    for choice in body.split("|"):
        if choice.startswith("{"):
            name = choice.strip("{}")
            if name not in groups:
                raise ValueError(f"There is no group {name!r} of words.")
            entries += [tuple(map(fold, entry.split())) for entry in groups[name]]
        else:
            entries.append(tuple(map(fold, choice.split("_"))))
    return entries


def _by_first_word(
    entries: Iterable[tuple[str, ...]],
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    grouped: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in entries:
        grouped[entry[0]].append(entry)
    return {first: tuple(rows) for first, rows in grouped.items()}
