"""CommonMark (with tables and strike-through) as a tree of a few harmless values.

There is no other kind: HTML is shown as the text that it is, a picture as its description, and a
link that no browser should open as its text. Nesting is bounded, so that writers may recurse.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

DEEPEST_BLOCK = 20
"""Where markdown-it stops reading blocks; a list or a quote inside it would be lost."""

DEEPEST_INLINE = 12
"""Emphasis inside emphasis beyond this is shown as plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words as they stand, without line breaks."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """Bold words."""

    of: tuple["Inline", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emphasis:
    """Italic words."""

    of: tuple["Inline", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Words struck through."""

    of: tuple["Inline", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A piece of code inside a line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link; ``url`` is safe (``safe_url``), ``of`` is never blank and holds no other link."""

    url: str
    of: tuple["Inline", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A new line inside a paragraph."""


Inline = Text | Strong | Emphasis | Strike | Code | Anchor | Break
Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; ``of`` is not empty."""

    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of ``level`` 1 to 6; ``of`` is not empty."""

    level: int
    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list; ``start`` is the number of the first item when it is ``ordered``."""

    ordered: bool
    start: int = 1
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Quoted blocks."""

    of: tuple["Block", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """Lines of code; ``text`` ends with a line feed unless it is empty or was cut."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; each row has as many cells as ``head``."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Heading | Items | Quote | CodeBlock | Rule | Table

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_BLOCK}).enable(
    ["table", "strikethrough"]
)


def parse(text: str) -> tuple[Block, ...]:
    """Read CommonMark. What leaves nothing to see (a link's definition) is shown as it stands."""
    tokens = _MARKDOWN.parse(text)
    if any(token.level >= DEEPEST_BLOCK - 1 for token in tokens):
        return verbatim(text)
    return _blocks(iter(tokens)) or verbatim(text)


def verbatim(text: str) -> tuple[Block, ...]:
    """Return a text exactly as it stands, as one paragraph of lines; nothing when it is blank."""
    return (Paragraph(of=_lines(text)),) if text.strip() else ()


def safe_url(url: str | None) -> str | None:
    """Return the address if a browser may open it: absolute, http or https, unbroken; else None."""
    if not url or not all(character.isprintable() and character != " " for character in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _blocks(tokens: Iterator[Token]) -> tuple[Block, ...]:
    """Read blocks up to the end of what encloses them."""
    found: list[Block] = []
    for token in tokens:
        if token.nesting < 0:
            break
        block = _BLOCKS[token.type](token, tokens)
        if block:
            found.append(block)
    return tuple(found)


def _paragraph(_token: Token, tokens: Iterator[Token]) -> Block | None:
    content = _content(tokens)
    return Paragraph(of=content) if content else None


def _heading(token: Token, tokens: Iterator[Token]) -> Block | None:
    content = _content(tokens)
    return Heading(level=int(token.tag[1:]), of=content) if content else None


def _list(token: Token, tokens: Iterator[Token]) -> Block:
    items: list[tuple[Block, ...]] = []
    for inner in tokens:
        if inner.nesting < 0:
            break
        items.append(_blocks(tokens))
    ordered = token.type == "ordered_list_open"
    start = int(token.attrs.get("start", 1)) if ordered else 1
    return Items(ordered=ordered, start=start, items=tuple(items))


def _quote(_token: Token, tokens: Iterator[Token]) -> Block | None:
    inside = _blocks(tokens)
    return Quote(of=inside) if inside else None


def _code(token: Token, _tokens: Iterator[Token]) -> Block:
    words = token.info.split()
    return CodeBlock(text=token.content, language=words[0] if words else "")


def _rule(_token: Token, _tokens: Iterator[Token]) -> Block:
    return Rule()


def _table(_token: Token, tokens: Iterator[Token]) -> Block:
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    for token in tokens:
        if token.type == "inline":
            row.append(_inlines(token.children or ()))
        elif token.type == "tr_close":
            rows.append(tuple(row))
            row = []
        elif token.type == "table_close":
            break
    return Table(head=rows[0], rows=tuple(rows[1:]))


_BLOCKS: Mapping[str, Callable[[Token, Iterator[Token]], Block | None]] = {
    "paragraph_open": _paragraph,
    "heading_open": _heading,
    "bullet_list_open": _list,
    "ordered_list_open": _list,
    "blockquote_open": _quote,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table_open": _table,
}


def _content(tokens: Iterator[Token]) -> tuple[Inline, ...]:
    """Read the one inline token of a paragraph or heading, and its end."""
    inline, _ = next(tokens), next(tokens)
    content = _inlines(inline.children or ())
    return content if _is_visible(content) else ()


_WRAPPERS = {"strong": Strong, "em": Emphasis, "s": Strike}


def _inlines(tokens: Sequence[Token]) -> tuple[Inline, ...]:
    """Build the tree without recursion: people and models nest emphasis a thousand deep."""
    levels: list[tuple[Token | None, list[Inline]]] = [(None, [])]
    for token in tokens:
        if token.nesting > 0:
            levels.append((token, []))
        elif token.nesting < 0 and len(levels) > 1:
            opened, inside = levels.pop()
            wrapped = _wrap(opened, tuple(inside), deep=len(levels) > DEEPEST_INLINE)
            _extend(levels[-1][1], wrapped)
        else:
            _extend(levels[-1][1], _leaf(token))
    return tuple(levels[0][1])


def _wrap(token: Token | None, inside: tuple[Inline, ...], *, deep: bool) -> tuple[Inline, ...]:
    name = token.type.removesuffix("_open") if token else ""
    if token and name == "link":
        return _anchor(token, inside)
    return inside if deep or not inside else (_WRAPPERS[name](of=inside),)


def _anchor(token: Token, inside: tuple[Inline, ...]) -> tuple[Inline, ...]:
    url = safe_url(str(token.attrs.get("href", "")))
    if url is None:
        return inside
    return (Anchor(url=url, of=inside if _is_visible(inside) else (Text(text=url),)),)


def _leaf(token: Token) -> tuple[Inline, ...]:
    match token.type:
        case "softbreak" | "hardbreak":
            return (Break(),)
        case "code_inline":
            return (Code(text=token.content),)
        case "image":
            return _lines(_description(token))
        case _:
            return _lines(token.content)


def _description(image: Token) -> str:
    """Return an image's description as plain words: it can stand in a link and hold none."""
    return "".join(
        _description(child)
        if child.type == "image"
        else child.content or "\n" * ("break" in child.type)
        for child in image.children or ()
    )


def _lines(text: str) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            found.append(Break())
        if line:
            found.append(Text(text=line))
    return tuple(found)


def _extend(inlines: list[Inline], more: tuple[Inline, ...]) -> None:
    """Append, joining neighbouring words."""
    for inline in more:
        last = inlines[-1] if inlines else None
        if isinstance(inline, Text) and isinstance(last, Text):
            inlines[-1] = Text(text=last.text + inline.text)
        else:
            inlines.append(inline)


def _is_visible(inlines: tuple[Inline, ...]) -> bool:
    return any(
        _is_visible(inline.of)
        if isinstance(inline, Strong | Emphasis | Strike | Anchor)
        else isinstance(inline, Text | Code) and bool(inline.text.strip())
        for inline in inlines
    )
