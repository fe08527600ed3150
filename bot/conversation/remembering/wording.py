"""Puts what is remembered into plain words (pure). What people wrote is quoted: no markup, link or command."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.recalling.quoting import quoted
from bot.texts import say, shortened
from bot.texts.days import day_in_words
from bot.texts.literal import literal
from bot.vocabulary.memory import Episode, Fact, Memory, OpenThread, Slot

_LISTED = {
    Slot.TONE: frozenset({"formal", "informal"}),
    Slot.LENGTH: frozenset({"short", "detailed"}),
    Slot.LEVEL: frozenset({"beginner", "expert"}),
    Slot.ACCESS: frozenset(
        {
            *("screen_reader", "large_text", "no_audio", "captions", "keyboard_only"),
            *("high_contrast", "plain_language", "voice_control", "braille"),
        }
    ),
}
"""What such slots may hold, which people read in their own language."""

_CODES = (
    *("ar", "ca", "cs", "da", "de", "el", "en", "es", "eu", "fi", "fr"),
    *("gl", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no", "pl"),
    *("pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
"""The languages (ISO 639-1) in the order in which the catalogue names them."""

QUOTED = 160
"""Characters of people's own words that are shown of one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that is remembered: its id, the part of the list that it stands in, its words."""

    id: str
    part: str
    words: str


def items_of(memory: Memory, language: str, now: datetime) -> tuple[Item, ...]:
    """Return all that is remembered in the order in which it is shown, the newest first in each part."""
    facts = (Item(id=it.id, part="facts", words=_fact(it, language, now)) for it in memory.facts)
    threads = (
        Item(id=it.id, part="threads", words=_thread(it, language, now))
        for it in reversed(memory.threads)
    )
    episodes = (
        Item(id=it.id, part="episodes", words=_episode(it, language, now))
        for it in reversed(memory.episodes)
    )
    return (*facts, *threads, *episodes)


def counted(kind: str, count: int, language: str) -> str:
    """Say how many there are of a kind, ``facts``, ``episodes`` or ``threads``."""
    key = f"memory.count_{kind}_one" if count == 1 else f"memory.count_{kind}"
    return say(key, language, count=count)


def _fact(fact: Fact, language: str, now: datetime) -> str:
    return say(
        "memory.fact",
        language,
        slot=say(f"memory.slot_{fact.slot}", language),
        value=_value(fact, language),
        how=say(f"memory.how_{fact.origin}", language, day=_day(fact.at, language, now)),
    )


def _value(fact: Fact, language: str) -> str:
    """Say a value in the customer's language, where it is one of a closed list; else as it was said."""
    if fact.slot is Slot.LANGUAGE:
        names = say("memory.languages", language).split()
        by_code: dict[str, str] = dict(zip(_CODES, names, strict=True))
        return by_code.get(fact.value, _named(fact.value))
    name = fact.value.replace(" ", "_")
    if name in _LISTED.get(fact.slot, ()):
        return say(f"memory.value_{name}", language)
    return _named(fact.value)


def _thread(thread: OpenThread, language: str, now: datetime) -> str:
    key = "memory.thread_promised" if thread.by else "memory.thread"
    words = say(
        key,
        language,
        day=_day(thread.since, language, now),
        about=quoted(thread.about, QUOTED),
        by=quoted(thread.by or "", QUOTED),
    )
    if thread.due is None:
        return words
    return say("memory.thread_due", language, thread=words, day=_day(thread.due, language, now))


def _episode(episode: Episode, language: str, now: datetime) -> str:
    keys = {None: "episode", True: "episode_solved", False: "episode_unsolved"}
    return say(
        f"memory.{keys[episode.is_solved]}",
        language,
        day=_day(episode.ended_at, language, now),
        problem=quoted(episode.problem, QUOTED),
    )


def _named(value: str) -> str:
    """Write a value as it was said: a name may look like an address ("draw.io"), and holds none."""
    return literal(shortened(value, QUOTED))


def _day(at: datetime, language: str, now: datetime) -> str:
    return day_in_words(at.date(), now.date(), language)
