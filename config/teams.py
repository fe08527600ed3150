"""The tables of the people behind the desk: teams, agents, topics, and how long things may lie."""

import re
from typing import Literal

from pydantic import Field, field_validator

from config.sections import Section

_AGENT = re.compile(r"(slack|discord|telegram|playground):[^:\s]+(:[^:\s]+)?")
_LANGUAGE = re.compile("[a-z]{2}")

PriorityName = Literal["urgent", "high", "normal", "low"]


def _agent_id(text: str) -> str:
    if text and not _AGENT.fullmatch(text):
        raise ValueError(
            f"{text!r} is no agent: write platform:user id, such as 'slack:U024BE7LH' or "
            "'telegram:5550001'"
        )
    return text


def _languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is no language: write codes such as 'en' or 'es'")
    return languages


class TopicSettings(Section):
    """One of ``[[topics]]``: what a conversation can be about, and the words that tell it.

    A word may be a phrase; ``refund*`` stands for all that begins so.
    """

    name: str = Field(min_length=1, max_length=60)
    words: tuple[str, ...] = Field(min_length=1)


class TeamSettings(Section):
    """One of ``[[teams]]``; what is not named is all of it. The first one is for all the rest.

    ``hours`` are read by the clock of ``time_zone``; empty ones mean always. ``overflow`` is another
    team, ``lead`` an agent's id. ``first_reply`` and ``resolution`` are promised for each priority,
    in business minutes. ``channel`` is where the team works, if not in ``desk.channel``.
    """

    name: str = Field(min_length=1, max_length=60)
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    hours: str = ""
    time_zone: str = "UTC"
    holidays: tuple[str, ...] = ()
    strategy: Literal["least_loaded", "round_robin"] = "least_loaded"
    overflow: str = ""
    lead: str = ""
    first_reply: dict[PriorityName, float] = Field(default={})
    resolution: dict[PriorityName, float] = Field(default={})
    channel: str = ""

    @field_validator("lead")
    @classmethod
    def _check_lead(cls, lead: str) -> str:
        return _agent_id(lead)

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        return _languages(languages)

    @field_validator("first_reply", "resolution")
    @classmethod
    def _check_minutes(cls, minutes: dict[PriorityName, float]) -> dict[PriorityName, float]:
        if any(value <= 0 for value in minutes.values()):
            raise ValueError("write minutes above 0, or leave the priority out")
        return minutes


class AgentSettings(Section):
    """One of ``[[agents]]``: who works in the desk.

    ``id`` is ``platform:user id``. ``teams`` and ``languages`` are all where none is named;
    ``skills`` are topics that they know best. ``capacity`` is how many cases at a time they are
    offered. A ``lead`` is told when something goes wrong.
    """

    id: str
    name: str = Field(min_length=1, max_length=80)
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = Field(default=5, ge=1, le=1000)
    lead: bool = False

    @field_validator("id")
    @classmethod
    def _check_id(cls, agent_id: str) -> str:
        if not agent_id:
            raise ValueError("an agent needs an id: write platform:user id")
        return _agent_id(agent_id)

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        return _languages(languages)


class StormSettings(Section):
    """What happens when many ask for people at once.

    With ``threads`` cases without a thread of their own yet, further ones wait for it: every
    ``digest_seconds`` the desk is told who waits, and ``threads_a_digest`` of them get theirs. 0
    threads is never.
    """

    threads: int = Field(default=10, ge=0, le=10_000)
    digest_seconds: float = Field(default=30.0, ge=1, le=3600)
    threads_a_digest: int = Field(default=9, ge=1, le=1000)


class TimingSettings(Section):
    """How long the desk lets things lie, in business minutes; 0 is for ever.

    After ``unclaimed_minutes`` without an agent the overflow team or the lead is told, and the
    customer; after twice as many ``on_nobody`` says whether the case waits on or the bot goes on.
    ``offer_minutes`` is how long a case is one agent's to take, ``idle_minutes`` how long a customer
    waits for their agent's word before the thread is reminded, and twice that before another is
    asked. ``remind_share`` of a promised time passes before the thread is reminded of it. After
    ``growing_minutes`` of waiting a case presses like one of the next priority. ``raised_tiers``
    are tiers of customers that come with high priority.
    """

    unclaimed_minutes: float = Field(default=10.0, ge=0, le=10_000)
    offer_minutes: float = Field(default=5.0, ge=0, le=10_000)
    idle_minutes: float = Field(default=15.0, ge=0, le=10_000)
    on_nobody: Literal["message", "bot"] = "message"
    remind_share: float = Field(default=0.75, gt=0, lt=1)
    growing_minutes: float = Field(default=60.0, ge=0, le=100_000)
    raised_tiers: tuple[str, ...] = ()
