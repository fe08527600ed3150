"""``/stats``: the measures of some days."""

from collections.abc import Iterator, Mapping

from bot.admin.looking.figures import share_in_words, span_in_words
from bot.admin.looking.sockets import Sights
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.naming import refusal
from bot.admin.steering.tools import MOST_DIGITS, button
from bot.texts import catalogue, say
from bot.texts.literal import literal
from bot.vocabulary.measures import Measures, Tally

DAYS = 7
MOST_DAYS = 400
"""Counts of a day are kept no longer."""

SHOWN = 10


class StatsCommand:
    """Shows measures."""

    def __init__(self, sights: Sights) -> None:
        self._measuring = sights.measuring

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"stats": self.stats}

    async def stats(self, request: Request) -> Reply:
        """Show the measures of the last days, 7 unless it is said."""
        typed = request.value("days").strip()
        days = int(typed[:MOST_DIGITS]) if typed.isdecimal() else 0 if typed else DAYS
        if not 1 <= days <= MOST_DAYS:
            raise refusal(request, "looking.no_days", typed=literal(typed), most=MOST_DAYS)
        measures = await self._measuring.measures(days)
        buttons = tuple(
            button(
                say("looking.button_days", request.language, days=other), "stats", days=str(other)
            )
            for other in (1, 7, 30, 90)
            if other != days
        )
        return Reply(text="\n".join(_lines(measures, days, request.language)), buttons=buttons)


def _lines(measures: Measures, days: int, language: str) -> Iterator[str]:
    since, until = f"{measures.since:%Y-%m-%d}", f"{measures.until:%Y-%m-%d}"
    yield say("looking.stats_head", language, days=days, since=since, until=until)
    if measures.counted_since is None:
        yield say("looking.stats_nothing", language)
    elif measures.counted_since > measures.since:
        counted = f"{measures.counted_since:%Y-%m-%d}"
        yield say("looking.stats_since", language, day=counted)
    yield ""
    yield from _turns(measures, language)
    yield from _cases(measures, language)
    yield from _people(measures, language)
    yield from _parts(measures.platforms, "stats_platforms", language)
    yield from _parts(measures.topics, "stats_topics", language)
    yield from _lacks(measures, language)


def _kind(what: str, name: str, language: str) -> str:
    """Name an outcome or a reason; one of another version keeps the name that it was counted by."""
    key = f"looking.reason_{name}" if what == "reason" else f"looking.outcome_{name}"
    return say(key, language) if key in catalogue() else literal(name)


def _turns(measures: Measures, language: str) -> Iterator[str]:
    total = measures.total
    outcomes = ", ".join(
        f"{_kind('outcome', name, language)} {count}"
        for name, count in sorted(measures.outcomes.items(), key=lambda one: -one[1])
    )
    yield say("looking.stats_turns", language, messages=total.messages, turns=total.turns)
    if outcomes:
        yield say("looking.stats_outcomes", language, outcomes=outcomes)
    yield say(
        "looking.stats_alone",
        language,
        conversations=measures.conversations,
        people=measures.with_people,
        alone=share_in_words(measures.alone, language),
    )


def _cases(measures: Measures, language: str) -> Iterator[str]:
    reasons = ", ".join(
        f"{_kind('reason', name, language)} {count}"
        for name, count in sorted(measures.reasons.items(), key=lambda one: -one[1])
    )
    yield say(
        "looking.stats_cases",
        language,
        opened=measures.opened,
        closed=measures.closed,
        reopened=measures.reopened,
        open=measures.open_cases,
    )
    if reasons:
        yield say("looking.stats_reasons", language, reasons=reasons)
    yield say(
        "looking.stats_times",
        language,
        claim=span_in_words(measures.claim, language),
        reply=span_in_words(measures.first_reply, language),
        resolution=span_in_words(measures.resolution, language),
    )


def _people(measures: Measures, language: str) -> Iterator[str]:
    rated = measures.satisfaction
    if rated.answers:
        yield say(
            "looking.stats_csat",
            language,
            satisfied=share_in_words(rated.satisfied, language),
            mean=f"{rated.mean:.2f}",
            answers=rated.answers,
        )
    else:
        yield say("looking.stats_no_csat", language)
    if rated.nps is not None:
        yield say("looking.stats_nps", language, nps=f"{rated.nps:+g}", answers=rated.nps_answers)
    if measures.cost is None:
        yield say("looking.stats_no_cost", language, tokens=measures.tokens)
    else:
        cost = f"{measures.cost:.2f}"
        yield say("looking.stats_cost", language, cost=cost, tokens=measures.tokens)


def _parts(parts: Mapping[str, Tally], key: str, language: str) -> Iterator[str]:
    if not parts:
        return
    total = sum(one.turns for one in parts.values())
    ordered = sorted(parts.items(), key=lambda one: -one[1].turns)[:SHOWN]
    yield ""
    yield say(f"looking.{key}", language)
    for name, one in ordered:
        yield "- " + say(
            "looking.stats_part",
            language,
            name=literal(name),
            share=share_in_words(one.turns / total, language),
            turns=one.turns,
            answered=one.answered,
            handed=one.handed_over,
        )


def _lacks(measures: Measures, language: str) -> Iterator[str]:
    if measures.lacks is None:
        yield ""
        yield f"{say('looking.stats_lacks', language)}: {say('looking.not_known', language)}"
    elif measures.lacks:
        yield ""
        yield say("looking.stats_lacks", language)
    for one in measures.lacks or ():
        yield f"- {literal(one.question)} ({one.count} ×)"
