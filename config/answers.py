"""How answers sound, what they may not be about, and what must be said with them."""

import re

from pydantic import Field, field_validator, model_validator

from config.sections import Section

_LANGUAGE = re.compile("[a-z]{2}")


class AnswerRuleSettings(Section):
    """One of ``[[answers.rules]]``.

    ``forbidden`` are topics that the bot never answers, in words of any language. ``add`` is said
    with each answer whose question, text or sources hold one of ``when`` (with none: each answer) and
    that is in one of ``languages`` (none: all). ``team`` is for whose customers the rule is.
    """

    team: str = Field(default="", max_length=60)
    languages: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    add: str = Field(default="", max_length=1000)

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        for language in languages:
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is no language: write codes such as 'en' or 'es'")
        return languages

    @field_validator("forbidden", "when")
    @classmethod
    def _check_words(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        # An empty "when" stands for every answer, and an empty topic forbids nothing.
        if not all(phrase.strip() for phrase in phrases):
            raise ValueError("a word or a topic of a rule is empty")
        return phrases

    @model_validator(mode="after")
    def _check_purpose(self) -> "AnswerRuleSettings":
        if not self.forbidden and not self.add.strip():
            raise ValueError("a rule needs topics that are forbidden or a text to add")
        return self


class AnswersSettings(Section):
    """What holds for all answers, quoted or written by a model.

    ``persona`` and ``tone`` are told to the model. ``glossary`` maps a preferred term to the words
    that it replaces. ``link_hosts`` may be linked by what a model wrote, beside the cited pages:
    ``shop.example``, or ``*.shop.example`` for all below it.
    """

    persona: str = Field(default="", max_length=300)
    tone: str = Field(default="", max_length=300)
    glossary: dict[str, tuple[str, ...]] = Field(default={})
    link_hosts: tuple[str, ...] = ()
    rules: tuple[AnswerRuleSettings, ...] = ()

    @field_validator("link_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _is_host(host):
                raise ValueError(
                    f"{host!r} is no host: write names such as 'shop.example' or '*.shop.example', "
                    "without https:// and without a path"
                )
        return tuple(host.lower() for host in hosts)

    @field_validator("glossary")
    @classmethod
    def _check_terms(cls, glossary: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not all(
            term.strip() and all(one.strip() for one in glossary[term]) for term in glossary
        ):
            raise ValueError("a term of the glossary is empty")
        return glossary


def _is_host(name: str) -> bool:
    labels = name.removeprefix("*.").split(".")
    return all(label and label.replace("-", "").isalnum() for label in labels)
