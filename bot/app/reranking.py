"""Hands on what the settings say of reranking, and looks whether it works."""

from collections.abc import Sequence

from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from knowledge import EmbeddedKnowledge
from knowledge.reranking import RerankedStore, RerankingOptions, open_reranker, try_reranker


def reranked(settings: Settings, knowledge: EmbeddedKnowledge) -> EmbeddedKnowledge:
    """Let the reranker of the settings order what a knowledge base finds; the same one without.

    Raises:
        ConfigurationError: The reranker can't be opened.
    """
    options = reranking_options(settings)
    if not options.model:
        return knowledge
    reranker = open_reranker(options)
    return knowledge.with_store(lambda store: RerankedStore(store, reranker, options))


def reranking_options(settings: Settings) -> RerankingOptions:
    """Translate the settings; an empty model stands for none."""
    knowledge = settings.knowledge
    return RerankingOptions(
        model=knowledge.reranker,
        url=knowledge.reranker_url,
        api_key=knowledge.reranker_api_key,
        seconds=knowledge.reranker_seconds,
    )


def reranking_findings(settings: Settings) -> Sequence[Finding]:
    """Have two texts put in order with the reranker that is set; nothing is said without one."""
    options = reranking_options(settings)
    if not options.model:
        return ()
    try:
        reranker = open_reranker(options)
    except ConfigurationError as error:
        return (Finding(subject="reranker", health=Health.BROKEN, text=str(error)),)
    failure = try_reranker(reranker, options)
    reranker.close()
    if failure is not None:
        return (Finding(subject="reranker", health=Health.BROKEN, text=failure),)
    return (
        Finding(subject="reranker", health=Health.GOOD, text=f"{options.model} gives an order."),
    )
