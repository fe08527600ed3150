"""Replies that agents send often: found by name or words, filled in for the case (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHOWN = 8
"""So many are listed at once."""

VARIABLES = ("customer", "agent", "case", "team")
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """``text`` by language (ISO 639-1), in CommonMark with ``{customer}`` and its like."""

    name: str
    text: Mapping[str, str]
    tags: tuple[str, ...] = ()

    def in_language(self, language: str) -> tuple[str, str]:
        """Return the text and its language: the wanted one, else English, else any."""
        for wanted in (language, "en", *self.text):
            if self.text.get(wanted, "").strip():
                return self.text[wanted], wanted
        raise ValueError(f"The canned reply {self.name} has no text.")


class CannedReplies:
    """All canned replies of an installation."""

    def __init__(self, replies: Sequence[CannedReply] = ()) -> None:
        self._replies = {reply.name: reply for reply in replies}

    def named(self, name: str) -> CannedReply | None:
        """Return the reply of this name."""
        return self._replies.get(name.strip().lower())

    def found(self, words: str) -> Sequence[CannedReply]:
        """Return those that hold all of these words, names first; all of them without words."""
        wanted = words.lower().split()
        ranked = [
            (rank, reply)
            for reply in self._replies.values()
            if (rank := _rank(reply, wanted)) is not None
        ]
        ranked.sort(key=lambda one: (one[0], one[1].name))
        return [reply for _, reply in ranked[:SHOWN]]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill in the variables; one that nobody knows stays as it stands, so that it is seen."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def _rank(reply: CannedReply, wanted: Sequence[str]) -> int | None:
    """0 where the name holds all words, 1 where a tag does, 2 where the text does, else None."""
    shelves = (reply.name, " ".join(reply.tags), " ".join(reply.text.values()))
    known = ""
    for rank, shelf in enumerate(shelves):
        known = f"{known} {shelf.lower()}"
        if all(word in known for word in wanted):
            return rank
    return None
