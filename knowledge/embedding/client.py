"""Builds LangChain's client of an embedding model. Nothing of it is imported before it is needed."""

from typing import TYPE_CHECKING, Any

from bot.vocabulary.errors import ConfigurationError
from knowledge.embedding.options import EmbeddingOptions

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_LOCAL = "huggingface"
_KEYLESS = "none"
"""OpenAI's client wants a key also where a server of one's own asks for none."""


def build_client(options: EmbeddingOptions) -> "Embeddings":
    """Build the client that the model's name asks for.

    Raises:
        ConfigurationError: There is no such provider or model, or its package is missing.
    """
    from langchain.embeddings import init_embeddings  # noqa: PLC0415 - takes a second

    try:
        if options.provider == _LOCAL:
            return _build_local(options)
        return init_embeddings(options.model, **_arguments(options))
    except ImportError as error:
        raise ConfigurationError(_missing_package(options)) from error
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        raise ConfigurationError(
            f"embeddings.model = {options.model!r} can't be opened ({type(error).__name__}): write "
            "provider:name as LangChain's init_embeddings has it, such as "
            "openai:text-embedding-3-small, or a folder that holds the model after huggingface:."
        ) from error


def _arguments(options: EmbeddingOptions) -> dict[str, Any]:
    """What the provider's class is told; repeating and waiting is ours."""
    given = {"base_url": options.base_url, "api_key": options.api_key}
    arguments: dict[str, Any] = {name: value for name, value in given.items() if value}
    if options.provider == "openai":
        # Counting tokens would download the table of a tokenizer.
        arguments |= {"check_embedding_ctx_length": False, "max_retries": 0}
        arguments |= {"timeout": options.timeout_seconds, "chunk_size": options.batch}
        if options.base_url and not options.api_key:
            arguments["api_key"] = _KEYLESS
    return arguments


def _build_local(options: EmbeddingOptions) -> "Embeddings":
    """Read a model from a folder or from the hub's cache, and only then ask the hub for it.

    Without a network the hub's client tries for more than a minute before it gives up.
    """
    from langchain.embeddings import init_embeddings  # noqa: PLC0415 - takes a second

    evened: dict[str, Any] = {"normalize_embeddings": True, "batch_size": options.batch}
    here: dict[str, Any] = {"local_files_only": True}
    try:
        return init_embeddings(options.model, model_kwargs=here, encode_kwargs=evened)
    except OSError:
        return init_embeddings(options.model, encode_kwargs=evened)


def _missing_package(options: EmbeddingOptions) -> str:
    package = "relevo[models]" if options.provider == _LOCAL else f"langchain-{options.provider}"
    return (
        f"embeddings.model = {options.model!r} needs a package that is not installed: "
        f"pip install '{package}'."
    )
