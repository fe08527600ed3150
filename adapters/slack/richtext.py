"""The tree of a text → the elements of a Slack ``rich_text`` block (pure).

Nothing in such a block is parsed: a mention or an address in a text element is only words, so that
neither a model nor a customer can ping anybody; ``mentions`` alone does. Slack's own lists hold lines only; what else stands
in a list's item is written as lines.
"""

from collections.abc import Sequence
from typing import Any

from adapters.markup.columns import in_columns
from adapters.markup.plain import plain, plain_inline
from adapters.markup.tree import (
    Anchor,
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
)

Element = dict[str, Any]
Style = dict[str, bool]

DEEPEST_INDENT = 8
RULE = "———"
_STYLES: dict[type[Inline], str] = {Strong: "bold", Emphasis: "italic", Strike: "strike"}


def elements(blocks: Sequence[Block]) -> list[Element]:
    """Write blocks as sections, lists, quotes and preformatted text."""
    found: list[Element] = []
    line: list[Element] = []
    for block in blocks:
        if isinstance(block, Paragraph | Heading | Rule):
            line += _gap(line, found) + _running(block)
        else:
            found += section(line) + _standing(block)
            line = []
    return found + section(line)


def literal(text: str) -> list[Element]:
    """Write people's own words, exactly as they stand."""
    return section(_words(text, {}))


def section(inlines: Sequence[Element]) -> list[Element]:
    """Put inlines into a section, neighbouring words of one style joined; nothing without any."""
    return [{"type": "rich_text_section", "elements": _joined(inlines)}] if inlines else []


def bold(text: str) -> list[Element]:
    """Write words in bold."""
    return _words(text, {"bold": True})


def mentions(people: Sequence[str]) -> list[Element]:
    """Write mentions, which ping these people: ids that the desk itself has named."""
    found: list[Element] = []
    for person in people:
        found += [{"type": "user", "user_id": person}, *_words(" ", {})]
    return found[:-1]


def link(url: str, words: str) -> Element:
    """Write a link; the address has to be safe."""
    return {"type": "link", "url": url, "text": words}


def bullets(lines: Sequence[Sequence[Element]]) -> Element:
    """Write lines as a list."""
    return _list([list(line) for line in lines], style="bullet")


def _gap(line: list[Element], found: list[Element]) -> list[Element]:
    """Set a paragraph apart from what stands above it; preformatted text has its own margin."""
    if line:
        return _words("\n\n", {})
    above = found[-1]["type"] if found else ""
    return _words("\n", {}) if above in {"rich_text_list", "rich_text_quote"} else []


def _running(block: Paragraph | Heading | Rule) -> list[Element]:
    match block:
        case Paragraph():
            return _inlines(block.of, {})
        case Heading():
            return _inlines(block.of, {"bold": True})
        case Rule():
            return _words(RULE, {})


def _standing(block: Items | Quote | CodeBlock | Table) -> list[Element]:
    match block:
        case Items():
            return _items(block, 0)
        case Quote():
            return [{"type": "rich_text_quote", "elements": _joined(_flat(block.of))}]
        case CodeBlock():
            return [_preformatted(block.text.rstrip("\n"))]
        case Table():
            return [_preformatted(in_columns(block))]


def _preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": _words(text or " ", {})}


def _items(block: Items, indent: int) -> list[Element]:
    """Write a list; one inside an item stands between the items, further right."""
    found: list[Element] = []
    lines: list[list[Element]] = []
    style, first = ("ordered" if block.ordered else "bullet"), block.start
    for number, item in enumerate(block.items, start=block.start):
        own = [part for part in item if not isinstance(part, Items)]
        lines.append(_flat(own) or _words(" ", {}))
        for nested in (part for part in item if isinstance(part, Items)):
            if lines:
                found.append(_list(lines, style=style, indent=indent, first=first))
            found += _items(nested, indent + 1)
            lines, first = [], number + 1
    if lines:
        found.append(_list(lines, style=style, indent=indent, first=first))
    return found


def _list(lines: list[list[Element]], *, style: str, indent: int = 0, first: int = 1) -> Element:
    written: Element = {
        "type": "rich_text_list",
        "style": style,
        "indent": min(indent, DEEPEST_INDENT),
        "elements": [part for line in lines for part in section(line)],
    }
    if style == "ordered" and first > 1:
        written["offset"] = first - 1
    return written


def _flat(blocks: Sequence[Block]) -> list[Element]:
    """Write blocks as lines, where Slack takes nothing else."""
    found: list[Element] = []
    for block in blocks:
        if found:
            found += _words("\n", {})
        match block:
            case Paragraph() | Heading() | Rule():
                found += _running(block)
            case CodeBlock():
                found += _words(block.text.rstrip("\n") or " ", {"code": True})
            case Quote():
                found += _flat(block.of)
            case Items() | Table():
                found += _words(plain((block,)), {})
    return found


def _inlines(inlines: Sequence[Inline], style: Style) -> list[Element]:
    return [element for inline in inlines for element in _inline(inline, style)]


def _inline(inline: Inline, style: Style) -> list[Element]:
    match inline:
        case Text():
            return _words(inline.text, style)
        case Break():
            return _words("\n", style)
        case Code():
            return _words(inline.text, style | {"code": True})
        case Anchor():
            anchor = link(inline.url, plain_inline(inline.of))
            return [anchor | {"style": style} if style else anchor]
        case Strong() | Emphasis() | Strike():
            return _inlines(inline.of, style | {_STYLES[type(inline)]: True})


def _joined(inlines: Sequence[Element]) -> list[Element]:
    found: list[Element] = []
    for inline in inlines:
        last: Element = found[-1] if found else {}
        are_words = last.get("type") == inline["type"] == "text"
        if are_words and last.get("style") == inline.get("style"):
            found[-1] = last | {"text": last["text"] + inline["text"]}
        else:
            found.append(inline)
    return found


def _words(text: str, style: Style) -> list[Element]:
    if not text:
        return []
    element: Element = {"type": "text", "text": text}
    return [element | {"style": style} if style else element]
