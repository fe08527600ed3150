"""Takes the life out of links that people wrote, where agents read them (A26 of the threats).

A customer may send agents anywhere; ``https://shop.example/x`` becomes ``hxxps[:]//shop[.]example/x``,
which no platform makes a link of and people can still read.
"""

import re

_ADDRESS = re.compile(r"([a-z][a-z0-9+.\-]{0,30})://([^\s/]{0,300})", re.IGNORECASE)
_HTTP = re.compile("http", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w@.])((?:[\w\-]{1,63}\.){1,8})([^\W\d_]{2,24})(?!\w|\.\w|-\w)", re.IGNORECASE
)
_NO_DOMAINS = frozenset(
    {"csv", "docx", "exe", "gif", "html", "jpeg", "jpg", "js", "json", "pdf", "png", "txt", "xlsx"}
)
"""Endings of files that are no top-level domains, so that no platform makes links of them."""


def defanged(text: str) -> str:
    """Return a text none of whose addresses is a link any more; mail addresses stay as they are."""
    without = _ADDRESS.sub(_address, text)
    return _HOST.sub(_host, without)


def _address(found: re.Match[str]) -> str:
    scheme, host = found[1].replace(".", "[.]"), found[2].replace(".", "[.]")
    return f"{_HTTP.sub('hxxp', scheme)}[:]//{host}"


def _host(found: re.Match[str]) -> str:
    if found[2].lower() in _NO_DOMAINS:
        return found[0]
    return f"{found[1].replace('.', '[.]')}{found[2]}"
