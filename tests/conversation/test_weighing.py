"""What the policy weighs of a turn: repeats, waits, costs, and who asks about what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.asking import Asking, Matter
from bot.conversation.escalating.weighing import A_GLANCE, counted, signals_of, weighed, with_answer
from bot.conversation.replies import Replies
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.handover import Signals
from bot.vocabulary.knowledge import Answer, Confidence
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.turns import Turn
from tests.builders import a_message
from tests.fakes import a_source

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOME = ConversationRef(platform=Platform.SLACK, tenant_id="T1", channel_id="C1")
ANSWER = Answer(
    text="It takes three working days.",
    language="en",
    sources=(a_source("d1", score=0.7),),
    considered=(a_source("d2", score=0.6),),
    confidence=Confidence(value=0.9),
    cost=0.02,
)
NOTHING = Answer(text="", language="en", sources=(), confidence=Confidence(value=0.05))


def replies(memo: Memo | None = None, *lines: HistoryLine, at: datetime = NOON) -> Replies:
    conversation = Conversation(ref=HOME, memo=memo or Memo(), history=lines)
    messages = (a_message("again", conversation=HOME),)
    return Replies(Turn(id="t", conversation=conversation, messages=messages, started_at=at), "en")


def line(
    text: str, *, speaker: Speaker = Speaker.BOT, seconds: float = A_GLANCE.total_seconds()
) -> HistoryLine:
    return HistoryLine(speaker=speaker, name="x", text=text, at=NOON - timedelta(seconds=seconds))


ASKED = Memo(question="how long does delivery take", cited=("d1",), repeats=1, cost=0.5)
TOLD = line("**Delivery**\n\nIt takes three working days.")


@pytest.mark.parametrize(
    ("question", "found", "lines", "repeats"),
    [
        ("how long does delivery take", ANSWER, [TOLD], 2),
        ("when will my parcel be here", ANSWER, [TOLD], 2),
        ("when will my parcel be here", replace(ANSWER, text="three working days."), [TOLD], 0),
        ("is it free", replace(ANSWER, text="Yes."), [line("Yes.")], 0),
        ("how long does delivery take?", replace(ANSWER, text="Half a week."), [TOLD], 2),
        ("does delivery cost more", replace(ANSWER, text="It is free."), [TOLD], 0),
        ("how long does delivery take", NOTHING, [TOLD], 2),
        ("do you sell bicycles", NOTHING, [TOLD], 0),
        (
            "when will my parcel be here",
            ANSWER,
            [TOLD, line("back with the bot", speaker=Speaker.MARKER)],
            0,
        ),
        (
            "how long does delivery take",
            ANSWER,
            [line("It takes three working days.", seconds=1)],
            1,
        ),
    ],
)
def test_a_repeat_is_the_same_again_in_whatever_words(
    question: str, found: Answer, lines: list[HistoryLine], repeats: int
) -> None:
    memo = counted(ASKED, replies(ASKED, *lines), question, found)
    assert memo.repeats == repeats
    assert memo.cost == pytest.approx(0.5 + found.cost)


def test_the_first_question_repeats_nothing() -> None:
    assert counted(Memo(), replies(), "how long", ANSWER).repeats == 0


def test_the_wait_begins_with_the_first_question_without_a_good_answer() -> None:
    unsure = weighed(Memo(), Signals(), NOON, is_sure=False)
    later = weighed(unsure, Signals(), NOON + timedelta(minutes=20), is_sure=False)
    assert (later.waiting_since, later.unsure) == (NOON, 2)
    at = NOON + timedelta(minutes=40)
    assert signals_of(replies(later, at=at), Asking(), "?").waited_minutes == 40
    assert weighed(later, Signals(), at, is_sure=True) == Memo()


def test_whoever_comes_back_the_next_day_has_not_waited() -> None:
    memo = Memo(waiting_since=NOON)
    at = NOON + timedelta(hours=20)
    assert signals_of(replies(memo, at=at), Asking(), "?").waited_minutes == 0
    assert weighed(memo, Signals(), at, is_sure=False).waiting_since == at
    assert (
        signals_of(replies(memo, at=NOON - timedelta(hours=1)), Asking(), "?").waited_minutes == 0
    )


def test_a_forbidden_topic_is_no_sign_of_unsureness() -> None:
    signals = with_answer(Signals(), Memo(), replace(NOTHING, declined="taxes"))
    assert (signals.topic, signals.confidence) == ("taxes", None)
    assert weighed(Memo(), signals, NOON, is_sure=False).unsure == 0


def test_what_was_found_is_weighed_with_its_best_source() -> None:
    signals = with_answer(Signals(), Memo(cost=0.3, repeats=1), ANSWER)
    assert (signals.confidence, signals.best_source) == (0.9, 0.7)
    assert (signals.cost, signals.repeats) == (0.3, 1)
    assert with_answer(Signals(), Memo(), NOTHING).confidence is None


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ({"gold": {"slack:T1"}}, "gold"),
        ({"gold": {"slack:T1"}, "iron": {"slack:carla"}}, "iron"),
        ({"gold": {"slack:carla"}, "iron": {"slack:T1:carla"}}, "iron"),
        ({"gold": {"slack:T2"}, "iron": {"telegram:carla"}}, None),
        ({}, None),
    ],
)
def test_a_persons_own_tier_counts_before_that_of_their_place(
    tiers: dict[str, set[str]], expected: str | None
) -> None:
    asking = Asking(tiers={name: frozenset(members) for name, members in tiers.items()})
    assert asking.tier(replies().turn) == expected


def test_signals_know_what_a_question_is_about() -> None:
    asking = Asking(matter_of=lambda text, language: Matter(subject=text[:5], team=language))
    signals = signals_of(replies(), asking, "money back")
    assert (signals.subject, signals.team, signals.language) == ("money", "en", "en")
