"""Hands on what the settings say of embeddings, and looks whether it works."""

from collections.abc import Sequence

from bot.vocabulary.errors import RelevoError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from knowledge.embedding import EmbeddingOptions, choose_embedder


def embedding_options(settings: Settings) -> EmbeddingOptions:
    """Translate the settings; without a model they stand for Relevo's own vectors."""
    embeddings = settings.embeddings
    return EmbeddingOptions(
        model=embeddings.model,
        base_url=embeddings.base_url,
        api_key=embeddings.api_key,
        query_prefix=embeddings.query_prefix,
        passage_prefix=embeddings.passage_prefix,
        batch=embeddings.batch,
        timeout_seconds=embeddings.timeout_seconds,
        deadline_seconds=embeddings.deadline_seconds,
    )


def embedding_findings(settings: Settings) -> Sequence[Finding]:
    """Embed a word with the model that is set; nothing is said of Relevo's own vectors."""
    options = embedding_options(settings)
    if not options.model:
        return ()
    embedder = choose_embedder(options)
    try:
        vectors = embedder.embed_questions(["hello"])
    except RelevoError as error:
        return (Finding(subject="embeddings", health=Health.BROKEN, text=str(error)),)
    finally:
        embedder.close()
    text = f"{options.model} gives vectors of {vectors.shape[1]} numbers."
    return (Finding(subject="embeddings", health=Health.GOOD, text=text),)
