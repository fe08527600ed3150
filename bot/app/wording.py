"""Builds what puts agents' texts into other words, and into the customer's language."""

from dataclasses import dataclass

from bot.app.answers import prices_of
from bot.app.models import deadlines, model_specs
from bot.vocabulary.budgets import Budget, NoBudget
from bot.vocabulary.copilot import Rewriter, Translator
from config.settings import Settings
from knowledge.model import Spending, WritingModel
from knowledge.wording import ModelWording, ServiceOptions, TranslationService


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """Who rewrites and who translates; None where nothing is set for it."""

    rewriter: Rewriter | None
    translator: Translator | None


def build_wordings(settings: Settings, budget: Budget | None = None) -> Wordings:
    """Build both from ``[llm]`` and ``[translation]``; a translation server goes before the model.

    Raises:
        ConfigurationError: A model can't be opened.
    """
    model = _model_wording(settings, budget or NoBudget())
    if not settings.copilot.translate:
        return Wordings(rewriter=model, translator=None)
    return Wordings(rewriter=model, translator=_service(settings) or model)


def _model_wording(settings: Settings, budget: Budget) -> ModelWording | None:
    specs = model_specs(settings.llm)
    if not specs:
        return None
    spending = Spending(budget=budget, prices=prices_of(settings.llm))
    models = [WritingModel.open(spec, spending) for spec in specs]
    return ModelWording(models, deadlines(settings.llm))


def _service(settings: Settings) -> TranslationService | None:
    translation = settings.translation
    if not translation.url:
        return None
    return TranslationService(
        ServiceOptions(
            url=translation.url, api_key=translation.api_key, seconds=translation.seconds
        )
    )
