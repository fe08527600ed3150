"""Rules of the operator in whole conversations: forbidden topics, and what must be said."""

from redis.asyncio import Redis

from bot.texts import say
from bot.vocabulary.turns import Decision, Outcome
from knowledge import AnswerRule, AnswerRules, AnswerStyle, GuardedKnowledge
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

RULES = AnswerRules(
    [
        AnswerRule(forbidden=("legal advice", "asesoría legal", "lawsuits")),
        AnswerRule(when=("refund",), add="*Your statutory rights stay.*", languages=("en",)),
    ]
)
STYLE = AnswerStyle(glossary={"parcel": ("package",)})


def a_flow(redis: Redis, text: str) -> Flow:
    knowledge = ScriptedKnowledge(answers={"lamp": [("d1", text, 0.9)]})
    flow = Flow(redis, knowledge)
    flow.use(GuardedKnowledge(knowledge, RULES, STYLE))
    return flow


async def test_a_forbidden_topic_is_declined_and_a_person_comes_when_wanted(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, "Sue them.")
    assert await flow.write("can you give me some legal advice?") == [
        say("conversation.declined", "en")
    ]
    receipt = await flow.receipt()
    assert (receipt.decision, receipt.outcome) == (Decision.OFFER_HUMAN, Outcome.CLARIFIED)
    assert any("legal advice" in reason for reason in receipt.reasons)
    assert flow.knowledge.queries == [], "nobody was asked"
    await flow.write("yes please")
    assert (await flow.receipt()).outcome is Outcome.HANDED_OVER


async def test_an_answer_about_a_forbidden_topic_is_declined_too(redis_client: Redis) -> None:
    flow = a_flow(redis_client, "A lawsuit would be best.")
    assert await flow.write("what would you do about a broken lamp?") == [
        say("conversation.declined", "en")
    ]


async def test_required_phrases_and_words_of_the_house_reach_the_customer(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, "Send the package back. Refunds take 5 days.")
    [shown] = await flow.write("how do I return a lamp?")
    assert shown.startswith(
        "Send the parcel back. Refunds take 5 days.\n\n*Your statutory rights stay.*"
    )
