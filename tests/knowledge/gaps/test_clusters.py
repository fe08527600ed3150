"""Questions for the same thing come together, whatever their language, order and number."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gaps import labelled, pairwise
from bot.vocabulary.gaps import Gap
from knowledge.gaps import cluster_gaps
from tests.knowledge.gaps.kit import a_gap, questions_of

BIZUM = ("can I pay with Bizum?", "Do you take Bizum as payment?", "¿Puedo pagar con Bizum?")
BICYCLES = ("do you sell bicycles for children?", "¿Vendéis bicicletas para niños?")
PARKING = ("Is there a car park near the shop?",)


def gaps_of(*questions: str) -> list[Gap]:
    return [a_gap(text, "es" if text.startswith("¿") else "en") for text in questions]


def test_who_asks_in_english_and_in_spanish_asks_the_same() -> None:
    clusters = cluster_gaps(gaps_of(*BIZUM, *BICYCLES, *PARKING))
    expected = [set(BIZUM), set(BICYCLES), set(PARKING)]
    assert sorted(questions_of(clusters), key=sorted) == sorted(expected, key=sorted)


def test_the_same_words_are_one_question_however_they_are_typed() -> None:
    (cluster,) = cluster_gaps(gaps_of("Bizum payment?", "bizum  PAYMENT?", "bízum payment?"))
    assert len(cluster.gaps) == 3


def test_the_central_question_is_the_one_that_most_ask() -> None:
    often = "can I pay with Bizum?"
    rare = "hello I was wondering whether Bizum pays for my very heavy iron casserole"
    (cluster,) = cluster_gaps(gaps_of(*[often] * 5, rare))
    assert cluster.central.question == often


def test_nothing_asked_is_no_cluster() -> None:
    assert cluster_gaps([]) == []


def test_what_has_no_words_stands_alone() -> None:
    clusters = cluster_gaps(gaps_of("???", "!!!", "the and of", *PARKING))
    assert [len(cluster.gaps) for cluster in clusters] == [1, 1, 1, 1]


WORDS = st.sampled_from(
    ("bizum", "pay", "paid", "knife", "knives", "cuchillo", "order", "pedido", "E-4512", "the", "?")
)
QUESTIONS = st.lists(
    st.tuples(
        st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(max_size=12)),
        st.sampled_from(("en", "es", "de", "ja")),
    ),
    max_size=25,
)


@settings(max_examples=20)
@given(QUESTIONS, st.randoms(use_true_random=False))
def test_each_gap_is_in_one_cluster_in_whatever_order_they_come(
    asked: list[tuple[str, str]], dice: random.Random
) -> None:
    gaps = [a_gap(text, language) for text, language in asked]
    clusters = cluster_gaps(gaps)
    members = Counter(gap.turn_id for cluster in clusters for gap in cluster.gaps)
    assert members == Counter(gap.turn_id for gap in gaps)
    assert all(cluster.central in cluster.gaps for cluster in clusters)
    dice.shuffle(gaps)
    assert cluster_gaps(gaps) == clusters


@settings(max_examples=20)
@given(QUESTIONS)
def test_a_lower_bound_never_makes_more_clusters(asked: list[tuple[str, str]]) -> None:
    gaps = [a_gap(text, language) for text, language in asked]
    assert len(cluster_gaps(gaps, alike=0.1)) <= len(cluster_gaps(gaps, alike=0.6))


def test_labelled_questions_come_together_as_people_would_put_them() -> None:
    topics = labelled()
    figures = pairwise([topic for topic, _ in topics], cluster_gaps([gap for _, gap in topics]))
    assert len(topics) >= 120
    assert figures.purity >= 0.9
    assert figures.f1 >= 0.7
