"""What the client raises, in words for the operator."""

import re
import zlib

import httpx
from grpc.aio import AioRpcError
from weaviate.exceptions import (
    UnexpectedStatusCodeError,
    WeaviateBaseError,
    WeaviateStartUpError,
)

_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, zlib.error)
"""What reading an answer raises that is none of Weaviate's, whatever stands at that address."""
TROUBLE = (TimeoutError, WeaviateBaseError, AioRpcError, httpx.HTTPError, OSError, *_NONSENSE)
_REFUSED = {401, 403}
_DETAILS = re.compile(r'details = "(.*?)"')
_LONGEST = 200
_UNREACHED = "can't be reached: check weaviate.url and whether it runs"
_KEY = "refuses the key: check weaviate.api_key"


def explain(error: BaseException, seconds: float, *, quotes: bool) -> str:
    """Say what is wrong and what helps, to go on after "Weaviate at …".

    With ``quotes`` in the server's words, where it has some.
    """
    if isinstance(error, TimeoutError):
        return f"did not answer within {seconds:g} seconds: check weaviate.grpc_url and whether it runs"
    if isinstance(error, WeaviateBaseError | AioRpcError):
        return _explain_client(error, first_line(error) if quotes else "")
    if isinstance(error, httpx.HTTPError | OSError):
        return _UNREACHED
    return "gave an answer that makes no sense: check weaviate.url and weaviate.grpc_url"


def first_line(error: Exception | str) -> str:
    """What a server said, in short: it may be long, and may quote a document."""
    said = _DETAILS.search(str(error))
    text = said[1] if said else str(error).strip().partition("\n")[0]
    return text[:_LONGEST].rstrip(". ")


def _explain_client(error: WeaviateBaseError | AioRpcError, quoted: str) -> str:
    text = str(error)
    if isinstance(error, UnexpectedStatusCodeError) and error.status_code in _REFUSED:
        return _KEY
    if "api key" in text.lower() or "unauthenticated" in text.lower():
        return _KEY
    if isinstance(error, WeaviateStartUpError):
        is_old = "not supported" in text
        return "is older than version 1.27: update it" if is_old else _UNREACHED
    return f"failed{f' ({quoted})' if quoted else ''}: 'relevo doctor' looks at it"
