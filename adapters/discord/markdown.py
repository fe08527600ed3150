"""A tree of CommonMark → Discord's Markdown (pure)."""

import re
from collections.abc import Sequence

from adapters.markup.columns import in_columns
from adapters.markup.plain import plain_inline
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

NEW_LINE = "\n"
DEEPEST_HEADING = 3
"""Discord knows three levels; deeper headings are bold."""

_ADDRESS = re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]")
"""Discord's own idea of an address."""

_MARKS = re.compile(r"[\\*_~|`<\[]")
_BEHIND_ADDRESS = re.compile(r"^([.,:;\"')\]]*)\\<(\w*)(?=([^\w\s\\])?)")
_LINE_START = re.compile(r"^([^\S\n]*)(-#|[-+>#]|\d+(?=[.)]))", re.MULTILINE)
_RUN_OF_TICKS = re.compile("`+")
_LOOKS_LIKE_ADDRESS = re.compile(r"https?://|[\w-]\.[a-z]{2,}\b", re.IGNORECASE)
_ENDS_OF_LINKS = str.maketrans({char: f"%{ord(char):02X}" for char in "<>()\\"})
_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


def escape(text: str) -> str:
    """Return Discord's Markdown that shows ``text`` as it stands.

    Addresses stay as they are, for Discord shows them untouched.
    """
    shown: list[str] = []
    at = 0
    clean = _UNSHOWABLE.sub("", text)
    for address in _ADDRESS.finditer(clean):
        words = _between(clean[at : address.start()], follows=at > 0)
        is_broken = words.endswith("<") and not words.endswith("\\<")
        shown += (words, _broken(address[0]) if is_broken else address[0])
        at = address.end()
    shown.append(_between(clean[at:], follows=at > 0))
    return _LINE_START.sub(_escape_line_start, "".join(shown))


def _between(words: str, *, follows: bool) -> str:
    """Escape words; a backslash right behind the address that they follow would become part of it."""
    escaped = _MARKS.sub(r"\\\g<0>", words)
    return _BEHIND_ADDRESS.sub(_break_up, escaped) if follows else escaped


def _break_up(found: re.Match[str]) -> str:
    tail, name, mark = found.groups()
    return f"{tail}<{name}" + ("\\" if mark else "")


def _broken(address: str) -> str:
    """Write an address, and all that it runs into, as words: ``<`` stands before it unescaped."""
    return _MARKS.sub(r"\\\g<0>", address).replace("://", r"\://")


def write(blocks: Sequence[Block]) -> str:
    """Write blocks, an empty line between them."""
    return "\n\n".join(_block(block) for block in blocks)


def _escape_line_start(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            written = _inlines(block.of)
        case Heading():
            written = _heading(block)
        case Items():
            written = _items(block)
        case Quote():
            written = "\n".join(f"> {line}" for line in write(block.of).split("\n"))
        case CodeBlock():
            written = _fence(block.text, block.language)
        case Table():
            written = _fence(in_columns(block, rule="─", crossing="  "), "")
        case Rule():
            written = "───────────"
    return written


def _heading(block: Heading) -> str:
    words = _inlines(block.of).replace("\n", " ")
    if block.level > DEEPEST_HEADING:
        return f"**{words}**"
    return f"{'#' * block.level} {words}"


def _items(block: Items) -> str:
    lines: list[str] = []
    for number, item in enumerate(block.items, start=block.start):
        mark = f"{number}. " if block.ordered else "- "
        inside = "\n".join(_block(part) for part in item)
        lines.append(mark + inside.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _inlines(inlines: Sequence[Inline]) -> str:
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:
    match inline:
        case Text():
            written = escape(inline.text)
        case Break():
            written = "\n"
        case Code():
            written = _code(inline.text)
        case Anchor():
            written = _anchor(inline)
        case Strong():
            written = _wrapped("**", inline.of)
        case Emphasis():
            written = _wrapped("*", inline.of)
        case Strike():
            written = _wrapped("~~", inline.of)
    return written


def _wrapped(mark: str, inlines: Sequence[Inline]) -> str:
    inside = _inlines(inlines)
    return f"{mark}{inside}{mark}" if inside.strip() else inside


def _code(text: str) -> str:
    """Write code between at most two ticks: for Discord, three begin a block wherever they stand."""
    clean = _broken_up(_UNSHOWABLE.sub("", text).replace("\n", " "), longest=1)
    ticks = "``" if "`" in clean else "`"
    padded = f" {clean} " if clean.startswith("`") or clean.endswith("`") else clean
    return f"{ticks}{padded}{ticks}" if clean.strip() else clean


def _fence(text: str, language: str) -> str:
    """Write a code block; a fence within it is broken up."""
    clean = _broken_up(_UNSHOWABLE.sub("", text).rstrip("\n"), longest=2)
    name = language if re.fullmatch(r"[A-Za-z0-9_+.#-]{1,20}", language) else ""
    return f"```{name}\n{clean}\n```"


def _broken_up(code: str, *, longest: int) -> str:
    """Break up runs of more ticks than ``longest``, invisibly, so that they end no code."""
    return _RUN_OF_TICKS.sub(
        lambda run: run[0] if len(run[0]) <= longest else "\u200b".join(run[0]), code
    )


def _anchor(anchor: Anchor) -> str:
    """Write a link so that nobody is led elsewhere than the words say.

    Words that look like an address stand beside the true one instead of covering it.
    """
    words = plain_inline(anchor.of)
    url = anchor.url.translate(_ENDS_OF_LINKS)
    if words == anchor.url:
        return f"<{url}>"
    if _LOOKS_LIKE_ADDRESS.search(words) or "[" in words or "]" in words:
        return f"{escape(words)} (<{url}>)"
    return f"[{_inlines(anchor.of).replace(NEW_LINE, ' ')}](<{url}>)"
