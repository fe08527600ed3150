"""The same question as in an earlier conversation."""

from dataclasses import replace

import pytest

from bot.conversation.recalling.again import rejected_before, was_tried, words_about
from bot.texts import LANGUAGES, say
from bot.texts.days import when_in_words
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.knowledge import Answer, Confidence
from bot.vocabulary.memory import Recalled
from tests.conversation.recalling.kit import LAST_WEEK, NOW, a_turn, an_earlier, said

TRIED = "Unplug the pan for a minute and plug it in again."


def an_answer(text: str) -> Answer:
    return Answer(text=text, language="en", sources=(), confidence=Confidence(value=0.9))


def about(**fields: object) -> Recalled:
    return Recalled(again=an_earlier("The pan does not heat", **fields))


def words(recalled: Recalled, language: str = "en", *told: str, is_direct: bool = True) -> str:
    lines = [
        HistoryLine(speaker=Speaker.BOT, name="Relevo", text=text, at=LAST_WEEK) for text in told
    ]
    turn = a_turn(said("why does it not heat?", is_direct=is_direct))
    conversation = replace(turn.conversation, history=tuple(lines))
    return words_about(recalled, replace(turn, conversation=conversation), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("is_direct", "key"), [(True, "again"), (False, "here_again")])
def test_what_helped_is_quoted_with_its_day(language: str, *, is_direct: bool, key: str) -> None:
    when = when_in_words(LAST_WEEK.date(), NOW.date(), language)
    solved = about(is_solved=True, resolution="a *new* fuse")
    helped = say(f"recalled.{key}_helped", language, when=when, words=r"a \*new\* fuse")
    assert words(solved, language, is_direct=is_direct) == helped
    unsolved = say(f"recalled.{key}_unsolved", language, when=when)
    assert words(about(is_solved=False), language, is_direct=is_direct) == unsolved
    plain = say(f"recalled.{key}", language, when=when)
    assert words(about(is_solved=None), language, is_direct=is_direct) == plain
    assert words(about(is_solved=True), language, is_direct=is_direct) == plain


def test_what_helped_is_not_quoted_above_itself() -> None:
    turn = a_turn(said("why does it not heat?"))
    solved = about(is_solved=True, resolution=TRIED)
    told = words_about(solved, turn, "en", f"**Heat**\n\n- {TRIED}\n- Then wait.")
    assert told == words(about(is_solved=True))
    assert TRIED[:-1] in words_about(solved, turn, "en", "Buy a new fuse in our shop, please.")


def test_what_was_today_has_no_day() -> None:
    assert "earlier today" in words(about(ended_at=NOW))


def test_it_is_said_once() -> None:
    again = about(is_solved=False)
    told = f"{words(again)}\n\nHeat it to 200 °C."
    assert words(again, "en", "Hello", told) == ""
    assert words(again, "en", "Hello") != ""


def test_without_an_earlier_conversation_nothing_is_said() -> None:
    assert (words(Recalled()), rejected_before(Recalled())) == ("", ())
    assert not was_tried(an_answer(TRIED), Recalled())


@pytest.mark.parametrize(
    ("text", "tried", "expected"),
    [
        (TRIED, TRIED, True),
        (f"**Heat**\n\n{TRIED} Then wait.", TRIED, True),
        (TRIED, "Unplug the pan for a minute…", True),
        (TRIED.upper(), f"**{TRIED}**", True),
        ("Buy a new fuse in our shop, please.", TRIED, False),
        ("Yes.", "Yes.", False),
        ("", TRIED, False),
    ],
)
def test_what_failed_is_known_again(text: str, tried: str, *, expected: bool) -> None:
    assert was_tried(an_answer(text), about(is_solved=False, tried=(tried,))) is expected


def test_what_was_tried_before_it_was_solved_may_be_said_again() -> None:
    assert not was_tried(an_answer(TRIED), about(is_solved=True, tried=(TRIED,)))
    assert not was_tried(an_answer(TRIED), about(is_solved=None, tried=(TRIED,)))


def test_rejected_documents_stay_rejected() -> None:
    assert rejected_before(about(rejected=("d1", "d2"))) == ("d1", "d2")
