"""Finds teams, agents and topics by the words that people use for them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.vocabulary.people import Agent
from handoff.routing.teams import Seat, Team, Topic, same_agent, user_id

_WORD = re.compile(r"\w+")
_MENTION = re.compile(r"<@!?([\w-]+)(?:\|[^<>]*)?>")


def fold(text: str) -> str:
    """Return a text in small letters without accents, its words parted by single blanks."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(letters))


def names_any(text: str, words: Iterable[str]) -> bool:
    """Whether a text has any of these words or phrases as whole words; ``refund*`` is a beginning."""
    padded = f" {fold(text)} "
    return any(_has(padded, word) for word in words)


def topic_in(text: str, topics: Sequence[Topic]) -> str | None:
    """Return the name of the topic with the most words in a text; of equals the first."""
    if not topics:
        return None
    padded = f" {fold(text)} "
    counts = {topic.name: sum(_has(padded, word) for word in topic.words) for topic in topics}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _has(padded: str, word: str) -> bool:
    pattern = _pattern(word)
    return pattern in padded if pattern else False


@lru_cache(maxsize=10_000)
def _pattern(word: str) -> str:
    """Return what a word of the settings looks like in a folded text."""
    folded = fold(word)
    if not folded:
        return ""
    return f" {folded}" if word.rstrip().endswith("*") else f" {folded} "


def team_in(text: str, teams: Sequence[Team]) -> Team | None:
    """Return the team of that name; or the only one whose name begins so."""
    wanted = fold(text)
    exact = [team for team in teams if fold(team.name) == wanted]
    begins = [team for team in teams if wanted and fold(team.name).startswith(wanted)]
    found = exact or begins
    return found[0] if len(found) == 1 else None


def agents_in(text: str, agents: Iterable[Agent]) -> tuple[Agent, ...]:
    """Return the agents whom a text names: by id, mention, whole name or a part of it.

    None: it names nobody. Several: it is ambiguous, and whoever wrote it must say more. ``@name``,
    ``<@id>`` and the id alone are what platforms make of a mention.
    """
    known = list({agent.id: agent for agent in agents}.values())
    bare = text.strip().removeprefix("@")
    mention = _MENTION.fullmatch(text.strip())
    name = mention[1] if mention else bare
    by_id = [one for one in known if name == user_id(one) or same_agent(one.id, name)]
    if by_id:
        return tuple(by_id)
    wanted = fold(name)
    exact = [one for one in known if wanted and fold(one.name) == wanted]
    part = [one for one in known if wanted and f" {wanted}" in f" {fold(one.name)}"]
    return tuple(exact or part)


def seat_of(agent_id: str, roster: Iterable[Seat]) -> Seat | None:
    """Return an agent's place in the roster."""
    return next((seat for seat in roster if same_agent(seat.agent.id, agent_id)), None)
