"""What an admin reads: the dearest first, masked, with what is near and what may help."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.knowledge import Audience, Query, Source
from knowledge.gaps import GapReport, report_gaps
from tests.fakes import a_source
from tests.knowledge.gaps.kit import BEGIN, a_gap

BIZUM = "can I pay with Bizum?"
BICYCLES = "do you sell bicycles for children?"


class Shelf:
    """Finds the same document for every question."""

    def __init__(self, *found: Source) -> None:
        self.found = found
        self.queries: list[Query] = []

    def __call__(self, query: Query, limit: int) -> Sequence[Source]:
        self.queries.append(query)
        return self.found[:limit]


def report(gaps: Sequence[Gap], *found: Source, **options: Any) -> list[GapReport]:
    values: dict[str, Any] = {"limit": 10} | options
    return report_gaps(gaps, Shelf(*found), str.strip, **values)


def test_the_dearest_comes_first() -> None:
    often = [a_gap(BIZUM) for _ in range(4)]
    dear = a_gap(BICYCLES, case="R-1", case_minutes=12.0)
    assert [(one.question, one.cost_minutes) for one in report([*often, dear])] == [
        (BICYCLES, 13.0),
        (BIZUM, 4.0),
    ]


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 1.0),
        ({"kind": GapKind.REJECTED}, 3.0),
        ({"kind": GapKind.HANDED_OVER, "case": "R-1", "case_minutes": 7.5}, 7.5),
        ({"case": "R-1"}, 11.0),
        ({"case": "R-1", "case_minutes": 5000.0}, 61.0),
    ],
)
def test_what_a_gap_costs(fields: dict[str, Any], minutes: float) -> None:
    (one,) = report([a_gap(BIZUM, **fields)])
    assert one.cost_minutes == minutes


def test_what_came_of_a_question_is_counted() -> None:
    gaps = [
        a_gap(BIZUM),
        a_gap(BIZUM, kind=GapKind.HANDED_OVER, case="R-1"),
        a_gap("¿Puedo pagar con Bizum?", "es", kind=GapKind.REJECTED, nearest="d1"),
        a_gap("¿Puedo pagar con Bizum?", "es", case="R-2"),
        a_gap("pagar con Bizum", "es"),
    ]
    (one,) = report(gaps)
    assert (one.count, one.unanswered, one.rejected, one.handed_over) == (4, 3, 1, 2)
    assert one.languages == ("es", "en")
    assert (one.first_at, one.last_at) == (gaps[0].at, gaps[-1].at)
    assert {one.question, *one.examples} == {gap.question for gap in gaps}


def test_rare_ones_are_left_out_and_the_number_is_bounded() -> None:
    gaps = [a_gap(BIZUM), a_gap(BIZUM), a_gap(BICYCLES)]
    assert [one.question for one in report(gaps, min_count=2)] == [BIZUM]
    assert len(report(gaps, limit=1)) == 1


def test_at_most_five_examples_the_newest_first() -> None:
    gaps = [
        a_gap(f"{BIZUM} please {'!' * number}", at=BEGIN + timedelta(days=number))
        for number in range(9)
    ]
    (one,) = report(gaps)
    assert len(one.examples) == 5
    assert one.examples[0] == gaps[-1].question


def test_personal_data_and_what_a_terminal_obeys_are_not_shown() -> None:
    def mask(text: str) -> str:
        return text.replace("ana@example.org", "<EMAIL_1>")

    evil = "\x1b[31mmy mail ana@example.org\u202e is\nwrong"
    (one,) = report_gaps([a_gap(evil), a_gap("mail ana@example.org wrong")], Shelf(), mask, limit=5)
    shown = {one.question, *one.examples}
    assert shown == {"[31mmy mail <EMAIL_1> is wrong", "mail <EMAIL_1> wrong"}


def test_an_admin_sees_documents_of_every_audience() -> None:
    shelf = Shelf(a_source("d1", score=0.6))
    (one,) = report_gaps([a_gap("¿aceptáis Bizum?", "es")], shelf, str.strip, limit=5)
    (query,) = shelf.queries
    assert (query.audience, query.language) == (Audience.INTERNAL, "es")
    assert one.nearest is not None
    assert (one.nearest.doc_id, one.nearest.score) == ("d1", 0.6)


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        ((), "No article is near"),
        ((a_source("d9", score=0.1),), "No article is near"),
        ((a_source("d1", score=0.6),), 'The article "Title d1" is near but was rejected 2 times'),
        ((a_source("d2", score=0.6, language="es"),), "in Spanish only, while most ask in English"),
        ((a_source("d2", score=0.6),), "it may lack this"),
    ],
)
def test_what_may_help_is_said(found: tuple[Source, ...], hint: str) -> None:
    rejected = {"kind": GapKind.REJECTED, "nearest": "d1"}
    (one,) = report([a_gap(BIZUM), *(a_gap(BIZUM, **rejected) for _ in range(2))], *found)
    assert hint in one.hint
