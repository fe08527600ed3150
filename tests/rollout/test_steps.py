"""Copilot, canary and auto: drafts that are sent or not, arms that stay, answers and what comes of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.app.rollout.falling import outcomes
from bot.conversation.rollout.rules import SALT
from bot.engine import codec
from bot.engine.gaps import Gaps
from bot.engine.keys import ConversationKeys
from bot.rollout.assigning import arm_of
from bot.texts import say
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.gaps import GapKind
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.rollout import Arm, EvidenceKind, RolloutMode
from bot.vocabulary.turns import Outcome
from knowledge import EmbeddedKnowledge
from tests.builders import a_conversation
from tests.flows.kit import Flow
from tests.flows.test_asking_back import QUESTION, NearKnowledge
from tests.rollout.rolling import PARCEL, RETURN, SAID, a_flow, change_to, kinds, rules, seen

QUEUED = say("handoff.queued_topic", "en")


def customers_of(arm: Arm, share: float, count: int = 3) -> list[ConversationRef]:
    """Return conversations that the draw gives to an arm."""
    places = (a_conversation(f"c{number}") for number in range(1000))
    found = (one for one in places if arm_of(str(one), "Returns", share=share, salt=SALT) is arm)
    return [next(found) for _ in range(count)]


async def test_in_copilot_a_draft_stands_in_the_thread_and_a_click_sends_it(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.COPILOT)
    [told] = await flow.write(RETURN)
    assert told.startswith(QUEUED)
    assert SAID not in told
    assert SAID in flow.desk()[0]
    [button] = [
        one for one in flow.seen_by_agents()[0].buttons if one.action.startswith("case:send")
    ]
    await flow.agent(button.action)
    assert SAID in flow.last().text
    assert await kinds(redis_client) == [(EvidenceKind.USED, True), (EvidenceKind.DRAFT, True)]


async def test_in_copilot_nobody_sees_an_answer_begin(redis_client: Redis) -> None:
    sure = NearKnowledge(confidence=0.9)
    flow = a_flow(redis_client, sure, RolloutMode.COPILOT)
    await flow.write(QUESTION["en"])
    assert len(sure.queries) > 0
    assert flow.adapter.previews == []
    others = a_flow(redis_client, sure, customer=a_conversation("another"))
    await others.write(QUESTION["en"])
    assert others.adapter.previews != []


async def test_in_copilot_a_question_without_an_answer_is_a_gap(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.COPILOT)
    await flow.write("do you know a good dentist in Vigo?")
    began = datetime.now(UTC) - timedelta(minutes=1)
    [gap] = await Gaps(redis_client, deadline=5).since(began)
    assert (gap.kind, gap.question) == (GapKind.UNANSWERED, "do you know a good dentist in Vigo?")
    await flow.agent("/reply Sorry, no.")
    assert await kinds(redis_client) == [], "what the bot would not have said is not compared"


async def test_in_copilot_other_words_are_compared(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.COPILOT)
    await flow.write(RETURN)
    await flow.agent(
        "/reply Just send it back in its box within 30 days: returning the pan is free."
    )
    assert await kinds(redis_client) == [(EvidenceKind.USED, False), (EvidenceKind.DRAFT, True)]


async def test_what_was_taken_back_does_not_count_against_a_draft_that_is_sent_then(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.COPILOT)
    await flow.write(RETURN)
    await flow.agent("/reply Pans can never be returned to any shop.")
    await flow.agent("/undo")
    await flow.agent("/send")
    last = {one.kind: one.good for one in await seen(redis_client)}
    assert last == {EvidenceKind.USED: True, EvidenceKind.DRAFT: True}


async def test_a_canary_answers_its_share_and_people_with_a_draft_the_others(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    bots, peoples = customers_of(Arm.BOT, 0.5, 1)[0], customers_of(Arm.HUMAN, 0.5, 1)[0]
    flow = a_flow(redis_client, documents, RolloutMode.CANARY, customer=bots)
    [answer] = await flow.write(RETURN)
    assert SAID in answer
    flow = a_flow(redis_client, documents, RolloutMode.CANARY, customer=peoples)
    [told] = await flow.write(RETURN)
    assert told.startswith(QUEUED)
    assert SAID in flow.desk()[0]
    await flow.agent("/send")
    await flow.agent("/resolve")
    assert {(one.kind, one.arm) for one in await seen(redis_client)} == {
        (EvidenceKind.ANSWERED, Arm.BOT),
        (EvidenceKind.USED, Arm.HUMAN),
        (EvidenceKind.DRAFT, Arm.HUMAN),
        (EvidenceKind.ANSWERED, Arm.HUMAN),
    }


@pytest.mark.parametrize(
    ("mode", "kinds_seen"),
    [
        (RolloutMode.CANARY, [(EvidenceKind.SETTLED, True), (EvidenceKind.RATED, False)]),
        (RolloutMode.AUTO, [(EvidenceKind.RATED, False)]),
    ],
)
async def test_what_the_bot_passes_on_at_once_counts_in_a_canarys_arm_and_is_not_watched(
    redis_client: Redis,
    documents: EmbeddedKnowledge,
    mode: RolloutMode,
    kinds_seen: list[tuple[EvidenceKind, bool]],
) -> None:
    flow = a_flow(redis_client, documents, rules(mode, 0.999))
    await flow.write("do you know a good dentist in Vigo?")
    await flow.write("and a plumber in Lugo?")
    case = (await flow.conversation()).case
    assert case is not None
    await flow.agent("/claim")
    await flow.agent("/resolve")
    await flow.press(f"csat:{case.id}:2")
    found = await seen(redis_client)
    assert [(one.kind, one.good) for one in found] == kinds_seen
    assert {one.arm for one in found} == {Arm.BOT}
    assert outcomes(found) == []


async def test_an_arm_stays_over_restarts_and_a_larger_share(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    """The bot's arm is left neither for a restart nor when the share becomes smaller again."""
    for customer in customers_of(Arm.BOT, 0.3, 2):
        for share in (0.3, 0.6, 0.01):
            modes = rules(RolloutMode.CANARY, share)
            flow = a_flow(redis_client, documents, modes, customer=customer)
            assert SAID in (await flow.write(RETURN))[0], share
    [customer] = [
        one for one in customers_of(Arm.HUMAN, 0.3, 9) if one in customers_of(Arm.BOT, 0.9, 9)
    ][:1]
    flow = a_flow(redis_client, documents, rules(RolloutMode.CANARY, 0.3), customer=customer)
    assert (await flow.write(RETURN))[0].startswith(QUEUED)
    await flow.agent("/resolve")
    change_to(flow, documents, rules(RolloutMode.CANARY, 0.9))
    assert SAID in (await flow.write(RETURN))[0], "a larger share takes in more"


async def test_what_becomes_of_an_answer_is_noted(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents)
    await flow.write(PARCEL)
    await flow.write(RETURN)
    await flow.rate("down")
    await flow.write("I want to talk to a human")
    await flow.agent("/claim")
    await flow.agent("/resolve")
    case = (await flow.conversation()).case
    assert case is not None
    await flow.press(f"csat:{case.id}:2")
    found = await seen(redis_client)
    parcel, pan = found[0], found[1]
    assert (parcel.topic, pan.topic) == ("", "Returns")
    assert [one.kind for one in found if one.id == parcel.id] == [EvidenceKind.ANSWERED]
    assert [(one.kind, one.good) for one in found if one.id == pan.id] == [
        (EvidenceKind.ANSWERED, True),
        (EvidenceKind.REJECTED, False),
        (EvidenceKind.HANDED, False),
        (EvidenceKind.RATED, False),
    ]
    assert {one.arm for one in found} == {Arm.BOT}


async def test_an_answer_is_not_to_blame_for_what_is_asked_next(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents)
    await flow.write(RETURN)
    await flow.write("My lawyer will sue you because of the broken shelf you sold me")
    assert (await flow.receipt()).outcome is Outcome.HANDED_OVER
    assert await kinds(redis_client) == [(EvidenceKind.ANSWERED, True)]


async def test_a_customer_who_is_back_with_the_same_had_not_been_helped(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents)
    await flow.write(RETURN)
    await flow.write(RETURN)
    assert {kind for kind, _ in await kinds(redis_client)} == {EvidenceKind.ANSWERED}
    await asked_earlier(flow, timedelta(hours=30))
    await flow.write(RETURN)
    first, *_, returned, again = await seen(redis_client)
    assert (returned.kind, returned.good, returned.id) == (EvidenceKind.RETURNED, False, first.id)
    assert again.kind is EvidenceKind.ANSWERED
    assert again.id != first.id
    await asked_earlier(flow, timedelta(days=9))
    await flow.write(RETURN)
    assert sum(one.kind is EvidenceKind.RETURNED for one in await seen(redis_client)) == 1


async def asked_earlier(flow: Flow, age: timedelta) -> None:
    """Let the last matter lie back so long."""
    key = ConversationKeys(flow.customer).state
    memo = (await flow.conversation()).memo
    assert memo.trial is not None
    earlier = replace(memo, trial=replace(memo.trial, at=memo.trial.at - age))
    await flow.redis.hset(key, "memo", codec.dumps(codec.memo, earlier))


async def test_a_case_that_is_asked_for_again_was_not_over(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    flow = a_flow(redis_client, documents, RolloutMode.HUMAN)
    await flow.write(RETURN)
    await flow.agent("/reply Send it back within 30 days.")
    await flow.agent("/resolve")
    await flow.write("human please")
    assert await kinds(redis_client) == [
        (EvidenceKind.ANSWERED, True),
        (EvidenceKind.RETURNED, False),
    ]


async def test_evidence_names_nobody(redis_client: Redis, documents: EmbeddedKnowledge) -> None:
    flow = a_flow(redis_client, documents, customer=a_conversation("carlas-own"))
    await flow.write(RETURN)
    key = ConversationKeys(flow.customer).evidence
    stored = str(await redis_client.xrange(key))
    assert "carla" not in stored.lower()
    assert "pan" not in stored.lower()
    receipt = await flow.receipt()
    assert receipt.turn_id not in stored
    assert await redis_client.ttl(key) > 0


async def test_a_pressed_choice_goes_to_people_where_they_answer_by_now(
    redis_client: Redis,
) -> None:
    near = NearKnowledge()
    flow = a_flow(redis_client, near)
    await flow.write(QUESTION["en"])
    choice = next(one for one in flow.last().buttons if one.action.startswith("choose:"))
    change_to(flow, near, RolloutMode.HUMAN)
    [told] = await flow.press(choice.action)
    assert told.startswith(QUEUED)
    conversation = await flow.conversation()
    assert (conversation.owner.kind, conversation.memo.question) == (
        OwnerKind.QUEUE,
        QUESTION["en"],
    )


@pytest.mark.parametrize("mode", [RolloutMode.AUTO, RolloutMode.CANARY])
async def test_the_receipt_of_a_case_names_the_mode_unless_the_bot_does_all(
    redis_client: Redis, documents: EmbeddedKnowledge, mode: RolloutMode
) -> None:
    flow = a_flow(redis_client, documents, rules(mode, 0.999))
    await flow.write("do you know a good dentist in Vigo?")
    await flow.write("and a plumber in Lugo?")
    receipt = await flow.receipt()
    assert receipt.outcome is Outcome.HANDED_OVER
    named = [reason for reason in receipt.reasons if reason.startswith("Rollout:")]
    words = ["Rollout: canary, topic everything else, answered by the bot"]
    assert named == (words if mode is RolloutMode.CANARY else [])
