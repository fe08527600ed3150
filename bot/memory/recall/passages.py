"""The texts of a memory as they are looked through: each said by somebody, at a time, among others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.vocabulary.memory import Episode


@dataclass(slots=True, kw_only=True)
class Passage:
    """One text. Passages of one ``stretch`` follow each other and explain each other.

    ``speaker`` is a name, empty where nobody is named; ``at`` has a time zone; ``language`` is ISO 639-1.
    """

    text: str
    speaker: str
    at: datetime
    stretch: str
    language: str


def passages_of(episode: Episode) -> Iterator[Passage]:
    """Return an episode's texts in the order in which they came about."""
    for speaker, text in _said(episode):
        if text:
            yield Passage(
                text=text,
                speaker=speaker,
                at=episode.ended_at,
                stretch=episode.id,
                language=episode.language,
            )


def _said(episode: Episode) -> Iterator[tuple[str, str]]:
    yield "", episode.problem
    for text in episode.tried:
        yield "", text
    for promise in episode.commitments:
        yield promise.by, promise.text
    yield episode.solved_by or "", episode.resolution
