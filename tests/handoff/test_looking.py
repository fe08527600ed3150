"""What agents look at: the case's card, the transcript, who is there, the help card."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.texts import LANGUAGES, say
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus, Priority, Promise
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from handoff.saying.moods import mood_line
from handoff.saying.transcripts import PAGE_LENGTH
from tests.handoff.kit import (
    ANA,
    BEN,
    NOW,
    a_case,
    a_closed_case,
    a_turn,
    at_once,
    changes_nothing,
    says,
    told_to_thread,
)
from tests.handoff.world import CLEO, another_case, does, later, verbs


def lines(count: int, text: str = "hello") -> list[HistoryLine]:
    begun = NOW - timedelta(hours=1)
    return [
        HistoryLine(
            speaker=Speaker.CUSTOMER,
            name="Carla",
            text=f"{text} {number}.",
            at=begun + timedelta(seconds=number),
        )
        for number in range(count)
    ]


def test_the_card_says_how_a_case_stands() -> None:
    case = a_case(
        ANA,
        team="support",
        priority=Priority.HIGH,
        topic="refund",
        tags=("vip", "late"),
        links=("R-9",),
        customer="Carla www.evil.example",
        due={Promise.FIRST_REPLY: later(hours=2), Promise.RESOLUTION: later(hours=-1)},
        replied_at=NOW,
        snoozed_until=later(hours=3),
        follow_up_at=later(days=3),
    )
    plan = does("/case", case)
    [card] = told_to_thread(plan)
    assert changes_nothing(plan)
    assert plan.audit is None
    for words in ("Ana", "support", "high", "refund", "\\#vip \\#late", "R\\-9", "today at 15"):
        assert words in card, words
    assert "✓" in card
    assert "⚠" in card
    assert "www.evil" not in card


@pytest.mark.parametrize("case", [a_case(), a_case(ANA), a_closed_case()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_has_a_card(case: Case, language: str) -> None:
    card = told_to_thread(does("/case", case, desk=verbs(language=language)))[0]
    assert say(f"verbs.status_{case.status}", language) in card
    assert "{" not in card


def page(number: int, *history: HistoryLine) -> str:
    [told] = told_to_thread(does(f"/transcript {number}", a_case(ANA), *history))
    return told


def test_a_transcript_comes_in_pages_the_newest_first() -> None:
    history = lines(900)
    first, second = page(1, *history), page(2, *history)
    assert "hello 899." in first
    assert first.endswith("What came before: /transcript 2")
    numbers = [int(one) for one in re.findall(r"hello (\d+)\.", second + first)]
    assert numbers == list(range(numbers[0], 900))
    assert max(len(first), len(second)) <= PAGE_LENGTH + 100


def test_the_bots_markup_is_read_and_the_customers_stands_as_it_was_typed() -> None:
    [asked] = lines(1, "**why**")
    told = replace(asked, speaker=Speaker.BOT, name="Relevo", text="It takes **3** days.")
    text = page(1, asked, told)
    assert "Carla: **why** 0." in text
    assert "Relevo: It takes 3 days." in text


def test_all_pages_together_are_the_whole_conversation() -> None:
    history = [*lines(500, "a longer line so that there are pages"), *lines(1, "x" * 20_000)]
    told, number = [page(1, *history)], 1
    while f"transcript {number + 1}" in told[0]:
        number += 1
        told.insert(0, page(number, *history))
    assert number > 5
    whole = "\n".join(told)
    assert whole.count("a longer line") == 500
    assert whole.count("x") >= 20_000
    assert f"go from 1 to {number}" in page(number + 1, *history)


def test_a_transcript_is_literal_and_says_who_noted_what() -> None:
    note = HistoryLine(speaker=Speaker.NOTE, name="Ben", text="*upset*", at=NOW)
    plan = does("/transcript", a_case(ANA), *lines(1, "http://evil.example"), note)
    message = plan.deliveries[0].message
    assert message.is_literal
    assert "Ben (note): *upset*" in message.text
    assert "hxxp[:]//evil[.]example 0." in message.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99"])
def test_another_page_there_is_none(page: str) -> None:
    told = told_to_thread(does(f"/transcript {page}", a_case(ANA), *lines(2)))
    assert told == [say("verbs.no_such_page", "en", last=1)]
    assert told_to_thread(does("/transcript", a_case())) == [say("verbs.no_history", "en")]


def test_who_shows_everybody_once_with_what_they_have() -> None:
    desk = verbs(
        another_case(2, ANA), another_case(3, ANA), another_case(4, team="billing"), away=(BEN,)
    )
    [told] = told_to_thread(does("who is there", a_closed_case(), desk=desk))
    assert "🟢 Ana: 2/5" in told
    assert "⚪ Ben: 0/5" in told
    assert told.count(CLEO.name) == 1
    assert "billing, waiting: 1" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_card_lists_every_verb(language: str) -> None:
    desk = verbs(language=language)
    [card] = told_to_thread(does("/ayuda", a_closed_case(), desk=desk))
    for verb in desk.table:
        assert f"`/{verb.name}" in card
        assert say(f"verbs.{verb.name}", language) in card


def test_past_cases_stand_on_the_card() -> None:
    past = a_case(
        ANA,
        id="R-0",
        status=CaseStatus.RESOLVED,
        closed_by=CaseEvent.RESOLVE,
        resolution="sent a new one",
    )
    turn = a_turn(says("/case"), a_case(ANA))
    turn = replace(turn, conversation=replace(turn.conversation, past=(past,)))
    assert (
        "R\\-0 solved today at 12\\:00 UTC: sent a new one"
        in told_to_thread(at_once(verbs().work(turn)))[0]
    )


def test_a_mood_is_drawn_small() -> None:
    def at(negative: float, feeling: Feeling) -> MoodPoint:
        return MoodPoint(at=NOW, mood=Mood(negative=negative), feeling=feeling)

    curve = MoodCurve(
        points=(at(0, Feeling.NEUTRAL), at(0.5, Feeling.NEUTRAL), at(1, Feeling.ANGRY))
    )
    assert mood_line(curve, "en") == "▁▅█ neutral → angry"
    assert mood_line(curve, "es") == "▁▅█ neutral → enfado"
    assert mood_line(MoodCurve(points=curve.points[:1]), "en") == "▁ neutral"
    assert mood_line(MoodCurve(), "en") == ""
