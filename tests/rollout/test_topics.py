import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rollout.topics import clusters, grouped

ASKED = [
    ("en", text)
    for text in (
        "How do I cancel my order?", "cancel the order please", "I want to cancel an order",
        "Where is my parcel?", "my parcel has not arrived", "when does my parcel arrive?",
        "I forgot my password", "how can I reset my password?", "password reset does not work",
    )
]  # fmt: skip
IN_SPANISH = [
    ("es", text)
    for text in (
        "¿Cómo cancelo mi suscripción?", "cancelar la suscripción", "quiero cancelar mi suscripción",
        "¿Dónde está mi paquete?", "no ha llegado el paquete", "¿cuándo llega el paquete?",
    )
]  # fmt: skip


def test_questions_about_the_same_are_one_topic_with_its_words_as_name() -> None:
    found = clusters(ASKED)
    assert {topic.name for topic in found} == {"cancel order", "reset password", "parcel arrive"}
    assert [topic.count for topic in found] == [3, 3, 3]


def test_spanish_names_keep_their_accents() -> None:
    found = clusters(IN_SPANISH)
    assert any("suscripción" in topic.name for topic in found)
    assert [topic.count for topic in found] == [3, 3]


def test_the_order_of_questions_makes_no_difference() -> None:
    asked = [*ASKED, *IN_SPANISH, *ASKED[:2]]
    expected = clusters(asked)
    for seed in range(3):
        random.Random(seed).shuffle(asked)
        assert clusters(asked) == expected


def test_what_is_asked_often_counts_as_often_and_leads() -> None:
    found = clusters([*ASKED, *[ASKED[-1]] * 40])
    assert found[0].count == 43
    assert found[0].examples[0] == ASKED[-1][1]


def test_few_questions_are_no_topic() -> None:
    assert clusters(ASKED[:2], least=3) == []
    assert clusters([]) == []
    assert clusters([("en", "the and of"), ("es", "")]) == []


_TEXTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=30)


@given(_TEXTS)
@settings(max_examples=30)
def test_each_text_is_in_exactly_one_group(texts: list[list[str]]) -> None:
    groups = grouped(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))


@given(st.lists(st.text(max_size=30), max_size=20))
@settings(max_examples=30)
def test_names_are_told_apart_and_counts_add_up(texts: list[str]) -> None:
    found = clusters([("en", text) for text in texts], least=1, limit=50)
    assert len({topic.name for topic in found}) == len(found)
    assert sum(topic.count for topic in found) <= len(texts)
