"""What customers do, as agents see it in the thread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import LANGUAGES, say
from bot.texts.defanged import defanged
from bot.vocabulary.messages import Attachment, IncomingMessage, MessageKind
from handoff.saying.relays import readable_size, relayed
from tests.builders import a_message, a_press
from tests.handoff.kit import a_case

PHOTO = Attachment(name="crack_*1*.png", content_type="image/png", size_bytes=2_345_678)
VOICE = Attachment(name="voice message", content_type="audio/ogg", size_bytes=0)


@given(st.text(min_size=1).filter(str.strip))
def test_words_stand_as_they_were_written(text: str) -> None:
    delivery = relayed(a_message(text), a_case(), "en")
    assert delivery is not None
    assert (delivery.message.text, delivery.message.is_literal) == (defanged(text), True)
    assert delivery.message.speaker == "Carla"


def test_files_are_passed_on_and_named_with_their_size() -> None:
    delivery = relayed(a_message("look", attachments=(PHOTO, VOICE)), a_case(), "en")
    assert delivery is not None
    assert delivery.message.text == "look\n\n📎 crack_*1*.png (2.3 MB)\n\n📎 voice message"
    assert delivery.message.attachments == (PHOTO, VOICE)


def test_a_file_alone_is_no_silence() -> None:
    delivery = relayed(a_message("", attachments=(VOICE,)), a_case(), "en")
    assert delivery is not None
    assert delivery.message.text == "📎 voice message"


def test_a_change_does_not_bring_the_files_again() -> None:
    message = a_message("**new**", kind=MessageKind.EDITED, attachments=(PHOTO,))
    delivery = relayed(message, a_case(), "es")
    assert delivery is not None
    assert delivery.message.text == say("handoff.customer_edited", "es", text="**new**")
    assert (delivery.message.attachments, delivery.message.is_literal) == ((), True)


def test_a_deletion_says_so() -> None:
    delivery = relayed(a_message("", kind=MessageKind.DELETED), a_case(), "en")
    assert delivery is not None
    assert delivery.message.text == say("handoff.customer_deleted", "en")


def test_a_thumb_is_shown_and_other_buttons_are_not() -> None:
    up, down = (relayed(a_press(f"rate:{thumb}"), a_case(), "en") for thumb in ("up", "down"))
    assert up is not None
    assert down is not None
    assert ("👍" in up.message.text, "👎" in down.message.text) == (True, True)
    assert relayed(a_press("case:claim"), a_case(), "en") is None
    assert relayed(a_message(""), a_case(), "en") is None


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (a_message("hello"), "relay_undelivered_desk"),
        (a_message("hello", kind=MessageKind.EDITED), "relayed_change_undelivered_desk"),
        (a_message("", kind=MessageKind.DELETED), "relayed_deletion_undelivered_desk"),
    ],
)
def test_what_cannot_be_shown_is_told_as_what_it_was(
    message: IncomingMessage, sentence: str
) -> None:
    for language in LANGUAGES:
        delivery = relayed(message, a_case(), language)
        assert delivery is not None
        assert delivery.if_refused is not None
        assert delivery.if_refused.text == say(f"handoff.{sentence}", language, case="R\\-1")


def test_a_thumb_that_cannot_be_shown_is_nobodys_news() -> None:
    delivery = relayed(a_press("rate:up"), a_case(), "en")
    assert delivery is not None
    assert delivery.if_refused is None


@pytest.mark.parametrize(
    ("size", "english", "spanish"),
    [
        (1, "1 kB", "1 kB"),
        (1000, "1 kB", "1 kB"),
        (1001, "2 kB", "2 kB"),
        (999_999, "1000 kB", "1000 kB"),
        (1_000_000, "1.0 MB", "1,0 MB"),
        (20 * 1024 * 1024, "21.0 MB", "21,0 MB"),
    ],
)
def test_sizes_are_readable(size: int, english: str, spanish: str) -> None:
    assert [readable_size(size, language) for language in LANGUAGES] == [english, spanish]
