"""Where Weaviate is and how long it may take."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from bot.vocabulary.errors import ConfigurationError

_NO_KEY = SecretStr("")
_GRPC_PORT = 50051


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaviateOptions:
    """``url`` is the REST address; ``grpc_url`` is on the same host at port 50051 when it is empty.

    ``seconds`` is the longest that a customer's question may wait for it.
    """

    url: str
    grpc_url: str = ""
    api_key: SecretStr = _NO_KEY
    tenant: str = "relevo"
    seconds: float = 2.0

    def addresses(self) -> tuple[SplitResult, SplitResult]:
        """The parts of both addresses.

        Raises:
            ConfigurationError: One is no address of a host.
        """
        rest = _split(self.url, "url")
        grpc = self.grpc_url or f"{rest.scheme}://{rest.hostname}:{_GRPC_PORT}"
        return rest, _split(grpc, "grpc_url")


def _split(address: str, name: str) -> SplitResult:
    wrong = ConfigurationError(
        f"weaviate.{name} is no address: write it like http://weaviate:8080."
    )
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise wrong from None
    if not is_right:
        raise wrong
    return parts
