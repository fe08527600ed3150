"""What a language model may write from: the quoted answer, and passages with an id each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.vocabulary.knowledge import Answer, Source
from knowledge.answering.drafts import Draft
from knowledge.answering.known import Narrowing
from knowledge.index.hits import Found, Hit

MOST_PASSAGES = 8
_OF_THE_BEST_DOCUMENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage as a model reads it: ``id`` names it within one request, ``text`` is CommonMark."""

    id: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found for a question: the answer without a model, and passages, best first.

    ``narrowing`` is how that was chosen by what is known of whoever asks.
    """

    answer: Answer
    passages: tuple[Passage, ...]
    narrowing: Narrowing = field(default_factory=Narrowing)


def choose_passages(drafts: Sequence[Draft]) -> Iterator[tuple[Hit, Found]]:
    """Choose what is worth reading of drafts that stand best first, each passage once.

    First what answers best in the best document, for its answer may lie in more than one section;
    then the best passages of the others.
    """
    seen: set[tuple[str, int]] = set()
    for draft in drafts:
        found = draft.found
        for hit in (*found.answering[:_OF_THE_BEST_DOCUMENT], *found.hits):
            key = (hit.doc_id, hit.passage)
            if key not in seen and len(seen) < MOST_PASSAGES:
                seen.add(key)
                yield hit, found
