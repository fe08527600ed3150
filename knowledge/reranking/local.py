"""A cross-encoder on this machine, through sentence-transformers (the extra ``models``)."""

from collections.abc import Callable, Sequence
from importlib import import_module
from threading import Lock
from typing import Any

from bot.vocabulary.errors import ConfigurationError
from knowledge.reranking.options import RerankingOptions


class LocalReranker:
    """One model in memory; its questions take turns."""

    def __init__(self, predict: Callable[[list[tuple[str, str]]], Any]) -> None:
        self._predict = predict
        self._turn = Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Read the question together with each text."""
        with self._turn:
            found = self._predict([(question, text) for text in texts])
        return [float(score) for score in found]

    def close(self) -> None:
        """Nothing is held open."""


def open_local(options: RerankingOptions) -> LocalReranker:
    """Read the model from a folder or the hub's cache, and only then ask the hub for it.

    Raises:
        ConfigurationError: The extra is not installed, or there is no such model.
    """
    try:
        build: Any = import_module("sentence_transformers").CrossEncoder
        try:
            model = build(options.name, local_files_only=True)
        except OSError:
            model = build(options.name)
    except ImportError as error:
        raise ConfigurationError(
            f"knowledge.reranker = {options.model!r} needs a package that is not installed: "
            "pip install 'relevo[models]'."
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            f"knowledge.reranker = {options.model!r} can't be opened ({type(error).__name__}): name a "
            "cross-encoder of the hub, or a folder that holds one."
        ) from error
    return LocalReranker(model.predict)
