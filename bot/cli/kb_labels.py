"""How ``relevo kb`` and ``relevo ask`` read and show labels: audience, tags, review date."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.knowledge import Audience

if TYPE_CHECKING:
    from knowledge.index.writer import StoredDocument
    from knowledge.labels import Relabelling

NOTHING = "none"
"""Takes tags or a review date away from a place."""
FOR_EVERYBODY = f"[{Audience.PUBLIC}]"
"""The labels of a document of which nothing was said."""

ForWhom = Annotated[
    Audience | None, typer.Option("--audience", help="For whom all that these places hold is.")
]
AsWhom = Annotated[Audience, typer.Option("--audience", help="As whom to look.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="A tag such as product:shop; may be repeated.")
]
ReviewBy = Annotated[
    str, typer.Option("--review-by", help="Until when it holds, such as 2027-01-31; or none.")
]

Overdue = Annotated[
    bool, typer.Option("--overdue", help="Only those whose review date has passed.")
]


def read_relabelling(
    audience: Audience | None, tags: Sequence[str] | None, review_by: str
) -> "Relabelling | None":
    """What the options of ``kb add`` say of its places; None when they say nothing.

    Raises:
        ConfigurationError: A tag or the date can't be understood.
    """
    from knowledge.labels import Relabelling  # noqa: PLC0415 - keeps --help fast

    if audience is None and not tags and not review_by:
        return None
    drops = review_by.casefold() == NOTHING
    return Relabelling(
        audience=audience,
        tags=read_tags(tags) if tags else None,
        review_by=None if drops or not review_by else _read_date(review_by),
        drops_review=drops,
    )


def read_tags(given: Iterable[str] | None) -> tuple[str, ...]:
    """Tags as they are kept, sorted; ``none`` stands for no tags at all.

    Raises:
        ConfigurationError: One of them has no key or no value.
    """
    from knowledge.readers.labels import parse_tag  # noqa: PLC0415

    tags = {text: parse_tag(text) or "" for text in given or () if text.casefold() != NOTHING}
    for text, tag in tags.items():
        if ":" not in tag:
            raise ConfigurationError(
                f"--tag {text!r} has no key and value: write for instance --tag product:shop."
            )
    return tuple(sorted(set(tags.values())))


def _read_date(text: str) -> date:
    from knowledge.readers.labels import parse_date  # noqa: PLC0415

    found = parse_date(text)
    if found is None:
        raise ConfigurationError(
            f"--review-by {text!r} is no date: write it like 2027-01-31, or none for no date."
        )
    return found


def choose(
    documents: Iterable["StoredDocument"], *, tags: Iterable[str], overdue: bool, on: date
) -> list["StoredDocument"]:
    """Those that have all these tags and, if asked for, whose review is overdue."""
    from knowledge.labels import is_overdue  # noqa: PLC0415

    wanted = set(tags)
    return [
        document
        for document in documents
        if wanted <= set(document.tags) and (not overdue or is_overdue(document.review_by, on))
    ]


def as_fields(document: "StoredDocument", on: date) -> dict[str, object]:
    """A document as JSON has it."""
    from knowledge.labels import is_overdue  # noqa: PLC0415

    fields = cast("dict[str, object]", asdict(document))
    return fields | {"overdue": is_overdue(document.review_by, on)}


def shown_labels(audience: Audience, tags: Iterable[str], review_by: date | None, on: date) -> str:
    """Labels in brackets, as they stand behind a document's title."""
    from knowledge.labels import is_overdue  # noqa: PLC0415

    parts = [str(audience), *tags]
    if review_by is not None:
        is_late = is_overdue(review_by, on)
        parts.append(f"review was due on {review_by}" if is_late else f"review by {review_by}")
    return f"[{', '.join(parts)}]"
