"""A reranker behind HTTP: what Cohere, Jina, vLLM and text-embeddings-inference have in common.

``POST {"query": …, "documents": […]}`` gives ``{"results": [{"index": 0, "relevance_score": 0.9}]}``;
text-embeddings-inference calls the texts ``texts`` and gives ``[{"index": 0, "score": 0.9}]``.
"""

import json
import math
import time
from collections.abc import Sequence
from typing import Any, cast

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.vocabulary.errors import ConfigurationError
from knowledge.guards.masking import Masking
from knowledge.reranking.options import RerankingOptions

_OK = 200
_LONGEST = 4_000
"""Characters of a passage that are sent; a passage of ours is shorter."""
_MOST_BYTES = 1_000_000
"""Of an answer; some send the texts back beside their scores."""


class _Row(BaseModel):
    """The score of one text; what else a row holds is not read."""

    index: int
    relevance_score: float | None = None
    score: float | None = None

    @property
    def value(self) -> float:
        """The score by whichever name it came; not a number where there is none."""
        given = self.score if self.relevance_score is None else self.relevance_score
        return math.nan if given is None else given


_ROWS = TypeAdapter(list[_Row])


class RerankerError(Exception):
    """Raised when a server answers something else than scores; ``status_code`` as httpx has it."""

    def __init__(self, reason: str, status_code: int | None = None) -> None:
        super().__init__(reason)
        self.status_code = status_code


class HttpReranker:
    """Asks a server; no redirect is followed, so that the key goes nowhere else."""

    def __init__(self, options: RerankingOptions) -> None:
        if not options.url.startswith(("http://", "https://")):
            raise ConfigurationError(
                "knowledge.reranker_url is no address: write where the server is asked, such as "
                "http://127.0.0.1:8080/rerank."
            )
        self._options = options
        key = options.api_key.get_secret_value()
        headers = {"Accept-Encoding": "identity"}  # compressed, few bytes could be very many
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=options.seconds, headers=headers)

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Ask once for the score of each text.

        Raises:
            RerankerError: The server refused, gave no score for each text, or went on for too long.
            httpx.HTTPError: It can't be reached.
            ValueError: It gave no JSON.
        """
        until = time.monotonic() + self._options.seconds
        body = self._body(question, texts)
        with self._client.stream("POST", self._options.url, json=body) as answer:
            if answer.status_code != _OK:
                raise RerankerError("refused", answer.status_code)
            content = _read(answer, until)
        return _scores(json.loads(content), len(texts))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _body(self, question: str, texts: Sequence[str]) -> dict[str, Any]:
        question = Masking().mask(question, own=True)  # no personal data leaves
        cut = [text[:_LONGEST] for text in texts]
        if self._options.kind == "tei":
            return {"query": question, "texts": cut, "truncate": True}
        return {"model": self._options.name, "query": question, "documents": cut}


def _read(answer: httpx.Response, until: float) -> bytes:
    """Read an answer to its end, which must come in time: a thread of eight waits for it."""
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > _MOST_BYTES:
            raise RerankerError(f"more than {_MOST_BYTES:,} bytes")
        if time.monotonic() > until:
            raise RerankerError("an answer without an end in time")
    return bytes(content)


def _scores(given: object, count: int) -> list[float]:
    rows = cast("dict[str, object]", given).get("results") if isinstance(given, dict) else given
    if not isinstance(rows, list):
        raise RerankerError("no results")
    try:
        scored = _ROWS.validate_python(rows)
    except ValidationError:
        raise RerankerError("rows without scores") from None
    found = {row.index: row.value for row in scored}
    if set(found) != set(range(count)):
        raise RerankerError(f"scores of {len(found)} texts instead of {count}")
    return [found[place] for place in range(count)]
