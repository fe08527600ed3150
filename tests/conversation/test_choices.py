"""Asking back which of several documents is meant: what is near, and what an answer chooses."""

from dataclasses import replace

import pytest

from bot.conversation.choices import as_written, buttons, chosen, near
from bot.vocabulary.conversations import Choice
from bot.vocabulary.knowledge import Answer, Confidence, Source
from bot.vocabulary.messages import MessageKind
from tests.builders import a_message, a_press
from tests.fakes import a_source

CHOICES = (
    Choice(doc_id="d1", label="Delivery › Islands"),
    Choice(doc_id="d2", label="Returns"),
    Choice(doc_id="d3", label="Gift cards"),
)


def found(*sources: Source) -> Answer:
    return Answer(
        text="x",
        language="en",
        sources=sources[:1],
        considered=sources[1:],
        confidence=Confidence(value=0.3),
    )


def scored(*scores: float) -> Answer:
    sources = [a_source(f"d{number}", score=score) for number, score in enumerate(scores, 1)]
    return found(*sources)


@pytest.mark.parametrize(
    ("scores", "documents"),
    [
        ((0.5, 0.45, 0.2), ["d1", "d2"]),
        ((0.5, 0.45, 0.44, 0.43), ["d1", "d2", "d3"]),
        ((0.3, 0.5, 0.45), ["d2", "d3"]),
        ((0.5, 0.2), []),
        ((0.5,), []),
        ((), []),
    ],
)
def test_near_are_the_best_and_those_about_as_good(
    scores: tuple[float, ...], documents: list[str]
) -> None:
    assert [choice.doc_id for choice in near(scored(*scores))] == documents


def test_documents_that_look_alike_are_no_choice() -> None:
    twins = [a_source(doc_id, title="Prices", score=0.5) for doc_id in ("d1", "d2")]
    assert near(found(*twins)) == ()
    apart = [replace(source, heading=f"Prices › {source.doc_id}") for source in twins]
    labels = [choice.label for choice in near(found(*apart))]
    assert labels == ["Prices › d1", "Prices › d2"]


def test_one_document_is_named_once() -> None:
    twice = found(a_source("d1"), a_source("d1", heading="more"), a_source("d2"))
    assert [choice.doc_id for choice in near(twice)] == ["d1", "d2"]


def test_labels_fit_a_button_and_say_nothing_twice() -> None:
    plain = a_source("d1", title="Delivery", heading="Delivery")
    long = a_source("d2", title="Returns " * 20)
    first, second = near(found(plain, long))
    assert first.label == "Delivery"
    assert len(second.label) <= 75


@pytest.mark.parametrize(
    ("text", "doc_id"),
    [
        ("2", "d2"),
        (" 3. ", "d3"),
        ("returns!", "d2"),
        ("delivery: islands", "d1"),
        ("4", None),
        ("how do returns work?", None),
        ("", None),
    ],
)
def test_a_choice_can_be_typed(text: str, doc_id: str | None) -> None:
    choice = chosen(a_message(text), CHOICES)
    assert (choice.doc_id if choice else None) == doc_id


def test_a_pressed_choice_reads_as_if_it_had_been_written() -> None:
    actions = [button.action for button in buttons(CHOICES)]
    assert actions == ["choose:0", "choose:1", "choose:2"]
    press = a_press("choose:1")
    written = as_written(press, CHOICES)
    assert (written.kind, written.text, written.action) == (MessageKind.NEW, "Returns", None)
    assert chosen(written, CHOICES) == CHOICES[1]
    for other in (a_press("choose:7"), a_press("human"), a_message("Returns")):
        assert as_written(other, CHOICES) is other
    assert as_written(press, ()) is press
    assert chosen(a_message("2", kind=MessageKind.EDITED), CHOICES) is None
