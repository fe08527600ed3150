"""Reads sitemaps: the pages that they name, or the sitemaps that an index of them names."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from knowledge.origins.values import OriginError

_BEGINNING = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>/]")
_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The addresses in a sitemap; of other sitemaps when it is an index."""

    addresses: tuple[str, ...]
    is_index: bool


def is_sitemap(data: bytes) -> bool:
    """Whether it begins like one."""
    return _BEGINNING.search(data[:_LOOKED_AT]) is not None


def read_sitemap(data: bytes) -> Sitemap:
    """Read the addresses in their order, each once.

    Raises:
        OriginError: It is no proper XML, or declares entities or anything external.
    """
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError):
        raise OriginError("the sitemap is no proper XML: have it written anew") from None
    found = (
        (part.text or "").strip()
        for entry in root
        for part in entry
        if _name(entry) in {"url", "sitemap"} and _name(part) == "loc"
    )
    return Sitemap(
        addresses=tuple(dict.fromkeys(address for address in found if address)),
        is_index=_name(root) == "sitemapindex",
    )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
