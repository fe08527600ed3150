"""What customers are asked after a case, and what satisfied ones may be shown."""

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from config.sections import Section

_ADDRESS = re.compile(r"https://[^\s<>()\[\]\"'\\]+")
_LANGUAGE = re.compile("[a-z]{2}")

PlatformName = Literal["slack", "discord", "telegram", "playground"]


class SurveysSettings(Section):
    """How customers are asked how it went.

    ``csat`` is asked once a case, ``csat_minutes`` after it was resolved (0: with the news of it); a
    word is awaited for ``word_minutes`` after a score. ``nps_days`` is the least time between two
    questions whether somebody recommends you (0: never asked), ``nps_delay_hours`` how long after a
    resolved case it comes. ``offer_days`` is the least time between two of ``[[offers]]`` to one person.
    """

    csat: Literal["scale", "thumbs", "off"] = "scale"
    csat_minutes: float = Field(default=0.0, ge=0, le=10_080)
    word_minutes: float = Field(default=60.0, gt=0, le=10_080)
    nps_days: int = Field(default=0, ge=0, le=3650)
    nps_delay_hours: float = Field(default=4.0, ge=0, le=720)
    offer_days: float = Field(default=30.0, ge=0, le=3650)


class OfferConditions(Section):
    """For whom an offer is: nothing named means everybody who is satisfied.

    ``topics``, ``tags`` and ``tiers`` are those of the case that has just ended, ``min_score`` is the
    least they gave of 5.
    """

    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    platforms: tuple[PlatformName, ...] = ()
    languages: tuple[str, ...] = ()
    min_score: int = Field(default=4, ge=4, le=5)

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        for language in languages:
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is no language: write codes such as 'en' or 'es'")
        return languages


class OfferSettings(Section):
    """One of ``[[offers]]``: ``text`` by language (CommonMark), ``url`` where it leads."""

    name: str = Field(min_length=1, max_length=60)
    text: dict[str, str]
    url: str = Field(default="", max_length=500)
    when: OfferConditions = OfferConditions()

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if url and not _ADDRESS.fullmatch(url):
            raise ValueError("write a whole address that begins with https://, such as a help page")
        return url

    @model_validator(mode="after")
    def _check_text(self) -> "OfferSettings":
        if not self.text or not all(words.strip() for words in self.text.values()):
            raise ValueError("an offer needs a text, such as text.en")
        if not all(_LANGUAGE.fullmatch(language) for language in self.text):
            raise ValueError("texts are named by language codes: text.en, text.es")
        return self
