"""The socket for rerankers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from bot.vocabulary.errors import ConfigurationError
from knowledge.calls import ProviderFailure, results_within
from knowledge.reranking.options import RerankingOptions


class Reranker(Protocol):
    """Says how well each of some texts answers a question. Safe to use from several threads."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """A number for each text, higher for a better answer. It may raise what it likes."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def open_reranker(options: RerankingOptions) -> Reranker:
    """Build the reranker that the options ask for.

    Raises:
        ConfigurationError: There is none of that kind, or what it needs is missing.
    """
    if options.kind in {"http", "tei"}:
        from knowledge.reranking.http import HttpReranker  # noqa: PLC0415 - only where it is asked for

        return HttpReranker(options)
    if options.kind == "huggingface":
        from knowledge.reranking.local import open_local  # noqa: PLC0415 - torch takes seconds

        return open_local(options)
    raise ConfigurationError(
        f"knowledge.reranker = {options.model!r} is of no known kind: write http:NAME, tei:NAME or "
        "huggingface:NAME."
    )


def try_reranker(reranker: Reranker, options: RerankingOptions) -> str | None:
    """Have two texts put in order; what is wrong, in a sentence, or None."""
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(reranker.scores, "When do you open?", ["We open at nine.", "Hello."])
        given = results_within([call], options.seconds)
    return given.sentence(options.model) if isinstance(given, ProviderFailure) else None
