"""The agreed form of a reply, and how it is read while it is still arriving.

A reply is one JSON object, ``{"answerable": true, "claims": [{"text": "…", "sources": ["p1"]}]}``. It
is read claim by claim, so that no half sentence is ever shown; prose or a code fence around it is
passed over.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["answerable", "claims"],
    "properties": {
        "answerable": {
            "type": "boolean",
            "description": "Whether the passages answer the question.",
        },
        "claims": {
            "type": "array",
            "description": "The answer in reading order; empty when it is not answerable.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "sources"],
                "properties": {
                    "text": {"type": "string", "description": "A sentence or a list item."},
                    "sources": {
                        "type": "array",
                        "description": "Ids of the passages that say so.",
                        "items": {"type": "string"},
                    },
                },
            },
        },
    },
}
"""What a reply looks like, as JSON Schema (the part of it that providers enforce)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The form in which a model is to reply; ``name`` is also that of the only tool that it may call."""

    name: str
    description: str
    schema: Mapping[str, Any]


ANSWER = Agreed(name="answer", description="Give the answer.", schema=SCHEMA)

_LONGEST_CLAIM = 2_000
_NOTABLE = re.compile(r'[{}\[\]"\\]')
_ANSWERABLE = re.compile(r'"answerable"\s*:\s*(true|false)\b')
_CLAIMS = re.compile(r'"claims"\s*:\s*$')
_IN_CLAIMS = ["{", "["]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of the reply and the ids of the passages that it names as its sources."""

    text: str
    sources: tuple[str, ...]


class ReplyReader:
    """Reads one reply. ``is_complete``: its object has been closed and has the agreed form.

    ``answerable`` is None until the reply has said it. ``is_broken``: claims were read of an object
    that turned out to have another form.
    """

    def __init__(self) -> None:
        self.answerable: bool | None = None
        self.is_complete = False
        self.is_broken = False
        self._text = ""
        self._at = 0
        self._root = 0
        self._claim: int | None = None
        self._open: list[str] = []
        self._in_string = False
        self._in_claims = False
        self._has_claims = False

    def feed(self, text: str) -> list[Claim]:
        """Take what has arrived, and return the claims that are whole with it."""
        if self._is_over:
            return []
        self._text += text
        found: list[Claim] = []
        while (notable := _NOTABLE.search(self._text, self._at)) and not self._is_over:
            self._at = notable.end()
            if notable[0] == "\\" and self._in_string:
                if self._at == len(self._text):
                    self._at -= 1  # what it escapes has not arrived yet
                    break
                self._at += 1
            else:
                self._take(notable[0], notable.start(), found)
        else:
            self._at = len(self._text)
        return found

    @property
    def _is_over(self) -> bool:
        return self.is_complete or self.is_broken

    @property
    def has_begun(self) -> bool:
        """Whether anything but white space has arrived."""
        return bool(self._text.strip())

    def _take(self, sign: str, place: int, found: list[Claim]) -> None:
        if sign == '"':
            # Quotation marks of prose before the object are no strings.
            self._in_string = bool(self._open) and not self._in_string
        elif not self._in_string and sign in "{[":
            self._opened(sign, place)
        elif not self._in_string and sign in "}]" and self._open:
            self._closed(place + 1, found)

    def _opened(self, sign: str, place: int) -> None:
        if not self._open and sign == "[":
            return
        if not self._open:
            self._root = place
        elif self._open == ["{"] and sign == "[":
            begin = self._text[self._root : place]
            self._in_claims = _CLAIMS.search(begin) is not None
            self._learn(begin)
        elif self._open == _IN_CLAIMS and sign == "{" and self._in_claims:
            self._claim = place
        self._open.append(sign)

    def _closed(self, end: int, found: list[Claim]) -> None:
        self._open.pop()
        if self._claim is not None and self._open == _IN_CLAIMS:
            claim = _claim_of(_parsed(self._text[self._claim : end]))
            self._claim = None
            found += [claim] if claim else []
            self._has_claims = True
        elif not self._open:
            self._end(self._text[self._root : end])

    def _end(self, root: str) -> None:
        """Look at a whole object; one of another form may be an example within prose."""
        value = _parsed(root)
        self.is_complete = is_reply(value)
        self.is_broken = self._has_claims and not self.is_complete
        if self.is_complete:
            self.answerable = cast("dict[str, Any]", value)["answerable"]

    def _learn(self, begin: str) -> None:
        said = _ANSWERABLE.search(begin)
        if said:
            self.answerable = said[1] == "true"


def is_reply(value: object) -> bool:
    """Whether a value has the agreed form; what else it holds is never read."""
    if not isinstance(value, dict):
        return False
    fields = cast("dict[str, object]", value)
    claims = fields.get("claims")
    if not isinstance(fields.get("answerable"), bool) or not isinstance(claims, list):
        return False
    return all(_claim_of(claim) is not None for claim in cast("list[object]", claims))


def _claim_of(value: object) -> Claim | None:
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, object]", value)
    text, sources = fields.get("text"), fields.get("sources")
    if not isinstance(text, str) or not isinstance(sources, list):
        return None
    ids = cast("list[object]", sources)
    # bool is an int in Python
    if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in ids):
        return None
    named = tuple(dict.fromkeys(str(one).strip(" []") for one in ids))
    text = text.strip()
    return Claim(text=text, sources=named) if 0 < len(text) <= _LONGEST_CLAIM else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
