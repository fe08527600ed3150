"""Vectors of any model that LangChain knows, with deadlines and repetitions of our own.

A question is asked once and in time, or not at all; passages are asked for again and again.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np

from knowledge.breaker import Breaker
from knowledge.calls import ProviderFailure, results_within
from knowledge.embedding.checking import vectors_of
from knowledge.embedding.client import Client, build_client
from knowledge.embedding.options import EmbeddingOptions
from knowledge.embedding.remembered import Remembered
from knowledge.embedding.vectors import EmbeddingUnavailableError, Vectors
from knowledge.guards.masking import Masking

_AT_ONCE = 8
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a batch is tried again, unless the provider says how long to wait."""
_LONGEST_PAUSE = 60.0
_REST = 10.0
"""Seconds for which questions are not embedded after one that failed: many would wait in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, for tests to hold in their hands."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class ProviderEmbedder:
    """Implements ``Embedder`` through a client of LangChain, which is built when it is needed."""

    is_remote = True

    def __init__(self, options: EmbeddingOptions, clock: Clock | None = None) -> None:
        self.fingerprint = f"provider-1/{options.model}/{options.passage_prefix}"
        self.batch = options.batch
        self._options = options
        self._clock = clock or Clock()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="embedding")
        self._client: Client | None = None
        self._building = Lock()
        self._asked = Remembered()
        self._breaker = Breaker(failures=1, pause=_REST, clock=self._clock.now)
        self._dimensions: int | None = None

    def load(self) -> None:
        """Build the client.

        Raises:
            ConfigurationError: There is no such model, or its package is missing.
        """
        self._built()

    def close(self) -> None:
        """Let running calls end, and let go of the connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages batch by batch; what fails for a while is tried again.

        Raises:
            EmbeddingUnavailableError: A batch was refused, or failed six times.
        """
        prefixed = [self._options.passage_prefix + text for text in texts]
        batches = range(0, len(prefixed), self.batch)
        found = [self._patiently(prefixed[start : start + self.batch]) for start in batches]
        return np.concatenate(found) if found else np.zeros((0, 0), dtype=np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, once, within the deadline; each is remembered for a while.

        Raises:
            EmbeddingUnavailableError: It failed, or has failed a moment ago.
        """
        new = [text for text in dict.fromkeys(texts) if text.strip() and text not in self._asked]
        if new:
            self._ask(new)
        return self._asked.vectors(texts)

    def _ask(self, texts: Sequence[str]) -> None:
        embeddings = self._built().embeddings
        if not self._breaker.allows():
            raise EmbeddingUnavailableError(_RESTS)
        prefixed = [self._options.query_prefix + self._leaving(text) for text in texts]
        # The plural method would put a model's own prefix for passages before them.
        calls = [self._threads.submit(embeddings.embed_query, text) for text in prefixed]
        given = results_within(calls, self._options.deadline_seconds)
        found = given if isinstance(given, ProviderFailure) else self._checked(given, len(texts))
        if isinstance(found, ProviderFailure):
            self._breaker.failed()
            raise EmbeddingUnavailableError(found.sentence(self._options.model))
        self._breaker.succeeded()
        self._asked.note(texts, found)

    def _leaving(self, text: str) -> str:
        """What of a question may leave this machine: no personal data that has a form."""
        return text if self._options.is_local else Masking().mask(text, own=True)

    def _patiently(self, texts: Sequence[str]) -> Vectors:
        """Embed one batch of passages, again and again."""
        found = self._embed_once(texts)
        for pause in _PAUSES:
            if not isinstance(found, ProviderFailure) or not found.may_pass:
                break
            self._clock.sleep(min(found.wait or pause, _LONGEST_PAUSE))
            found = self._embed_once(texts)
        if isinstance(found, ProviderFailure):
            raise EmbeddingUnavailableError(found.sentence(self._options.model))
        return found

    def _embed_once(self, texts: Sequence[str]) -> Vectors | ProviderFailure:
        call = self._threads.submit(self._built().embeddings.embed_documents, list(texts))
        given = results_within([call], self._options.timeout_seconds)
        return given if isinstance(given, ProviderFailure) else self._checked(given[0], len(texts))

    def _checked(self, given: Sequence[Sequence[float]], count: int) -> Vectors | ProviderFailure:
        """Make an array of what a client gave, as long as the vectors before it."""
        found = vectors_of(given, count, self._dimensions)
        if not isinstance(found, ProviderFailure):
            self._dimensions = found.shape[1]
        return found

    def _built(self) -> Client:
        with self._building:
            if self._client is None:
                self._client = build_client(self._options)
            return self._client


_RESTS = "The embedding model has failed a moment ago: it is asked again in some seconds."
