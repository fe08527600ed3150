"""What a document is labelled with: who may be told, which product and version, until when it holds.

A document may say so itself, and so may the origin that it was read from; ``combine`` makes one of
both. Nothing that a document says gives it to more people than its origins allow.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from bot.vocabulary.knowledge import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What was said; ``audience`` and ``review_by`` are None where nothing was.

    ``tags`` are ``key:value`` (``product:shop``, ``version:2``), in lower case, sorted, each once.
    """

    audience: Audience | None = None
    tags: tuple[str, ...] = ()
    review_by: date | None = None


NO_LABELS = Labels()
FOR_EVERYBODY = Labels(audience=Audience.PUBLIC)


def combine(own: Labels, origins: Iterable[Labels]) -> Labels:
    """What holds for a document: the narrowest audience, its own tags and date before others.

    Of a key that it has a tag for, the origins' tags do not count. Of several origins' dates the
    earliest counts. ``audience`` is always said: without any word it is public.
    """
    above = list(origins)
    said = (labels.audience for labels in (own, *above))
    audiences = [audience for audience in said if audience is not None]
    dates = [labels.review_by for labels in above if labels.review_by is not None]
    return Labels(
        audience=max(audiences, key=lambda audience: audience.rank, default=Audience.PUBLIC),
        tags=joined(own.tags, (tag for labels in above for tag in labels.tags)),
        review_by=own.review_by or min(dates, default=None),
    )


def joined(own: Sequence[str], others: Iterable[str]) -> tuple[str, ...]:
    """Own tags, and those of others whose key has none; sorted, each once."""
    keys = {key_of(tag) for tag in own}
    return tuple(sorted({*own, *(tag for tag in others if key_of(tag) not in keys)}))


def contradicts(tags: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether a document is about another product, version or the like than the one in question.

    It is when it has tags of a wanted key, but none with a wanted value; one without such a tag is
    about all of them.
    """
    known = set(tags)
    keys = {key_of(tag) for tag in known}
    asked: dict[str, set[str]] = {}
    for tag in wanted:
        asked.setdefault(key_of(tag), set()).add(tag)
    return any(key in keys and not values & known for key, values in asked.items())


def key_of(tag: str) -> str:
    """What stands before the colon of a tag."""
    return tag.partition(":")[0]


def read_columns(audience: str, tags: str, review_by: str | None) -> Labels:
    """What holds for a document, as the index keeps it for readers."""
    return Labels(
        audience=Audience(audience),
        tags=tuple(cast("list[str]", json.loads(tags))),
        review_by=date.fromisoformat(review_by) if review_by else None,
    )


def write_labels(labels: Labels) -> str:
    """Labels as JSON without what was not said; ``{}`` for none."""
    fields = {
        "audience": labels.audience,
        "tags": labels.tags,
        "review_by": labels.review_by.isoformat() if labels.review_by else None,
    }
    said = {name: value for name, value in fields.items() if value}
    return json.dumps(said, ensure_ascii=False)


def parse_labels(text: str) -> Labels:
    """Read what ``write_labels`` wrote."""
    fields = cast("dict[str, object]", json.loads(text))
    audience, review_by = fields.get("audience"), fields.get("review_by")
    return Labels(
        audience=Audience(str(audience)) if audience else None,
        tags=tuple(cast("list[str]", fields.get("tags", []))),
        review_by=date.fromisoformat(str(review_by)) if review_by else None,
    )
