"""Anchors of headings in Markdown that a web server shows as a page.

They are made as GitHub makes them, and most generators of pages with it: letters, digits, ``-`` and
``_`` of the heading in lower case, spaces as ``-``, and a number behind what was there before.
"""

import re
from collections import Counter
from dataclasses import replace

from knowledge.documents import Block, BlockKind, Document
from knowledge.language.words import plain_text

_DROPPED = re.compile(r"[^\w\- ]")
_LONGEST = 100


def with_slugs(document: Document) -> Document:
    """Give each heading without an anchor of its own the one that its page has for it."""
    seen = Counter[str]()
    return replace(document, blocks=tuple(_with_slug(block, seen) for block in document.blocks))


def _with_slug(block: Block, seen: Counter[str]) -> Block:
    if block.kind is not BlockKind.HEADING or block.anchor:
        return block
    text = " ".join(plain_text(block.text).split()).lower()
    slug = _DROPPED.sub("", text).replace(" ", "-")[:_LONGEST]
    seen[slug] += 1
    number = seen[slug] - 1
    return replace(block, anchor=f"{slug}-{number}" if slug and number else slug)
