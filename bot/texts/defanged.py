"""Takes the life out of links that people wrote, where agents read them (A26 of the threats).

A customer may send agents anywhere; ``https://shop.example/x`` becomes ``hxxps[:]//shop[.]example/x``,
which no platform makes a link of and people can still read.
"""

import re

_DOTS = ".。．｡"
_DOT = f"[{_DOTS}]"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.\-]{0,30})://([^\s/]{0,300})", re.IGNORECASE)
_HTTP = re.compile("http", re.IGNORECASE)
_HOST = re.compile(
    # It begins where no name goes on, so that each name is looked at once.
    rf"(?<![\w@\-])(?<!\w{_DOT})"
    rf"(?P<names>(?:[\w\-]{{1,63}}{_DOT})+)(?P<last>[^\W\d_]{{2,24}}|xn--[a-z0-9\-]{{2,59}})"
    rf"(?!\w|{_DOT}\w|-\w)",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?=[/:])")
_NO_DOMAINS = frozenset(
    {"csv", "docx", "exe", "gif", "html", "jpeg", "jpg", "js", "json", "pdf", "png", "txt", "xlsx"}
)
"""Endings of files that are no top-level domains, so that no platform makes links of them."""


def defanged(text: str) -> str:
    """Return a text none of whose addresses is a link any more; mail addresses stay as they are."""
    without = _ADDRESS.sub(_address, text)
    return _NUMBERS.sub(lambda found: _parted(found[0]), _HOST.sub(_host, without))


def _address(found: re.Match[str]) -> str:
    return f"{_HTTP.sub('hxxp', _parted(found[1]))}[:]//{_parted(found[2])}"


def _host(found: re.Match[str]) -> str:
    if found["last"].lower() in _NO_DOMAINS:
        return found[0]
    return f"{_parted(found['names'])}{found['last']}"


def _parted(host: str) -> str:
    return "".join("[.]" if letter in _DOTS else letter for letter in host)
