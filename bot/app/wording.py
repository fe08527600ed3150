"""Builds what puts agents' texts into other words, and into the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.models import deadlines
from bot.vocabulary.copilot import Rewriter, Translator
from config.settings import Settings
from knowledge.model import WritingModel
from knowledge.wording import ModelWording, ServiceOptions, TranslationService


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """Who rewrites and who translates; None where nothing is set for it."""

    rewriter: Rewriter | None
    translator: Translator | None


def build_wordings(settings: Settings, models: Sequence[WritingModel] = ()) -> Wordings:
    """Build both from opened models and ``[translation]``; a translation server goes before them."""
    model = ModelWording(models, deadlines(settings.llm)) if models else None
    if not settings.copilot.translate:
        return Wordings(rewriter=model, translator=None)
    return Wordings(rewriter=model, translator=_service(settings) or model)


def _service(settings: Settings) -> TranslationService | None:
    translation = settings.translation
    if not translation.url:
        return None
    return TranslationService(
        ServiceOptions(
            url=translation.url, api_key=translation.api_key, seconds=translation.seconds
        )
    )
