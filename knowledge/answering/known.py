"""What is known of whoever asks, among documents that are about one version, plan or product each.

It chooses among what they may be told anyway: of documents for several versions those for theirs, where
the question itself names none. What is known is never looked for, and is no reason to believe anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.vocabulary.knowledge import Answer, Fit, Known
from knowledge.labels import key_of
from knowledge.language.words import fold

KEYS = ("product", "plan", "version")
"""Keys of tags that are also the names of what can be known."""

LENGTH = "length"

_NAMES_A_VERSION = re.compile(r"\b(?:v|version|release)\.? ?\d|\b\d+\.\d+\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The tags of theirs by which documents are chosen, and those for which there was nothing."""

    tags: frozenset[str] = frozenset()
    misses: frozenset[str] = frozenset()


def wants_brief(known: Iterable[Known]) -> bool:
    """Whether they like short answers."""
    return any((one.slot, one.value) == (LENGTH, "short") for one in known)


def wanted_tags(
    known: Sequence[Known], asked: str, found: Iterable[str], given: Iterable[str]
) -> frozenset[str]:
    """Return by which tags of theirs to choose among documents with the tags ``found``.

    Only keys count that those have, that are not ``given`` by the installation, and of which the question
    names no value itself.
    """
    there = _values_by_key(frozenset(found))
    fixed = {key_of(tag) for tag in given}
    return frozenset(
        tag
        for one in known
        if one.slot in there and one.slot not in fixed and not _names(asked, one.slot, there)
        for tag in _tags_of(one, there[one.slot])
    )


def with_fit(answer: Answer, known: Sequence[Known], narrowing: Narrowing) -> Answer:
    """Note in an answer what of all that is known it has used."""
    own = {tag for source in answer.sources for tag in source.tags}
    fits = sorted(narrowing.tags & own)
    misses = sorted(tag for tag in narrowing.misses if key_of(tag) in map(key_of, own))
    used = [*map(key_of, fits), *map(key_of, misses)]
    if answer.text and wants_brief(known):
        used.append(LENGTH)
    if not used:
        return answer
    return replace(answer, fit=Fit(slots=tuple(used), fits=tuple(fits), misses=tuple(misses)))


def _values_by_key(tags: frozenset[str]) -> Mapping[str, frozenset[str]]:
    return {
        key: frozenset(tag.partition(":")[2] for tag in tags if key_of(tag) == key)
        for key in KEYS
        if key in map(key_of, tags)
    }


def _names(asked: str, key: str, there: Mapping[str, frozenset[str]]) -> bool:
    """Whether a question says itself which one it is about."""
    if key == "version":
        return _NAMES_A_VERSION.search(fold(asked)) is not None
    said = f" {' '.join(_words(asked))} "
    return any(f" {' '.join(_words(value))} " in said for value in there[key])


def _tags_of(known: Known, values: frozenset[str]) -> Iterator[str]:
    """The tags that documents about theirs have; none for a name that no document has."""
    if known.slot == "version":
        yield from (f"version:{one}" for one in _versions(known.value, values))
        return
    said = f" {' '.join(_words(known.value))} "
    named = [value for value in values if f" {' '.join(_words(value))} " in said]
    if named:
        yield f"{known.slot}:{max(named, key=len)}"


def _versions(said: str, values: frozenset[str]) -> list[str]:
    """The version as documents name it: 4.2.1 is in what is for 4.2 or for 4, and 4 may be 4.2."""
    found = _NUMBER.search(said)
    if found is None:
        return []
    number = found[0]
    wider = (number.rsplit(".", cut)[0] for cut in range(number.count(".") + 1))
    named = next(([one] for one in wider if one in values), None)
    return named or [one for one in values if one.startswith(f"{number}.")] or [number]


def _words(text: str) -> Iterator[str]:
    return iter(_WORD.findall(fold(text)))
