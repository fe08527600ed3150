"""Which addresses may be linked, and what becomes of all others in a text (pure).

A chat platform makes links of bare addresses and even of names with a dot, so it is not enough to
write no link: an address that is not allowed is written so that none is made of it (``evil[.]com``).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from markdown_it.common.normalize_url import normalizeLink

DOTS = ".。．｡․"
"""What browsers take for the dot of a domain's name (UTS 46, section 4)."""

_TOP_LEVEL = frozenset(
    """com net org info biz app dev xyz online site shop store club top live work world page link click
    blog cloud tech space website fun icu vip wang win bid loan men date trade party review stream
    download racing science accountant faith cricket gdn mobi name pro aero asia cat coop edu gov int
    jobs mil museum post tel travel arpa onion email support help services solutions agency network
    digital media group today news company center systems zone host hosting press finance money bank
    credit cash loans pay market markets deals sale shopping buy gift gifts delivery express cards
    security secure login account update verify zip mov foo rest care chat social software games game
    bet casino poker exchange capital fund wiki wtf lol ninja guru rocks expert academy school
    university global international swiss berlin london paris moscow africa google amazon apple
    microsoft youtube android gmail chrome cam buzz quest monster bar cyou sbs cfd bond autos
    boats homes yachts beauty hair skin makeup mom lat pics photo photos pictures video audio""".split()  # noqa: SIM905 - a list would be three times as long
)
_FILE_ENDINGS = frozenset(
    """md py sh js ts rs pl so cc cs vb ps gz go rb do ai mo po pm in id is it ml mk zip mov app name
    java html htm toml json yaml yml xml txt csv log ini cfg conf env lock pdf doc docx xls xlsx ppt
    pptx odt ods png jpg jpeg gif svg webp exe dmg msi apk jar tar bat cmd ps1 lua sql css php""".split()  # noqa: SIM905
)
_COUNTRY = 2
_BETWEEN = re.compile(rf"(?<=[\w-])[{DOTS}](?=[\w-])")
DOTTED = re.compile(rf"(?<![\w-])[\w-]++(?:[{DOTS}][\w-]++)++")
"""A name with dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """What may be linked.

    ``hosts`` are exact names (``shop.example``) or, with ``*.`` before them, all below one;
    ``addresses`` are exact addresses of pages and of mail.
    """

    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hosts: Iterable[str], addresses: Iterable[str | None] = ()) -> "LinkRules":
        """Make rules of hosts and of addresses as they stand in settings and sources."""
        return cls(
            hosts=frozenset(host.lower() for host in hosts),
            addresses=frozenset(_plain(address) for address in addresses if address),
        )

    def allows(self, url: str) -> bool:
        """Whether an address may be opened from an answer: http or https, without a login."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not host or not url.isprintable():
            return False
        if _plain(url) in self.addresses:
            return True
        leads_on = "//" in url.partition("//")[2] or "\\" in url or "@" in parts.netloc
        return not leads_on and port in {None, 80, 443} and self.knows(host)

    def knows(self, host: str) -> bool:
        """Whether a host is listed, by its own name or by one above it."""
        labels = host.lower().split(".")
        above = (f"*.{'.'.join(labels[start:])}" for start in range(1, len(labels)))
        return host.lower() in self.hosts or any(name in self.hosts for name in above)

    def allows_bare(self, address: str) -> bool:
        """Whether an address without ``https://`` may stand as it is."""
        return self.allows(f"https://{address}") or self.allows(f"http://{address}")

    def allows_mail(self, address: str) -> bool:
        """Whether an address of mail may stand as it is."""
        return _plain(address) in self.addresses or self.knows(address.rpartition("@")[2])


class Kind(Enum):
    """What a name with dots is: nothing, a host, a file or identifier, two sentences in one."""

    NOTHING = 0
    HOST = 1
    NAME = 2
    SENTENCES = 3


def kind_of(name: str) -> Kind:
    """Say what a dotted name would be taken for."""
    before, last = re.split(f"[{DOTS}]", name)[-2:]
    if len(last) < _COUNTRY or not last[0].isalpha() or last.isdigit():
        return Kind.NOTHING
    ending = last.lower()
    if ending in _FILE_ENDINGS and not name.lower().startswith("www"):
        return Kind.NAME
    if len(last) == _COUNTRY or ending in _TOP_LEVEL or not ending.isascii() or "--" in ending:
        return Kind.HOST
    if name.lower().startswith("www."):
        return Kind.HOST
    starts_sentence = before[-1:].islower() and last[0].isupper() and last[1:].islower()
    return Kind.SENTENCES if starts_sentence else Kind.NAME


def may_be_host(name: str) -> bool:
    """Whether a reader may take a dotted name for a host: not a file, nor two sentences."""
    is_file = name.rpartition(".")[2].lower() in _FILE_ENDINGS
    return kind_of(name) is Kind.HOST or (kind_of(name) is Kind.NAME and not is_file)


def broken(address: str) -> str:
    """Write the host of an address so that nothing makes a link of it, and leave out the rest.

    Where the host is no name with a dot, nothing is left out, but no dot stays.
    """
    bare = (address.partition("://")[2] or address).lstrip("/")
    host = re.split(r"[/?#\\]", bare, maxsplit=1)[0]
    return _BETWEEN.sub("[.]", host if _BETWEEN.search(host) else bare)


def _plain(address: str) -> str:
    """One spelling of an address: markdown-it writes ``ó`` as ``%C3%B3`` where it reads a link."""
    return normalizeLink(address.strip()).rstrip("/").removeprefix("mailto:")
