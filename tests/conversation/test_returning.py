"""When a customer comes back to what people said: quoted with name and day, and nothing made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.afterwards.returning import earlier_lines, quoted, recalled
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from tests.builders import a_conversation

NOW = datetime(2026, 11, 6, 10, tzinfo=UTC)
THEN = datetime(2026, 11, 3, 9, tzinfo=UTC)


def said(text: str, name: str = "Ana", at: datetime = THEN) -> HistoryLine:
    return HistoryLine(
        speaker=Speaker.AGENT, name=name, text=text, at=at, author_id=f"slack:T1:{name.lower()}"
    )


def a_line(speaker: Speaker, text: str) -> HistoryLine:
    return HistoryLine(speaker=speaker, name="Carla", text=text, at=THEN)


PARCEL = said("Your parcel left our warehouse and will arrive on Friday.")
REFUND = said("The refund of 39 € is on its way to your card.", name="Ben")
SPANISH = said("Te devolvemos los 39 € en cinco días, y la sartén nueva sale mañana.")
BYE = said("Have a nice day!")
END = a_line(Speaker.MARKER, "back with the bot: resolved")


def after(*lines: HistoryLine, history: tuple[HistoryLine, ...] = (END,)) -> Conversation:
    return Conversation(ref=a_conversation(), memo=Memo(humans_said=lines), history=history)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("And when does it arrive?", PARCEL),
        ("when will my parcel arrive", PARCEL),
        ("What did Ana say about the parcel?", PARCEL),
        ("what did Ben say?", REFUND),
        ("what did she say about the parcel?", PARCEL),
        ("what was I told about the refund?", REFUND),
        ("where is my refund", REFUND),
        ("¿y lo que me dijo Ana?", PARCEL),
        ("you promised me a refund!", REFUND),
    ],
)
def test_the_line_that_is_meant_is_found(question: str, line: HistoryLine) -> None:
    found = recalled(question, after(PARCEL, REFUND, BYE), NOW)
    assert found is not None
    assert found.line == line


@pytest.mark.parametrize(
    "question",
    [
        "¿y cuándo sale?",
        "¿Y lo de la sartén?",
        "qué me dijisteis de la sartén",
        "¿cuándo me devolvéis los 39 €?",
    ],
)
def test_it_is_found_in_spanish(question: str) -> None:
    found = recalled(question, after(SPANISH, said("¡Que tengas buen día!")), NOW)
    assert found is not None
    assert found.line == SPANISH


@pytest.mark.parametrize(
    "question",
    [
        "How do I clean a cast iron pan?",
        "What are your opening hours?",
        "do you ship to Portugal",
        "¿tenéis tienda en Madrid?",
        "thanks",
    ],
)
def test_another_matter_is_left_alone(question: str) -> None:
    assert recalled(question, after(PARCEL, REFUND, BYE), NOW) is None


@pytest.mark.parametrize(
    ("question", "is_meant"),
    [
        ("why has my order been cancelled twice now", False),
        ("will you ship to Portugal next week", False),
        ("and what about Will and his parcel lists", True),
        ("what did will say", True),
        ("does ben say so", False),
    ],
)
def test_a_name_that_is_a_word_too_is_meant_with_a_capital_or_a_verb_of_saying(
    question: str,
    is_meant: bool,  # noqa: FBT001
) -> None:
    found = recalled(question, after(said("We shall see tomorrow.", name="Will")), NOW)
    named = found is not None and found.line.name == "Will" and "said" in found.why
    assert named is is_meant


def test_nothing_is_recalled_without_a_human_stretch() -> None:
    assert recalled("And when does it arrive?", after(), NOW) is None


def test_only_right_after_the_end_a_question_leans_on_it() -> None:
    asked = [a_line(Speaker.CUSTOMER, f"question {number}") for number in range(3)]
    late = after(PARCEL, history=(END, *asked))
    assert recalled("and then?", after(PARCEL), NOW) is not None
    assert recalled("and then?", late, NOW) is None


def test_what_was_said_long_ago_is_quoted_only_when_people_are_named() -> None:
    later = THEN + timedelta(days=60)
    assert recalled("when will my parcel arrive", after(PARCEL), later) is None
    assert recalled("what did Ana say about the parcel?", after(PARCEL), later) is not None


def test_a_quote_names_person_and_day_and_is_literal() -> None:
    line = said("It is **done** [now](https://x.example)")
    assert quoted(line, "en", NOW) == (
        r"On 3 Nov Ana wrote: “It is \*\*done\*\* \[now\]\(https\:\/\/x\.example\)”".replace(
            r"\/", "/"
        )
    )
    assert quoted(said("Hecho"), "es", NOW) == "El 3 nov Ana escribió: «Hecho»"
    assert quoted(said("Hi", at=NOW), "en", NOW) == "Earlier today Ana wrote: “Hi”"


def test_a_follow_up_is_understood_with_the_human_stretch_and_without_wishes_for_it() -> None:
    history = (
        a_line(Speaker.CUSTOMER, "where is my parcel"),
        a_line(Speaker.CUSTOMER, "I want to talk to a person"),
        END,
    )
    near = after(PARCEL, BYE, history=history)
    assert earlier_lines(near, "en") == ("where is my parcel", PARCEL.text)
    asked = [a_line(Speaker.CUSTOMER, f"how do I clean pan {number}") for number in range(4)]
    far = after(PARCEL, history=(*history, *asked))
    assert earlier_lines(far, "en") == tuple(line.text for line in asked[-3:])


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_words_are_compared_without_an_error(question: str, texts: list[str]) -> None:
    lines = tuple(replace(PARCEL, text=text) for text in texts)
    found = recalled(question, after(*lines), NOW)
    assert found is None or found.line in lines
