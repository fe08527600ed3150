"""The menus of all platforms offer the desk's verbs: all of them, and no others."""

import pytest

from adapters.verbs import PRIORITIES, VERBS, described, needs_words, takes_words, usage
from bot.texts import LANGUAGES
from bot.vocabulary.cases import Priority
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle

BUTTON_ALONE = {"edit"}
"""Verbs that only a button can ask for: no menu offers them."""


def test_menus_offer_the_verbs_of_the_desk() -> None:
    desk = AgentVerbs(DeskStyle(language="en"), copilot=Copilot())
    assert {verb.name for verb in desk.table} - BUTTON_ALONE == set(VERBS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_is_described(language: str) -> None:
    assert all(0 < len(described(verb, language)) <= 100 for verb in VERBS)


def test_what_must_be_written_behind_a_verb_is_known() -> None:
    assert usage("snooze", "es")
    assert not takes_words("claim")
    assert takes_words("resolve")
    assert not needs_words("resolve")
    assert needs_words("reply")
    assert [*PRIORITIES] == [*Priority]
