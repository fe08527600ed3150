"""The text of ``redis.url``: read strictly, and never repeated, because it may hold a password."""

from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from redis.asyncio.connection import parse_url

from bot.vocabulary.errors import ConfigurationError

_DEFAULT_PORT = 6379
_SCHEMES = ("redis", "rediss", "unix")
_OPTIONS = frozenset(
    {
        "db",
        "password",
        "ssl_ca_certs",
        "ssl_ca_path",
        "ssl_cert_reqs",
        "ssl_certfile",
        "ssl_check_hostname",
        "ssl_keyfile",
        "ssl_password",
    }
)
"""What may follow the ``?``; timeouts, retries and pool size are Relevo's own."""


def parse_address(url: str) -> dict[str, Any]:
    """Return an address as the client library's settings of one connection.

    Raises:
        ConfigurationError: The address is wrong.
    """
    _split(url)
    try:
        return dict(parse_url(url))
    except ValueError:
        raise _wrong("an option after the ? has a value that does not fit") from None


def safe_address(url: str) -> str:
    """Return an address without user, password and options, for people to read.

    Raises:
        ConfigurationError: The address is wrong.
    """
    parts = _split(url)
    place = "" if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or _DEFAULT_PORT}"
    return f"{parts.scheme}://{place}{parts.path}"


def _split(url: str) -> SplitResult:
    """Split an address, after checks that catch a password with unescaped ``/``, ``?`` or ``#``.

    Without them its pieces would be taken for host, port or database, and shown in errors.
    """
    try:
        parts = urlsplit(url)
        has_place = bool(parts.path if parts.scheme == "unix" else parts.hostname)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise _wrong("host or port can't be read") from None
    if parts.scheme not in _SCHEMES:
        raise _wrong("it begins with none of redis://, rediss:// and unix://")
    if not has_place:
        raise _wrong("it names no host, or no path for unix://")
    if parts.scheme != "unix" and not _is_database(parts.path):
        raise _wrong("the part after the host is not the number of a database")
    if parts.fragment or not _OPTIONS.issuperset(parse_qs(parts.query, keep_blank_values=True)):
        raise _wrong(f"after the ? only these options may stand: {', '.join(sorted(_OPTIONS))}")
    return parts


def _is_database(path: str) -> bool:
    number = path.removeprefix("/")
    return not number or number.isdecimal()


def _wrong(cause: str) -> ConfigurationError:
    return ConfigurationError(
        f"redis.url is no address of a Redis server, because {cause}: write it like "
        "redis://user:password@host:6379/0, with special characters of the password "
        "percent-encoded (/ is %2F)."
    )
