"""CommonMark as a tree of a few harmless nodes, which the page builds with ``createElement`` (pure).

A node is a string (plain text) or ``{"is": kind, …, "of": [nodes]}``. Kinds: ``p``, ``heading``
(``level``), ``strong``, ``em``, ``del``, ``code`` (``text``), ``block`` (a code block, ``text``),
``list`` (``ordered``, ``start``), ``item``, ``quote``, ``link`` (``href``, http or https only),
``br``, ``rule``, ``table``, ``row``, ``cell`` (``head``). HTML is shown as the text that it is, a
picture as its description. There is no other kind: whatever a model writes stays text.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node = str | dict[str, Any]

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_PLAIN: Mapping[str, str] = {
    "paragraph": "p",
    "strong": "strong",
    "em": "em",
    "s": "del",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "tr": "row",
}


def tree(text: str) -> list[Node]:
    """Read CommonMark (with tables and strike-through) into nodes."""
    return _children(SyntaxTreeNode(_MARKDOWN.parse(text)))


def safe_url(url: str | None) -> str | None:
    """Return the address if a browser may open it: absolute, http or https; else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _children(node: SyntaxTreeNode) -> list[Node]:
    return [child for part in node.children for child in _nodes(part)]


def _nodes(node: SyntaxTreeNode) -> list[Node]:
    if node.type in _PLAIN:
        return [{"is": _PLAIN[node.type], "of": _children(node)}]
    build = _BUILDERS.get(node.type, _children)
    return build(node)


def _text(node: SyntaxTreeNode) -> list[Node]:
    return [node.content] if node.content else []


def _heading(node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "heading", "level": int(node.tag[1:]), "of": _children(node)}]


def _list(node: SyntaxTreeNode) -> list[Node]:
    ordered = node.type == "ordered_list"
    start = int(node.attrs.get("start", 1)) if ordered else 1
    return [{"is": "list", "ordered": ordered, "start": start, "of": _children(node)}]


def _code(node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "code", "text": node.content}]


def _block(node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "block", "text": node.content}]


def _link(node: SyntaxTreeNode) -> list[Node]:
    url = safe_url(str(node.attrs.get("href", "")))
    return [{"is": "link", "href": url, "of": _children(node)}] if url else _children(node)


def _break(_node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "br"}]


def _rule(_node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "rule"}]


def _cell(node: SyntaxTreeNode) -> list[Node]:
    return [{"is": "cell", "head": node.type == "th", "of": _children(node)}]


_BUILDERS: Mapping[str, Callable[[SyntaxTreeNode], list[Node]]] = {
    "text": _text,
    "html_inline": _text,
    "html_block": _text,
    "image": _children,
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "code_inline": _code,
    "code_block": _block,
    "fence": _block,
    "link": _link,
    "softbreak": _break,
    "hardbreak": _break,
    "hr": _rule,
    "th": _cell,
    "td": _cell,
}
"""Kinds that need more than their children; a kind that is not named shows only its children."""
