"""Human and shadow: people answer, the customer is told so kindly, and nothing is drafted where they see it."""

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.conversation.rollout.holding import in_words
from bot.texts import say
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.rollout import Arm, EvidenceKind, RolloutMode
from bot.vocabulary.turns import Outcome
from handoff.routing.hours import Hours
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Team
from handoff.routing.weekly import parse_holiday
from knowledge import EmbeddedKnowledge
from tests.builders import a_conversation
from tests.rollout.rolling import (
    PARCEL,
    RETURN,
    SAID,
    Counted,
    a_flow,
    change_to,
    kinds,
    rules,
    seen,
)

QUEUED = say("handoff.queued_topic", "en")
QUIET = [RolloutMode.HUMAN, RolloutMode.SHADOW]


@pytest.mark.parametrize("mode", QUIET)
async def test_people_answer_and_nothing_is_looked_up_before(
    redis_client: Redis, documents: EmbeddedKnowledge, mode: RolloutMode
) -> None:
    counted = Counted(documents)
    flow = a_flow(redis_client, counted, mode)
    [told] = await flow.write(RETURN)
    assert told.startswith(QUEUED)
    assert counted.asked == []
    conversation = await flow.conversation()
    assert conversation.owner.kind is OwnerKind.QUEUE
    case = conversation.case
    assert case is not None
    assert case.reason is CaseReason.TOPIC
    assert case.trial is not None
    assert (case.trial.topic, case.trial.mode, case.trial.arm) == ("Returns", mode, Arm.HUMAN)
    assert in_words(case.trial, "en") in (await flow.receipt()).reasons
    await flow.agent("/claim")
    await flow.write("it is a small one")
    await flow.ring()
    assert not any(SAID in text for text in flow.desk()), "no draft stands there by itself"


@pytest.mark.parametrize("mode", QUIET)
async def test_all_but_questions_works_as_ever(
    redis_client: Redis, documents: EmbeddedKnowledge, mode: RolloutMode
) -> None:
    flow = a_flow(redis_client, documents, mode)
    assert await flow.write("hello!") == [say("conversation.greeting", "en", prefix="/")]
    assert await flow.write("/help") == [say("conversation.help_people", "en", prefix="/")]
    await flow.write("thanks!")
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT
    [told] = await flow.write("I want to talk to a person")
    assert told.startswith(say("handoff.queued_requested", "en"))


async def test_the_bots_answers_are_promised_only_where_it_gives_some(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    modes = rules(RolloutMode.HUMAN, Returns=RolloutMode.CANARY)
    for some, expected in ((modes, "help"), (RolloutMode.COPILOT, "help_people")):
        flow = a_flow(redis_client, documents, some, customer=a_conversation(expected))
        assert await flow.write("/help") == [say(f"conversation.{expected}", "en", prefix="/")]
        await flow.write(PARCEL)
        await flow.agent("/claim")
        offered = [
            one.action for item in flow.adapter.shown for one in item.message.buttons
            if item.conversation == flow.customer
        ]  # fmt: skip
        assert ("bot" in offered) is (expected == "help"), (
            "who would go on with it waits for nothing"
        )


async def test_danger_is_as_urgent_as_ever(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.HUMAN)
    [told] = await flow.write("I want to kill myself")
    assert told.startswith(say("conversation.concern_self_harm", "en"))
    case = (await flow.conversation()).case
    assert case is not None
    assert case.reason is CaseReason.SELF_HARM


async def test_each_topic_has_its_own_mode(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    modes = rules(RolloutMode.AUTO, Returns=RolloutMode.HUMAN)
    flow = a_flow(redis_client, documents, modes)
    [answer] = await flow.write(PARCEL)
    assert "3 working days" in answer
    [told] = await flow.write(RETURN)
    assert told.startswith(QUEUED)


async def test_a_draft_in_silence_is_compared_with_the_human_and_shown_to_nobody(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.SHADOW)
    await flow.write(RETURN)
    await flow.ring()
    draft = (await flow.conversation()).memo.shadow
    assert draft is not None
    assert SAID in draft.text
    shown = [item.message.text for item in flow.adapter.shown]
    assert not any(SAID in text for text in shown)
    await flow.agent("/reply Let me check that for you.")
    assert await kinds(redis_client) == [], "what answers nothing is compared with nothing"
    await flow.agent("/reply Send the pan back in its box within 30 days, that is free.")
    await flow.agent("/reply By the way, our shop in Vigo opens at nine on Mondays.")
    await flow.agent("/resolve")
    [compared, settled] = await seen(redis_client)
    assert (compared.kind, compared.good) == (EvidenceKind.DRAFT, True)
    assert compared.score is not None
    assert compared.score > 0.5
    assert (settled.kind, settled.good, settled.id) == (EvidenceKind.ANSWERED, True, compared.id)
    assert {(one.topic, one.mode, one.arm) for one in (compared, settled)} == {
        ("Returns", RolloutMode.SHADOW, Arm.HUMAN)
    }


async def test_a_draft_that_says_something_else_is_not_as_good(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.SHADOW)
    await flow.write(RETURN)
    await flow.ring()
    await flow.agent(
        "/reply Sorry, pans that were used for cooking can't be taken back by us at all."
    )
    assert await kinds(redis_client) == [(EvidenceKind.DRAFT, False)]


async def test_what_the_bot_would_not_have_said_is_not_compared(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.SHADOW)
    await flow.write("do you know a good dentist in Vigo?")
    await flow.ring()
    assert (await flow.conversation()).memo.shadow is None
    await flow.agent("/reply No, sorry, we only sell pans.")
    assert await kinds(redis_client) == []


async def test_a_silent_draft_comes_too_late_for_an_answered_case(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    counted = Counted(documents)
    flow = a_flow(redis_client, counted, RolloutMode.SHADOW)
    await flow.write(RETURN)
    alarms = (await flow.conversation()).alarms
    assert [one.kind for one in alarms if one.kind is AlarmKind.SHADOW] == [AlarmKind.SHADOW]
    await flow.agent("/reply Send it back.")
    await flow.ring()
    assert counted.asked == []
    assert (await flow.conversation()).memo.shadow is None


async def test_nobody_is_told_that_the_bot_goes_on_where_it_does_not(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    today = datetime.now(UTC).date()
    closed = Hours(week=(), holidays=(parse_holiday(today.isoformat()),))
    office = Office(teams=(Team(name="Team", hours=closed),), pace=Pace(on_nobody="bot"))
    flow = a_flow(redis_client, documents, RolloutMode.HUMAN, office=office)
    [told] = await flow.write(RETURN)
    assert say("timing.goes_on", "en") not in told
    assert say("timing.goes_on_kept", "en") in told


async def test_modes_change_between_turns_without_harm(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents)
    [answer] = await flow.write(RETURN)
    assert SAID in answer
    change_to(flow, documents, RolloutMode.HUMAN)
    [told] = await flow.write("that's not what I asked")
    assert told.startswith(QUEUED)
    assert (EvidenceKind.REJECTED, False) in await kinds(redis_client)
    change_to(flow, documents, RolloutMode.AUTO)
    await flow.write(PARCEL)
    assert (await flow.receipt()).outcome is Outcome.RELAYED, "who is with people stays with them"
    await flow.agent("/claim")
    await flow.agent("/resolve")
    [answer] = await flow.write(PARCEL)
    assert "3 working days" in answer


async def test_a_word_on_how_it_went_is_no_question_for_people(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.HUMAN)
    await flow.write(RETURN)
    await flow.agent("/reply Send it back.")
    await flow.agent("/resolve")
    case = (await flow.conversation()).case
    assert case is not None
    await flow.press(f"csat:{case.id}:5")
    assert await flow.write("The parcel came well wrapped too") == [say("after.word_taken", "en")]
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT
    [told] = await flow.write("And how do I return another pan?")
    assert told.startswith(QUEUED)
