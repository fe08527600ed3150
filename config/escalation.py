"""The tables that say when a human is asked in, and which customers are of which tier."""

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from config.sections import Section

Share = Field(default=None, ge=0, le=1)
Action = Literal["hand_over", "offer", "answer"]

_LANGUAGE = re.compile("[a-z]{2}")
_MEMBER = re.compile(r"(slack|discord|telegram|playground):[^:\s]+(:[^:\s]+)?")
_ABOUT = ("topics", "teams", "tiers", "languages")


class TierSettings(Section):
    """One of ``[[tiers]]``: customers who are treated alike.

    ``members`` are whole places (``slack:T0123ABCD``), people (``telegram:5550001``), or people of a
    place (``slack:T0123ABCD:U024BE7LH``).
    """

    name: str = Field(min_length=1, max_length=60)
    members: tuple[str, ...] = Field(min_length=1)

    @field_validator("members")
    @classmethod
    def _check_members(cls, members: tuple[str, ...]) -> tuple[str, ...]:
        for member in members:
            if not _MEMBER.fullmatch(member):
                raise ValueError(
                    f"{member!r} is no customer: write a place ('slack:T0123ABCD'), a person "
                    "('telegram:5550001') or a person of a place ('slack:T0123ABCD:U024BE7LH')"
                )
        return members


class EscalationRuleSettings(Section):
    """One of ``[[escalation.rules]]``: what differs for some topics, teams, tiers or languages.

    The other settings are those of ``[escalation]``. ``action`` is taken whatever they say.
    """

    topics: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    action: Action | None = None
    answer_above: float | None = Share
    clarify_above: float | None = Share
    unsure_limit: int | None = Field(default=None, ge=1)
    rejection_limit: int | None = Field(default=None, ge=1)
    repeat_limit: int | None = Field(default=None, ge=1)
    mood_offer: float | None = Field(default=None, ge=0.5, le=1)
    mood_hand_over: float | None = Field(default=None, ge=0.5, le=1)
    mood_margin: float | None = Field(default=None, gt=0, le=1)
    anger_limit: float | None = Share
    most_offers: int | None = Field(default=None, ge=0, le=20)
    cost_limit: float | None = Field(default=None, ge=0)
    wait_minutes: float | None = Field(default=None, ge=0)
    legal: Action | None = None
    vulnerable: Action | None = None
    complaint: Action | None = None
    cancellation: Action | None = None

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        for language in languages:
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is no language: write codes such as 'en' or 'es'")
        return languages

    @model_validator(mode="after")
    def _check_purpose(self) -> "EscalationRuleSettings":
        if not any(getattr(self, name) for name in _ABOUT):
            raise ValueError(
                "a rule needs topics, teams, tiers or languages: what holds for all stands in "
                "[escalation]"
            )
        if not self.changes and self.action is None:
            raise ValueError("a rule needs an action or a setting that differs")
        return self

    @property
    def changes(self) -> dict[str, object]:
        """The settings that differ, by their names."""
        names = [name for name in type(self).model_fields if name not in {*_ABOUT, "action"}]
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


class EscalationSettings(Section):
    """When a human is asked in.

    ``answer_above`` is the confidence from which the bot answers. Where it is not set, the threshold
    that ``relevo eval --fit`` has chosen counts before the default. Between ``clarify_above`` and that
    it asks back when several documents are equally near. The limits count in a row.

    The mood's level (0..1) is over the conversation; one message alone raises it to 0.5 at most.
    ``cost_limit`` is in the currency of the prices; 0 is none, as for ``wait_minutes``.
    """

    answer_above: float = Field(default=0.4, ge=0, le=1)
    clarify_above: float = Field(default=0.25, ge=0, le=1)
    unsure_limit: int = Field(default=2, ge=1)
    rejection_limit: int = Field(default=2, ge=1)
    repeat_limit: int = Field(default=2, ge=1)
    mood_offer: float = Field(default=0.55, ge=0.5, le=1)
    mood_hand_over: float = Field(default=0.8, ge=0.5, le=1)
    mood_margin: float = Field(default=0.15, gt=0, le=1)
    anger_limit: float = Field(default=0.8, ge=0, le=1)
    most_offers: int = Field(default=3, ge=0, le=20)
    cost_limit: float = Field(default=0.0, ge=0)
    wait_minutes: float = Field(default=30.0, ge=0)
    forbidden_topic: Literal["hand_over", "offer"] = "offer"
    legal: Action = "hand_over"
    vulnerable: Action = "offer"
    complaint: Action = "offer"
    cancellation: Action = "answer"
    rules: tuple[EscalationRuleSettings, ...] = ()

    @model_validator(mode="after")
    def _check_mood(self) -> "EscalationSettings":
        if self.mood_hand_over < self.mood_offer:
            raise ValueError(
                "mood_hand_over is below mood_offer, so that nobody would be offered a person "
                "first: raise it, or lower mood_offer"
            )
        return self
