"""What is known of a case, in short lines that the briefing and the case's card share."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from bot.texts import say, shortened
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, Promise
from handoff.saying.dates import in_words

PAST_SHOWN = 3
RESOLUTION_LENGTH = 100


def people_say(text: str, length: int) -> str:
    """Return the beginning of what somebody wrote, as words alone: no markup and no living link."""
    return literal(shortened(defanged(text), length))


def facts_line(case: Case, language: str) -> str:
    """Say what a case is about and how it is sorted: team, priority, topic, tier, tags."""
    facts = [
        ("team", case.team),
        ("priority", say(f"verbs.priority_{case.priority}", language)),
        ("topic", case.topic),
        ("tier", case.tier),
        ("tags", " ".join(f"#{tag}" for tag in case.tags)),
    ]
    named = (
        f"**{say(f'verbs.fact_{name}', language)}:** {literal(value)}"
        for name, value in facts
        if value
    )
    return " · ".join(named)


def promise_lines(case: Case, now: datetime, zone: tzinfo, language: str) -> Iterator[str]:
    """Say until when what was promised is due, and what of it was kept or broken."""
    for promise, due in case.due.items():
        when = literal(in_words(due, now, zone, language))
        sign = _sign(case, promise, due, now)
        yield f"**{say(f'verbs.due_{promise}', language)}:** {when}{sign}"


def past_lines(past: tuple[Case, ...], now: datetime, zone: tzinfo, language: str) -> Iterator[str]:
    """Name the cases that came before this one, and how they ended."""
    for case in past[:PAST_SHOWN]:
        when = literal(in_words(case.changed_at, now, zone, language))
        how = say(f"verbs.ended_{case.closed_by or case.status}", language)
        said = f": {people_say(case.resolution, RESOLUTION_LENGTH)}" if case.resolution else ""
        yield f"- {literal(case.id)} {how} {when}{said}"


def _sign(case: Case, promise: Promise, due: datetime, now: datetime) -> str:
    kept_at = case.replied_at if promise is Promise.FIRST_REPLY else None
    if promise in case.breached or (kept_at is None and due < now and case.is_open):
        return " ⚠"
    return " ✓" if kept_at is not None else ""
