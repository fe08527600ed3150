"""What an operator says of reranking."""

from dataclasses import dataclass

from pydantic import SecretStr

_NO_KEY = SecretStr("")


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankingOptions:
    """Which model orders what was found; none for an empty ``model``.

    ``model`` is ``http:name`` or ``tei:name`` for a server at ``url`` (the whole address), or
    ``huggingface:name or folder`` for a cross-encoder on this machine. A customer waits
    ``seconds`` for it at most.
    """

    model: str = ""
    url: str = ""
    api_key: SecretStr = _NO_KEY
    seconds: float = 1.5

    @property
    def kind(self) -> str:
        """What stands before the colon."""
        return self.model.partition(":")[0]

    @property
    def name(self) -> str:
        """What stands behind it."""
        return self.model.partition(":")[2]
