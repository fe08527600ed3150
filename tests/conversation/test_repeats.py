"""The same question again and again, with time to read the answers in between."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.answering import Answering
from bot.conversation.replies import Replies
from bot.texts import say
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import Conversation, Memo
from bot.vocabulary.turns import Decision, Plan, Turn
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from tests.builders import a_conversation, a_message
from tests.fakes import ScriptedKnowledge

ANSWER = "It takes three working days."
ASKED = ["how long do you need to deliver?", "when do you deliver my parcel?", "deliver it when???"]


class Chat:
    """A conversation whose turns come a minute apart, without an engine."""

    def __init__(self) -> None:
        knowledge = ScriptedKnowledge(answers={"deliver": [("d1", ANSWER, 0.9)]})
        policy = ThresholdPolicy(Thresholds())
        self._answering = Answering(knowledge, policy, ChatDesk(language="en"))
        self.conversation = Conversation(ref=a_conversation())
        self._at = datetime.now(UTC)

    async def ask(self, text: str) -> Plan:
        self._at += timedelta(minutes=1)
        turn = Turn(
            id="0123456789",
            conversation=self.conversation,
            messages=(a_message(text),),
            started_at=self._at,
        )
        plan = await self._answering.answer(Replies(turn, "en"), text)
        self.conversation = Conversation(
            ref=turn.conversation.ref,
            memo=plan.memo or Memo(),
            history=(*turn.conversation.history, *plan.history),
        )
        return plan


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_the_second_time_a_person_is_offered_and_the_third_time_brought_in(
    chat: Chat,
) -> None:
    first, second, third = [await chat.ask(text) for text in ASKED]
    assert first.deliveries[0].message.text == ANSWER
    offer = say("conversation.offered_as_well", "en")
    assert second.deliveries[0].message.text == f"{ANSWER}\n\n{offer}"
    assert "asks the same for the second time" in second.receipt.reasons
    assert third.receipt.decision is Decision.HAND_OVER
    assert third.case is not None
    assert third.case.reason is CaseReason.REPEATED
    assert "asks the same for the third time" in third.receipt.reasons


async def test_another_question_in_between_begins_anew(chat: Chat) -> None:
    await chat.ask(ASKED[0])
    await chat.ask(ASKED[1])
    await chat.ask("do you sell bicycles?")
    plan = await chat.ask(ASKED[2])
    assert plan.receipt.decision is Decision.ANSWER
    assert chat.conversation.memo.repeats == 1


async def test_half_an_hour_without_a_good_answer_is_long_enough(chat: Chat) -> None:
    await chat.ask("do you sell bicycles?")
    chat.conversation = Conversation(
        ref=chat.conversation.ref,
        memo=Memo(waiting_since=datetime.now(UTC) - timedelta(minutes=40)),
    )
    plan = await chat.ask("what about skateboards?")
    assert plan.case is not None
    assert plan.case.reason is CaseReason.LOW_CONFIDENCE
    assert any(reason.startswith("no good answer for 4") for reason in plan.receipt.reasons)
