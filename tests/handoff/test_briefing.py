"""What an agent reads first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.texts import LANGUAGES, say
from bot.vocabulary.cases import CaseEvent, CaseReason, CaseStatus, Priority, Promise
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.knowledge import Answer, Confidence
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.mood import Concern, Feeling, Heard, Mood, MoodCurve, MoodPoint
from bot.vocabulary.turns import Delivery, Lane, Plan, Turn
from handoff.copilot.help import Copilot
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office
from handoff.routing.teams import Team
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, NOW, a_case, in_lane

LIVE = ("http://", "https://", "evil.example", "t.me/")
ASKED = HistoryLine(speaker=Speaker.CUSTOMER, name="Carla", text="my pan broke", at=NOW)
TOLD = HistoryLine(speaker=Speaker.BOT, name="Relevo", text="Send it back in 30 days.", at=NOW)
NO = replace(ASKED, text="no, that's not it")
OTHER = replace(TOLD, text="Wash it by hand.")
ANSWER = Answer(
    text="We send you a new pan.\n\nKeep the old one.",
    language="en",
    sources=(),
    confidence=Confidence(value=0.31),
)
REQUEST = HandoverRequest(
    reason=CaseReason.REJECTED,
    reasons=("third rejection", "best source 0.31"),
    language="en",
    question="my pan broke, what now?",
)


def handed_over(
    *history: HistoryLine,
    request: HandoverRequest = REQUEST,
    language: str = "en",
    copilot: Copilot | None = None,
    memo: Memo | None = None,
    **conversation: Any,
) -> Plan:
    office = Office(
        teams=(Team(name="support", promises={Priority.NORMAL: {Promise.FIRST_REPLY: 15}}),)
    )
    desk = ChatDesk(language=language, office=office, copilot=copilot)
    turn = Turn(
        id="turn1abcdef",
        conversation=Conversation(
            ref=a_conversation(), history=history, memo=memo or Memo(), **conversation
        ),
        messages=(a_message("a person, please"),),
        started_at=NOW,
    )
    return desk.hand_over(turn, request)


def thread_of(plan: Plan) -> list[Delivery]:
    return in_lane(plan, Lane.DESK)


def card(plan: Plan) -> OutgoingMessage:
    return thread_of(plan)[0].message


def test_two_lines_say_who_wants_what_and_where_it_stands() -> None:
    text = card(handed_over(ASKED, TOLD, NO, OTHER, memo=Memo(rejections=2))).text
    assert "- **Wants:** my pan broke, what now?" in text
    assert "- **Stands:** the bot has answered 2 times · rejected: 2" in text
    assert "- **Why you:** third rejection; best source 0\\.31" in text


def test_a_first_message_has_nothing_tried_and_no_transcript() -> None:
    plan = handed_over()
    assert "nothing was tried yet" in card(plan).text
    assert "So far" not in card(plan).text
    assert [item.message.text for item in thread_of(plan)[1:]] == ["a person, please"]


def test_what_was_tried_comes_with_what_the_customer_said_to_it() -> None:
    memo = Memo(rejections=2, rejected=("returns.md",))
    text = card(handed_over(ASKED, TOLD, NO, OTHER, memo=memo)).text
    assert "- Send it back in 30 days\\. → *no, that's not it*" in text
    assert "- Wash it by hand\\. → *a person, please*" in text
    assert "Not what they wanted: returns\\.md" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_shown_of_the_memory_is_not_what_the_bot_tried(language: str) -> None:
    asked = replace(ASKED, text="/memory")
    lines = [replace(TOLD, text=say(f"memory.line_{it}", language)) for it in ("show", "code")]
    text = card(handed_over(asked, lines[0], asked, lines[1])).text
    assert "nothing was tried yet" in text


def test_what_people_said_before_is_not_what_the_bot_tried() -> None:
    marker = replace(ASKED, speaker=Speaker.MARKER, text="back with the bot")
    text = card(handed_over(ASKED, TOLD, marker, NO)).text
    assert "nothing was tried yet" in text
    assert "*back with the bot*" in text


def test_a_mood_a_concern_and_promises_stand_there() -> None:
    points = tuple(
        MoodPoint(at=NOW, mood=Mood(negative=negative), feeling=feeling)
        for negative, feeling in ((0.1, Feeling.NEUTRAL), (0.95, Feeling.ANGRY))
    )
    request = replace(
        REQUEST,
        mood=MoodCurve(points=points, level=0.8),
        concern=Heard(concern=Concern.LEGAL, words="my lawyer"),
        tier="gold",
        subject="pans",
    )
    text = card(handed_over(request=request)).text
    for words in ("▁█ neutral → angry", "**Legal:** my lawyer", "**Team:** support"):
        assert words in text, words
    for words in ("**Priority:** high", "**Tier:** gold", "**Topic:** pans", "**First reply by:**"):
        assert words in text, words


def test_earlier_cases_stand_there_with_how_they_ended() -> None:
    before = a_case(
        ANA,
        id="R-0",
        status=CaseStatus.RESOLVED,
        closed_by=CaseEvent.RESOLVE,
        resolution="sent a new one",
        changed_at=NOW - timedelta(days=400),
    )
    older = replace(before, id="R-00", closed_by=CaseEvent.RETURN, resolution="")
    text = card(handed_over(case=before, past=(older,))).text
    assert "R\\-0 solved" in text
    assert "sent a new one" in text
    assert "R\\-00 given back to the bot" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_of_a_customer_lives(language: str) -> None:
    words = "see http://evil.example/x or t.me/evil and evil.example"
    said = replace(ASKED, text=words, name="t.me/carla")
    request = replace(
        REQUEST,
        question=words,
        reasons=(f"asked ({words})",),
        concern=Heard(concern=Concern.THREAT, words=words),
    )
    past = a_case(ANA, id="R-0", status=CaseStatus.RESOLVED, resolution=words)
    lines = [line for _ in range(5) for line in (said, TOLD)]
    plan = handed_over(*lines, request=request, language=language, case=past)
    shown = thread_of(plan)
    for item in shown:
        text = f"{item.opens_thread or ''} {item.message.text}".replace("\\", "")
        assert not any(live in text for live in LIVE), text
    assert "hxxp" in shown[0].message.text


def test_a_longer_conversation_follows_at_once_in_full() -> None:
    lines = [
        replace(ASKED, text=f"line {number} and more", at=NOW + timedelta(seconds=number))
        for number in range(40)
    ]
    shown = thread_of(handed_over(*lines))
    assert shown[0].opens_thread is not None
    assert all(f"line {number} and" in shown[1].message.text for number in range(40))
    assert shown[1].message.is_literal
    assert shown[-1].message.text == "a person, please"


def test_of_a_very_long_one_the_newest_page_with_the_way_to_the_rest() -> None:
    lines = [replace(ASKED, text=f"line {number} " + "x" * 100) for number in range(200)]
    _, transcript, relayed = (item.message.text for item in thread_of(handed_over(*lines)))
    assert "line 199 " in transcript
    assert transcript.endswith("/transcript 2")
    assert relayed == "a person, please"


def test_the_draft_can_be_sent_from_the_briefing() -> None:
    request = replace(REQUEST, answer=ANSWER)
    plan = handed_over(request=request, copilot=Copilot())
    assert "> We send you a new pan.\n>\n> Keep the old one." in card(plan).text
    actions = [button.action for button in card(plan).buttons]
    assert actions[-2:] == ["case:send:turn1abc", "case:edit:turn1abc"]
    assert plan.memo is not None
    assert [draft.id for draft in plan.memo.drafts] == ["turn1abc"]
    assert plan.memo.drafts[0].text == ANSWER.text


def test_without_a_copilot_the_draft_is_to_be_read() -> None:
    plan = handed_over(request=replace(REQUEST, answer=ANSWER))
    assert "We send you a new pan." in card(plan).text
    assert not [one for one in card(plan).buttons if "send" in one.action]
    assert plan.memo is not None
    assert plan.memo.drafts == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_enough_for_a_phone(language: str) -> None:
    long = [replace(line, text="words " * 400) for _ in range(20) for line in (ASKED, TOLD)]
    request = replace(REQUEST, question="why " * 500)
    text = card(handed_over(*long, request=request, language=language)).text
    assert len(text) < 1800
    assert max(map(len, text.splitlines())) < 400


def test_what_the_bot_said_is_quoted_without_its_markup() -> None:
    told = replace(TOLD, text="Send it back in **30** days.")
    assert "- Send it back in 30 days\\." in card(handed_over(ASKED, told)).text
