"""A sentence stands in its sources, or it is said why not."""

import pytest

from benchmarks.claims import read_pairs
from knowledge.guards.claims import unsupported_reason
from knowledge.language.sentences import split_sentences
from tests.linear_time import takes_linear_time

PAIRS = read_pairs()
SAME = [
    ("It takes 3 days.", "Three days are needed."),
    ("It takes 72 hours.", "It takes three days."),
    ("Tarda tres días.", "Tarda 3 días."),
    ("It costs 1,000 euros.", "It costs 1.000 €."),
    ("It costs 1000.50 €.", "It costs 1.000,50 €."),
    ("We close at 6 pm.", "We close at 18:00."),
    ("The parts weigh 2 kg.", "The parts weigh 2000 g."),
    ("The offer ends on 3 May 2026.", "The offer ends 03/05/2026."),
    ("It takes 3-5 days.", "It takes from three to five days."),
    ("The 14-day trial is free.", "The trial is free for 14 days."),
    ("You can't use it twice.", "You cannot use it twice."),
    ("Wait twenty-four hours.", "Wait one day."),
]
OTHER = [
    ("It takes 3 hours.", "It takes 3 days.", "3 hours is in no source"),
    ("It costs 5 dollars.", "It costs 5 euros.", "5 dollars is in no source"),
    ("We close at 6 am.", "We close at 18:00.", "6 am. is in no source"),
    ("The offer ends on Monday.", "The offer ends on Friday.", "monday is in no source"),
    ("The offer ends in July.", "The offer ends 03/05/2026.", "july is in no source"),
    ("Write to a@b.example.", "Write to aa@b.example.", "a@b.example is in no source"),
    ("See https://a.example/re", "See https://a.example/returns", "is in no source"),
    (
        "Refunds don't take 5 days.",
        "Refunds take 5 days. You can't cancel after shipping.",
        "a source says the opposite of it",
    ),
    ("It may be washed.", "It may not be washed.", "a source says the opposite of it"),
    ("The shop in Bonn sells lamps.", "The shop in Kiel sells lamps.", "Bonn is in no source"),
    ("The shop in Kiel sells lamps.", "Shops sell kielbasa and lamps.", "Kiel is in no source"),
    ("It costs 9 € a year.", "It costs 9 € a month.", "another period than a source"),
    ("Anything at all.", "", "it names no source"),
    ("Anything at all.", " \n ", "it names no source"),
]
HOSTILE = ("1 ", "a ", "no ", "a@", "x-", "9:", "3 to ", "http://", "A ", ", ", "e1")


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_one_thing_in_two_spellings_is_supported(claim: str, source: str) -> None:
    assert unsupported_reason(claim, [source], "en" if claim.isascii() else "es") is None


@pytest.mark.parametrize(("claim", "source", "reason"), OTHER)
def test_what_no_source_says_is_named(claim: str, source: str, reason: str) -> None:
    assert reason in str(unsupported_reason(claim, [source], "en"))


def test_german_nouns_are_no_names() -> None:
    source = "Sie können jede Lampe binnen 30 Tagen an unser Lager zurückschicken."
    claim = "Jede Lampe können Sie binnen 30 Tagen an das Warenlager zurückschicken."
    assert unsupported_reason(claim, [source], "de") is None
    assert unsupported_reason(claim.replace("30", "40"), [source], "de") == "40 is in no source"


def test_facts_may_stand_in_several_sources() -> None:
    sources = ["Refunds take 5 days.", "Refunds go to your card."]
    assert unsupported_reason("Refunds go to your card in 5 days.", sources, "en") is None


def test_what_a_source_says_itself_is_supported() -> None:
    cut = [
        (sentence, reason)
        for pair in PAIRS
        for sentence in split_sentences(pair.source)
        if (reason := unsupported_reason(sentence, [pair.source], pair.language))
    ]
    assert cut == []


def test_the_labelled_pairs_are_told_apart() -> None:
    """``python -m benchmarks claims`` shows the figures by kind of error."""
    said = [unsupported_reason(one.claim, [one.source], one.language) for one in PAIRS]
    cut = {place for place, reason in enumerate(said) if reason is not None}
    wrong = {place for place, pair in enumerate(PAIRS) if not pair.is_right}
    assert len(PAIRS) >= 80
    assert len(cut & wrong) >= 0.95 * len(wrong)
    assert len(cut & wrong) >= 0.95 * len(cut)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_holds_it_up(piece: str) -> None:
    def read(text: str) -> object:
        return unsupported_reason(text, [f"{text} end"], "en")

    assert takes_linear_time(read, piece, length=1_000)
