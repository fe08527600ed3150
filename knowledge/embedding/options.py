"""What an operator says of embeddings."""

from dataclasses import dataclass

from pydantic import SecretStr

LOCAL = "huggingface"
_NO_KEY = SecretStr("")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingOptions:
    """Whose vectors stand for texts; an empty ``model`` (``provider:name``) is Relevo's own table.

    ``base_url`` is another address of the provider's API, empty for its own. The prefixes stand
    before each question and passage, for models that were trained so (``query: ``, ``passage: ``).
    ``batch`` texts are embedded at once. ``timeout_seconds`` is the longest for one batch while
    documents are added, ``deadline_seconds`` for the question of a customer, who waits.
    """

    model: str = ""
    base_url: str = ""
    api_key: SecretStr = _NO_KEY
    query_prefix: str = ""
    passage_prefix: str = ""
    batch: int = 64
    timeout_seconds: float = 30.0
    deadline_seconds: float = 2.0

    @property
    def provider(self) -> str:
        """What stands before the colon."""
        return self.model.partition(":")[0]

    @property
    def is_local(self) -> bool:
        """Whether the model is read from this machine's disk, so that no text leaves it."""
        return self.provider == LOCAL
