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


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabelling:
    """What an operator says anew of an origin; what is None stays as it was.

    No tags (``()``) take those away that it had, and ``drops_review`` its review date.
    """

    audience: Audience | None = None
    tags: tuple[str, ...] | None = None
    review_by: date | None = None
    drops_review: bool = False

    def of(self, labels: Labels) -> Labels:
        """Labels with what is said anew."""
        review_by = None if self.drops_review else labels.review_by
        return Labels(
            audience=self.audience or labels.audience,
            tags=labels.tags if self.tags is None else self.tags,
            review_by=self.review_by or review_by,
        )


NO_LABELS = Labels()
FOR_EVERYBODY = Labels(audience=Audience.PUBLIC)


def combine(own: Labels, origins: Iterable[Labels]) -> Labels:
    """What holds for a document: the narrowest audience, its own tags and date before others.

    Of a key that it has a tag for, the origins' tags do not count. Of several origins' dates the
    earliest counts. ``audience`` is always said: without any word it is public.
    """
    above = list(origins)
    dates = [labels.review_by for labels in above if labels.review_by is not None]
    return Labels(
        audience=narrowest(one.audience for one in (own, *above)) or Audience.PUBLIC,
        tags=joined(own.tags, (tag for labels in above for tag in labels.tags)),
        review_by=own.review_by or min(dates, default=None),
    )


def combine_stated(first: Labels, second: Labels) -> Labels:
    """What a document says in two places: the narrowest audience, all tags, the first date."""
    return Labels(
        audience=narrowest((first.audience, second.audience)),
        tags=tuple(sorted({*first.tags, *second.tags})),
        review_by=first.review_by or second.review_by,
    )


def narrowest(audiences: Iterable[Audience | None]) -> Audience | None:
    """The audience of fewest people among those that were said; None when none was."""
    said = [audience for audience in audiences if audience is not None]
    return max(said, key=lambda audience: audience.rank, default=None)


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


def is_overdue(review_by: date | None, today: date) -> bool:
    """Whether a review date has passed; on the day itself there is still time."""
    return review_by is not None and review_by < today


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
