"""Builds LangChain's client of an embedding model. Nothing of it is imported before it is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.vocabulary.errors import ConfigurationError
from knowledge.embedding.options import EmbeddingOptions

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_OPENAI = "openai"
_KEYLESS = "none"
"""OpenAI's client wants a key also where a server of one's own asks for none."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client, and what lets go of its connections."""

    embeddings: "Embeddings"
    close: Callable[[], None]


def build_client(options: EmbeddingOptions) -> Client:
    """Build the client that the model's name asks for.

    Raises:
        ConfigurationError: There is no such provider or model, or its package is missing.
    """
    try:
        if options.is_local:
            return Client(_build_local(options), _close_nothing)
        if options.provider == _OPENAI:
            return _build_openai(options)
        return Client(_init(options, _access(options)), _close_nothing)
    except ImportError as error:
        raise ConfigurationError(_missing_package(options)) from error
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        raise ConfigurationError(
            f"embeddings.model = {options.model!r} can't be opened ({type(error).__name__}): write "
            "provider:name as LangChain's init_embeddings has it, such as "
            "openai:text-embedding-3-small, or a folder that holds the model after huggingface:."
        ) from error


def _init(options: EmbeddingOptions, arguments: dict[str, Any]) -> "Embeddings":
    from langchain.embeddings import init_embeddings  # noqa: PLC0415 - takes a second

    return init_embeddings(options.model, **arguments)


def _access(options: EmbeddingOptions) -> dict[str, Any]:
    given = {"base_url": options.base_url, "api_key": options.api_key}
    return {name: value for name, value in given.items() if value}


def _build_openai(options: EmbeddingOptions) -> Client:
    """Build OpenAI's client, with a connection that is ours to close and follows no redirects.

    Repeating and waiting is ours; counting tokens would download the table of a tokenizer.
    """
    import httpx  # noqa: PLC0415 - comes with the client

    http = httpx.Client(timeout=options.timeout_seconds)
    keyless = {"api_key": _KEYLESS} if options.base_url and not options.api_key else {}
    arguments: dict[str, Any] = {
        **_access(options),
        **keyless,
        "check_embedding_ctx_length": False,
        "max_retries": 0,
        "timeout": options.timeout_seconds,
        "chunk_size": options.batch,
        "http_client": http,
    }
    return Client(_init(options, arguments), http.close)


def _build_local(options: EmbeddingOptions) -> "Embeddings":
    """Read a model from a folder or from the hub's cache, and only then ask the hub for it.

    Without a network the hub's client tries for more than a minute before it gives up.
    """
    evened: dict[str, Any] = {"normalize_embeddings": True, "batch_size": options.batch}
    here: dict[str, Any] = {"local_files_only": True}
    try:
        return _init(options, {"model_kwargs": here, "encode_kwargs": evened})
    except OSError:
        return _init(options, {"encode_kwargs": evened})


def _close_nothing() -> None:
    """Other clients say nothing of their connections."""


def _missing_package(options: EmbeddingOptions) -> str:
    package = "relevo[models]" if options.is_local else f"langchain-{options.provider}"
    return (
        f"embeddings.model = {options.model!r} needs a package that is not installed: "
        f"pip install '{package}'."
    )
