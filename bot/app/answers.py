"""Builds what stands around answers and what models may cost, from ``[answers]`` and ``[llm]``."""

from redis.asyncio import Redis

from bot.engine.tools.budgets import SharedBudget
from bot.vocabulary.budgets import Caps, Prices
from bot.vocabulary.knowledge import KnowledgeBase
from config.answers import AnswersSettings
from config.sections import LlmSettings
from config.settings import Settings
from knowledge import AnswerRule, AnswerRules, AnswerStyle, GuardedKnowledge


def guarded(settings: Settings, knowledge: KnowledgeBase) -> KnowledgeBase:
    """Put the rules of ``[answers]`` around a knowledge base."""
    rules = AnswerRules(
        AnswerRule(
            forbidden=rule.forbidden,
            when=rule.when,
            add=rule.add,
            languages=rule.languages,
            team=rule.team,
        )
        for rule in settings.answers.rules
    )
    return GuardedKnowledge(knowledge, rules, answer_style(settings.answers))


def answer_style(answers: AnswersSettings) -> AnswerStyle:
    """Build how answers sound."""
    return AnswerStyle(persona=answers.persona, tone=answers.tone, glossary=answers.glossary)


def build_budget(settings: Settings, redis: Redis) -> SharedBudget:
    """Build what counts the use of models for all processes of this installation."""
    deadline = settings.redis.deadline_seconds
    return SharedBudget(redis, caps_of(settings.llm), deadline=deadline)


def caps_of(llm: LlmSettings) -> Caps:
    """Return how much of models may be used."""
    return Caps(
        calls_per_minute=llm.calls_per_minute,
        person_tokens_per_day=llm.person_tokens_per_day,
        tenant_tokens_per_day=llm.tenant_tokens_per_day,
        tokens_per_day=llm.tokens_per_day,
        cost_per_day=llm.cost_per_day,
        cost_per_minute=llm.cost_per_minute,
    )


def prices_of(llm: LlmSettings) -> Prices:
    """Return what tokens cost."""
    return Prices(input=llm.input_price, output=llm.output_price)
