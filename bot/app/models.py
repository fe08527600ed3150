"""Lets a language model write the answers, when the settings name one."""

from collections.abc import Sequence
from dataclasses import replace

from bot.app.answers import answer_style, prices_of
from bot.vocabulary.budgets import Budget, NoBudget
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.platforms import Finding, Health
from config.sections import LlmSettings
from config.settings import Settings
from knowledge.model import (
    Deadlines,
    EvidentKnowledge,
    GroundedKnowledge,
    Manner,
    ModelSpec,
    Spending,
    WritingModel,
    check_model,
)


def open_models(settings: Settings, budget: Budget | None = None) -> tuple[WritingModel, ...]:
    """Open the models that the settings name, in the order in which they are asked.

    Each has one breaker for all that is asked of it, so a process opens them once. Without a
    ``budget`` nothing is counted, as befits commands in a terminal.

    Raises:
        ConfigurationError: A model can't be opened.
    """
    spending = Spending(budget=budget or NoBudget(), prices=prices_of(settings.llm))
    return tuple(WritingModel.open(spec, spending) for spec in model_specs(settings.llm))


def with_model(
    settings: Settings, knowledge: EvidentKnowledge, models: Sequence[WritingModel]
) -> KnowledgeBase:
    """Return a knowledge base whose answers these models write; the same one without any."""
    if not models:
        return knowledge
    manner = Manner(
        instructions=answer_style(settings.answers).instructions(),
        max_input_tokens=settings.llm.max_input_tokens,
        deadlines=deadlines(settings.llm),
        link_hosts=frozenset(settings.answers.link_hosts),
    )
    return GroundedKnowledge(knowledge, models, manner)


async def check_finding(settings: Settings, spec: ModelSpec) -> Finding:
    """Ask a model for a word, and say what is wrong and what helps when it gives none."""
    subject = "fallback model" if spec.setting.endswith("fallback_model") else "model"
    try:
        problem = await check_model(spec, deadlines(settings.llm))
    except ConfigurationError as error:
        problem = str(error)
    if problem is not None:
        return Finding(subject=subject, health=Health.BROKEN, text=problem)
    return Finding(subject=subject, health=Health.GOOD, text=f"{spec.name} answers.")


def deadlines(llm: LlmSettings) -> Deadlines:
    """Return how long a model may take."""
    return Deadlines(
        first_token=llm.first_token_seconds,
        inter_token=llm.inter_token_seconds,
        total=llm.total_seconds,
    )


def model_specs(llm: LlmSettings) -> list[ModelSpec]:
    """Return the models that are set, in the order in which they are asked."""
    if not llm.model:
        return []
    first = ModelSpec(
        name=llm.model,
        base_url=llm.base_url,
        api_key=llm.api_key,
        temperature=llm.temperature,
        max_output_tokens=llm.max_output_tokens,
        timeout_seconds=llm.total_seconds,
    )
    return [first, _second(first, llm)] if llm.fallback_model else [first]


def _second(first: ModelSpec, llm: LlmSettings) -> ModelSpec:
    """The second model; an address or a key of the first one never goes to another provider."""
    second = replace(
        first,
        name=llm.fallback_model,
        base_url=llm.fallback_base_url,
        api_key=llm.fallback_api_key,
        setting="llm.fallback_model",
    )
    if second.provider != first.provider or second.base_url:
        return second
    return replace(second, base_url=first.base_url, api_key=second.api_key or first.api_key)
