"""Markdown: front matter, headings, lists, tables, code, and the extensions of doc systems.

Help centres write dialects: ``[!DNL name]`` and ``[!UICONTROL name]`` (Adobe), ``> [!NOTE]``
(Adobe, Microsoft, GitHub), ``:::image …:::`` (Microsoft), ``{#anchor}`` (kramdown), inline HTML.
Their words are kept and their marks dropped, so that nothing of them reaches a customer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.documents import Block, BlockKind, Document
from knowledge.readers.front_matter import split_front_matter
from knowledge.readers.html import read_html
from knowledge.readers.labels import read_labels
from knowledge.readers.tables import table_items
from knowledge.readers.titles import first_heading

# Every run of characters is bounded: unfinished marks, a hundred thousand of them, cost no square.
_EXTENSIONS = (
    (
        re.compile(
            r"\[!(?:DNL|UICONTROL|BADGE|PREVIEW)\s{1,9}([^\]\n]{0,500})\]",
            re.IGNORECASE,
        ),
        r"\1",
    ),
    (
        re.compile(
            r"\[!INCLUDE[^\]]{0,300}\]\([^)]{0,500}\)"
            r"|\[!INCLUDE\s{0,9}\[[^\]]{0,300}\]\([^)]{0,500}\)\]",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"\[!VIDEO[^\]]{0,500}\](?:\([^)]{0,500}\))?", re.IGNORECASE), ""),
    (re.compile(r"\[!(?!\[)([A-Z]{1,30})\][ \t]{0,99}(?=\n|$)", re.MULTILINE), ""),
    (re.compile(r":::image\b.*?:::", re.DOTALL), ""),
    (re.compile(r"^[ \t]*:::.*$", re.MULTILINE), ""),
    (
        re.compile(
            r"[ \t]{0,20}\{(?!:?[ \t]{0,9}#[\w:.-]{1,100}\}[ \t]{0,99}$)"
            r":?[#.][\w:. -]{1,200}(?:=[^}\n]{0,500})?\}",
            re.MULTILINE,
        ),
        "",
    ),
)
_ANCHOR = re.compile(r"[ \t]{0,20}\{:?[ \t]{0,9}#([\w:.-]{1,100})\}")
"""At the end of a line it may be the anchor of a heading, which is kept."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NAMES = {"lang": "language", "language": "language", "title": "title", "url": "url", "id": "id"}
_WORD = re.compile(r"\w+")
_DIFFERENT = 0.4
_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)(?:\s[^<>]*)?/?>")
_INLINE_TAGS = """
    a abbr b big br cite code del div em font i img ins kbd mark p q s small span strike strong
    sub sup u var wbr center details summary table tr td th tbody thead ul ol li
"""
_KNOWN_TAGS = frozenset(_INLINE_TAGS.split())


def read_markdown(text: str, *, title: str) -> Document:
    """Read Markdown; front matter, then the first level-1 heading, then ``title`` name it."""
    front, body = split_front_matter(text)
    named_by = {_NAMES[name]: value for name, value in front.items() if name in _NAMES}
    fields = {name: value for name, value in named_by.items() if isinstance(value, str) and value}
    labels, notes = read_labels(front)
    blocks = parse_markdown(body)
    named = fields.get("title") or first_heading(blocks) or title
    return Document(
        doc_id=fields.get("id"),
        title=clean_extensions(named).strip(),
        url=fields.get("url"),
        language=fields.get("language"),
        blocks=tuple(_without_title(blocks, named)),
        labels=labels,
        notes=notes,
    )


def clean_extensions(text: str) -> str:
    """Drop the marks of documentation dialects and keep their words."""
    return _ANCHOR.sub("", _clean_but_anchors(text))


def _clean_but_anchors(text: str) -> str:
    for pattern, replacement in _EXTENSIONS:
        text = pattern.sub(replacement, text)
    # Behind the last end of a comment no comment is looked for, or each would search to the end.
    last = text.rfind("-->") + len("-->")
    return _COMMENT.sub("", text[:last]) + text[last:] if last >= len("-->") else text


def parse_markdown(text: str) -> list[Block]:
    """Parse CommonMark with tables into blocks, in order."""
    parser = MarkdownIt("commonmark").enable("table")
    walker = _Walker()
    for token in parser.parse(_clean_but_anchors(text)):
        walker.feed(token)
    return walker.blocks


def _without_title(blocks: list[Block], title: str) -> Iterator[Block]:
    """Drop the heading that only repeats the title, so that it is in no heading path.

    In translated articles title and heading may differ by a word or two.
    """
    named = set(_WORD.findall(clean_extensions(title).casefold()))
    for index, block in enumerate(blocks):
        spoken = set(_WORD.findall(block.text.casefold()))
        is_first = index == 0 and block.kind is BlockKind.HEADING and block.level == 1
        if not is_first or len(spoken - named) > _DIFFERENT * len(spoken):
            yield block


@dataclass(slots=True)
class _Walker:
    """Turns the token stream of markdown-it into blocks."""

    blocks: list[Block] = field(default_factory=list[Block])
    lists: list[int] = field(default_factory=list[int])
    marker: str = ""
    heading: int = 0
    table: list[list[str]] | None = None

    def feed(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "bullet_list_open":
                self.lists.append(0)
            case "ordered_list_open":
                self.lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._open_item()
            case "inline" | "fence" | "code_block" | "html_block":
                self._feed_content(token)
            case _:
                self._feed_table(token)

    def _feed_table(self, token: Token) -> None:
        if token.type == "table_open":
            self.table = []
        elif token.type == "tr_open" and self.table is not None:
            self.table.append([])
        elif token.type == "table_close":
            self._close_table()

    def _feed_content(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._add_inline(render_inline(token.children or []))
            case "fence" | "code_block":
                self._add(BlockKind.CODE, token.content.rstrip("\n"), token.info.split(" ")[0])
            case _:
                self.blocks.extend(read_html(token.content, title="").blocks)

    def _open_item(self) -> None:
        number = self.lists[-1]
        self.marker = f"{number}." if number else "-"
        if number:
            self.lists[-1] += 1

    def _add_inline(self, text: str) -> None:
        anchor = _ANCHOR.search(text) if self.heading else None
        text = _ANCHOR.sub("", text).strip()
        if self.table is not None:
            self.table[-1].append(" ".join(text.split()))
        elif self.heading:
            level, self.heading = self.heading, 0
            if text:
                named = anchor[1] if anchor else ""
                heading = Block(kind=BlockKind.HEADING, text=text, level=level, anchor=named)
                self.blocks.append(heading)
        elif text:
            self._add(BlockKind.ITEM if self.marker else BlockKind.PARAGRAPH, text, self.marker)

    def _add(self, kind: BlockKind, text: str, marker: str = "") -> None:
        depth = len(self.lists) - (1 if kind is BlockKind.ITEM else 0)
        if text.strip():
            self.blocks.append(Block(kind=kind, text=text, level=max(depth, 0), marker=marker))
        self.marker = ""

    def _close_table(self) -> None:
        self.blocks.extend(table_items(self.table or [], depth=len(self.lists)))
        self.table = None


def render_inline(tokens: list[Token]) -> str:
    """Write inline tokens back as CommonMark; links to places that are no web address lose it."""
    parts: list[str] = []
    targets: list[str | None] = []
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            targets.append(target if target.startswith(("https://", "http://")) else None)
            parts.append("[" if targets[-1] else "")
        elif token.type == "link_close":
            target = targets.pop()
            parts.append(f"]({target})" if target else "")
        else:
            parts.append(_render_token(token))
    return "".join(parts).strip()


_FIXED = {"strong_open": "**", "strong_close": "**", "softbreak": " ", "hardbreak": "\n"}


def _render_token(token: Token) -> str:
    match token.type:
        case "code_inline":
            return f"`{token.content}`"
        case "html_inline":
            return _render_html_tag(token.content)
        case "text" | "text_special":
            return token.content
        case other:
            return _FIXED.get(other, "")


def _render_html_tag(tag: str) -> str:
    """Drop real HTML tags, keep placeholders that only look like tags (``<cluster ID>``)."""
    found = _RAW_TAG.fullmatch(tag)
    if found is None or found[2].lower() not in _KNOWN_TAGS:
        return f"`{tag}`" if not tag.startswith("</") else ""
    return "\n" if found[2].lower() == "br" else ""
