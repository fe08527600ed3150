"""Which episodes a question brings back, by words, meaning, days and being recent."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pytest

from bot.memory.recall.asked import MOST_TERMS, Reader
from bot.memory.recall.days import Span, named_days
from bot.memory.recall.lexicon import NO_TERM, Lexicon, words
from bot.memory.recall.nearness import nothing_near
from bot.memory.recall.passages import Passage
from bot.memory.recall.relevance import relevance, signals
from tests.memory.recall.kit import NOW, episode, recalled

PRINTER = episode("The printer at the counter prints blank labels", 40)
REFUND = episode("My refund for the broken headphones has not arrived", 20)
LOGIN = episode("I can't sign in on my new phone", 5)
IMPRESORA = episode("La impresora no imprime las facturas", 10, language="es")


def near_table(word: str, language: str, /) -> Sequence[tuple[str, float]]:
    table = {
        ("money", "en"): [("refund", 0.8)],
        ("printer", "es"): [("impresora", 0.9)],
        ("prints", "es"): [("imprime", 0.8)],
        ("invoices", "es"): [("facturas", 0.8)],
    }
    return table.get((word, language), [])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("the labels from my printer are empty", PRINTER),
        ("has my REFUND arrived?", REFUND),
        ("signing in does not work", LOGIN),
        ("no me imprimen las facturas", IMPRESORA),
    ],
)
def test_the_episode_that_a_question_is_about_comes_first(question: str, wanted: object) -> None:
    assert recalled(question, PRINTER, REFUND, LOGIN, IMPRESORA).episodes[0] == wanted


def test_words_near_in_meaning_are_found_also_in_the_other_language() -> None:
    everything = (PRINTER, REFUND, LOGIN, IMPRESORA)
    assert recalled("where is my money", *everything).episodes == (LOGIN,)
    assert recalled("where is my money", *everything, near=near_table).episodes[0] == REFUND
    about = recalled("printer prints invoices", REFUND, LOGIN, IMPRESORA, near=near_table)
    assert about.episodes[0] == IMPRESORA


def test_of_two_alike_the_later_comes_first() -> None:
    older, newer = (episode("the router restarts at night", days) for days in (90, 3))
    assert recalled("my router restarts", newer, older).episodes == (newer, older)


def test_a_day_that_is_named_tells_which_episode_is_meant() -> None:
    may = episode("parcel damaged", 200, ended_at=datetime(2026, 5, 3, 9, tzinfo=UTC))
    june = episode("parcel damaged", 150, ended_at=datetime(2026, 6, 20, 9, tzinfo=UTC))
    for question in ("the parcel of 3 May", "el paquete del 3 de mayo", "my parcel in May"):
        assert recalled(question, may, june).episodes[0] == may
    assert recalled("the parcel in june", may, june).episodes[0] == june


def test_what_a_question_is_not_about_is_left_out_but_the_latest() -> None:
    assert recalled("printer labels", PRINTER, REFUND, LOGIN).episodes == (PRINTER, LOGIN)
    assert recalled("", PRINTER, REFUND, LOGIN).episodes == (LOGIN,)


def passage(text: str, speaker: str = "Ana", stretch: str = "1") -> Passage:
    return Passage(text=text, speaker=speaker, at=NOW, stretch=stretch, language="en")


def ranked(question: str, *passages: Passage) -> list[str]:
    scores = relevance(signals(question, passages, NOW, Lexicon(), nothing_near))
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return [passages[place].text for place in order]


def test_an_answer_is_found_by_what_was_asked_before_it() -> None:
    talk = (
        passage("Nice weather here today, is it not"),
        passage("How long have you had the dog?", "Ben"),
        passage("Three years, since the summer in Lisbon"),
        passage("Nothing of this has to do with it", stretch="2"),
    )
    assert ranked("dog", *talk)[:2] == [talk[1].text, talk[2].text]


def test_the_one_who_is_asked_about_counts_more_than_who_is_told() -> None:
    theirs, others = (
        passage("I started with pottery", "Ana"),
        passage("I started with pottery", "Ben"),
    )
    for question in ("What did Ana start?", "what did ana start"):
        scores = relevance(signals(question, [others, theirs], NOW, Lexicon(), nothing_near))
        assert scores[1] > scores[0]


def test_neighbours_of_another_stretch_explain_nothing() -> None:
    same = signals("dog", [passage("dog"), passage("yes indeed")], NOW, Lexicon(), nothing_near)
    other = [passage("dog"), passage("yes indeed", stretch="2")]
    apart = signals("dog", other, NOW, Lexicon(), nothing_near)
    assert same[1, 0] > apart[1, 0] == 0


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("on 3 May, 2025", date(2025, 5, 3), date(2025, 5, 3)),
        ("May 3rd", date(2026, 5, 3), date(2026, 5, 3)),
        ("el 3 de mayo de 2025", date(2025, 5, 3), date(2025, 5, 3)),
        ("in December", date(2025, 12, 1), date(2025, 12, 31)),
        ("en noviembre", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-02-28", date(2026, 2, 28), date(2026, 2, 28)),
        ("what I wrote yesterday", date(2026, 11, 26), date(2026, 11, 26)),
        ("la semana pasada", date(2026, 11, 13), date(2026, 11, 26)),
    ],
)
def test_days_are_read(question: str, first: date, last: date) -> None:
    assert named_days(question, NOW.date()) == (Span(first=first, last=last),)


@pytest.mark.parametrize("question", ["may I ask", "we march on", "30 February", "2026-13-45", ""])
def test_what_is_no_day_is_none(question: str) -> None:
    assert named_days(question, NOW.date()) == ()


def test_words_lose_accents_and_versions_stay_whole() -> None:
    assert words("¿Devolución, por favor? v 4.2.1. E-45") == [
        "devolucion", "por", "favor", "v", "4_2_1", "e", "45",
    ]  # fmt: skip


def test_what_is_read_at_once_is_what_is_read_alone() -> None:
    texts = ["Refunds were refunded", "Devoluciones", "", "the of \x01 and", "Né 4.2 ñandú"]
    languages = ["en", "es", "en", "en", "xx"]
    lexicon = Lexicon()
    read = lexicon.read(texts, languages)
    for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
        alone = [lexicon.term(word, language) for word in words(text)]
        assert list(read.numbers[read.rows == row]) == [n for n in alone if n != NO_TERM]


def test_of_a_pasted_log_the_first_words_are_looked_for() -> None:
    reader = Reader(lexicon=Lexicon(), near=nothing_near, languages=("en",), speakers=())
    assert len(reader.terms([f"line{number}" for number in range(10_000)])) == MOST_TERMS
