"""What is remembered where a case happens, in short lines of its briefing.

All of it is what people said some day: it stands there without living links and without markup. Days are
those of the team's zone; what is due ends with a day that no zone moves.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.texts import say
from bot.texts.days import day_in_words
from bot.vocabulary.memory import Episode, OpenThread, Recalled
from handoff.saying.cards import people_say

VALUE_LENGTH = 40
WORDS_LENGTH = 90
FACTS_SHOWN = 10
TRIED_SHOWN = 2
EPISODES_SHOWN = 2
THREADS_SHOWN = 3


def remembered_lines(recalled: Recalled, now: datetime, language: str) -> Iterator[str]:
    """List what is known, what is about the same, what was before, and what is still open.

    ``now`` is in the zone in which days are told.
    """
    if facts := " · ".join(_facts(recalled, now, language)):
        yield f"- {facts}"
    again = recalled.again
    if again is not None:
        day, line = _dated(again, now, language)
        yield f"- {say('recalled.same_again', language, day=day, line=line)}"
    others = [one for one in recalled.episodes if again is None or one.id != again.id]
    for episode in others[:EPISODES_SHOWN]:
        yield f"- {': '.join(_dated(episode, now, language))}"
    for thread in recalled.threads[:THREADS_SHOWN]:
        yield f"- {_open(thread, now, language)}"


def _facts(recalled: Recalled, now: datetime, language: str) -> Iterator[str]:
    for fact in recalled.facts[-FACTS_SHOWN:]:
        slot = say(f"recalled.slot_{fact.slot}", language)
        value = people_say(fact.value, VALUE_LENGTH)
        origin = say(f"recalled.origin_{fact.origin}", language)
        day = _day(fact.at, now, language)
        yield f"{slot}: {value} ({origin}, {day})"


def _dated(episode: Episode, now: datetime, language: str) -> tuple[str, str]:
    day = _day(episode.ended_at, now, language)
    return day, " · ".join(_course(episode, language))


def _course(episode: Episode, language: str) -> Iterator[str]:
    """Say what it was about, what was tried, and who solved it."""
    yield people_say(episode.problem, WORDS_LENGTH)
    for text in episode.tried[-TRIED_SHOWN:]:
        yield say("recalled.tried", language, words=people_say(text, WORDS_LENGTH))
    words = people_say(episode.resolution, WORDS_LENGTH)
    if episode.is_solved is False:
        yield say("recalled.unsolved", language)
    elif words and episode.solved_by:
        name = people_say(episode.solved_by, VALUE_LENGTH)
        yield say("recalled.solved_by", language, name=name, words=words)
    elif words:
        yield say("recalled.solved", language, words=words)


def _open(thread: OpenThread, now: datetime, language: str) -> str:
    about, day = people_say(thread.about, WORDS_LENGTH), _day(thread.since, now, language)
    if not thread.by:
        return say("recalled.open_since", language, day=day, about=about)
    by = people_say(thread.by, VALUE_LENGTH)
    if thread.due is None:
        return say("recalled.promised", language, by=by, day=day, about=about)
    due = day_in_words(thread.due.date(), now.date(), language)
    return say("recalled.promised_until", language, by=by, due=due, about=about)


def _day(at: datetime, now: datetime, language: str) -> str:
    return day_in_words(at.astimezone(now.tzinfo).date(), now.date(), language)
