"""What people type as the value of a setting."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fields import field_at
from config.paths import steps_of
from config.settings import Settings
from config.typed import UnreadableError, typed

READ: list[tuple[str, str, Any]] = [
    ("escalation.answer_above", " 0.6 ", 0.6),
    ("escalation.answer_above", "0,6", 0.6),
    ("escalation.answer_above", "60 %", 0.6),
    ("escalation.unsure_limit", "3", 3),
    ("copilot.drafts", "sí", True),
    ("copilot.drafts", "YES", True),
    ("copilot.drafts", "off", False),
    ("desk.language", '"ES"', "es"),
    ("escalation.legal", "hand over", "hand_over"),
    ("desk.brand", "Example Shop, Ltd.", "Example Shop, Ltd."),
    ("desk.brand", '"Shop"', "Shop"),
    ("conversation.languages", "es, en", ["es", "en"]),
    ("conversation.languages", '["es", "en"]', ["es", "en"]),
    ("conversation.languages", "", []),
    ("knowledge.tags", "[]", []),
    ("rollout.topics[x].mode", "Shadow", "shadow"),
    ("rollout.topics[x].threshold", "70%", 0.7),
    ("canned[x].text", '{"en": "Hi"}', {"en": "Hi"}),
    ("canned[x].text", '{ en = "Hi" }', {"en": "Hi"}),
    ("canned[x].text.en", "Hi, there", "Hi, there"),
    ("teams[x]", '{"hours": ""}', {"hours": ""}),
    ("escalation.rules", '[{"tiers": ["gold"]}]', [{"tiers": ["gold"]}]),
    ("answers.glossary.parcel", "box, package", ["box", "package"]),
]
UNREAD: list[tuple[str, str, str]] = [
    ("escalation.answer_above", "high", "write a number"),
    ("escalation.answer_above", "nan", "write a number"),
    ("escalation.unsure_limit", "2.5", "write a whole number"),
    ("copilot.drafts", "maybe", "write yes or no"),
    ("desk.language", "fr", "write one of en, es"),
    ("conversation.languages", '["es"', "write a list"),
    ("escalation.rules", "none", "write it as JSON"),
    ("teams[x]", "[1]", "write it as JSON"),
]


@pytest.mark.parametrize(("path", "text", "value"), READ)
def test_values_are_read_as_people_write_them(path: str, text: str, value: Any) -> None:
    field = field_at(Settings, steps_of(path) or ())
    assert field is not None
    found = typed(field, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("path", "text", "cure"), UNREAD)
def test_what_can_not_be_read_is_told_with_the_cure(path: str, text: str, cure: str) -> None:
    field = field_at(Settings, steps_of(path) or ())
    assert field is not None
    with pytest.raises(UnreadableError, match=cure):
        typed(field, text)


@given(st.sampled_from([path for path, _, _ in READ]), st.text())
def test_no_text_breaks_it(path: str, text: str) -> None:
    field = field_at(Settings, steps_of(path) or ())
    assert field is not None
    with suppress(UnreadableError):
        typed(field, text)
