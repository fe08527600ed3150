"""Writes blocks that markdown-it has read as CommonMark again; ``inline`` writes what is in them."""

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from knowledge.guards.inline import escaped, write_inline, write_words
from knowledge.guards.links import LinkRules
from knowledge.guards.shown_words import harmless_code

DEEPEST_BLOCK = 20
"""Where adapters stop reading blocks."""

_LINE_START = re.compile(
    r"^(?:[+-](?=\s|$)|#{1,6}(?=\s|$)|>|[=-]+(?=\s*$)|(?P<number>\d{1,9})(?=[.)](?:\s|$))"
    r"|[|:-](?=[|:\t -]*$))",
    re.MULTILINE,
)
_TAG = re.compile(r"</?[A-Za-z!?-][^<>]*>?")
_SILENT = re.compile(r"<(script|style)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LANGUAGE = re.compile(r"[\w+#-]{1,20}")
_LIST = re.compile(r"- |\d+\. ")
_TICKS = re.compile(r"`{3,}")


class Writer:
    """Writes tokens of markdown-it; links are those that ``rules`` allow."""

    def __init__(self, rules: LinkRules, *, keeps_emphasis: bool = True) -> None:
        self._rules = rules
        self._keeps_emphasis = keeps_emphasis

    def write(self, tokens: Sequence[Token]) -> str:
        """Return CommonMark; empty when nothing can be seen."""
        return "\n\n".join(self._blocks(iter(tokens)))

    def _blocks(self, tokens: Iterator[Token]) -> list[str]:
        """Write blocks up to the end of what encloses them; empty ones are left out."""
        found: list[str] = []
        for token in tokens:
            if token.nesting < 0:
                break
            block = self._block(token, tokens)
            if block.strip():
                found.append(block)
        return found

    def _block(self, token: Token, tokens: Iterator[Token]) -> str:
        writers: dict[str, Callable[[], str]] = {
            "inline": lambda: escaped_starts(self._inline(token)),
            "heading_open": lambda: self._heading(token, tokens),
            "bullet_list_open": lambda: self._list(token, tokens),
            "ordered_list_open": lambda: self._list(token, tokens),
            "blockquote_open": lambda: self._quote(tokens),
            "fence": lambda: self._code_block(token),
            "code_block": lambda: self._code_block(token),
            "hr": lambda: "***",
            "table_open": lambda: self._table(tokens),
            "html_block": lambda: self._html(token),
        }
        if token.type in writers:
            return writers[token.type]()
        return "\n\n".join(self._blocks(tokens)) if token.nesting > 0 else ""

    def _heading(self, token: Token, tokens: Iterator[Token]) -> str:
        words = _one_line(" ".join(self._blocks(tokens)))
        return f"{'#' * int(token.tag[1:])} {words}" if words else ""

    def _quote(self, tokens: Iterator[Token]) -> str:
        inside = "\n\n".join(self._blocks(tokens))
        return _prefixed(inside, "> ", "> ") if inside else ""

    def _html(self, token: Token) -> str:
        return escaped_starts(write_words(_without_tags(token.content), self._rules))

    def _inline(self, token: Token) -> str:
        return write_inline(token.children or (), self._rules, keeps_emphasis=self._keeps_emphasis)

    def _list(self, opened: Token, tokens: Iterator[Token]) -> str:
        is_ordered = opened.type == "ordered_list_open"
        number = int(opened.attrs.get("start", 1))
        items: list[str] = []
        glue = "\n"
        for item in tokens:
            if item.nesting < 0:
                break
            blocks = self._blocks(tokens)
            if not blocks:
                continue
            inner = "\n" if all(_LIST.match(block) for block in blocks[1:]) else "\n\n"
            glue = max(glue, inner)
            mark = f"{number + len(items)}. " if is_ordered else "- "
            items.append(_prefixed(inner.join(blocks), mark, " " * len(mark)))
        return glue.join(items)

    def _code_block(self, token: Token) -> str:
        code = harmless_code(token.content, self._rules).strip("\n")
        fence = "`" * (1 + max((len(run) for run in _TICKS.findall(code)), default=2))
        language = _LANGUAGE.fullmatch((token.info.split() or [""])[0])
        return f"{fence}{language[0] if language else ''}\n{code}\n{fence}" if code.strip() else ""

    def _table(self, tokens: Iterator[Token]) -> str:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_one_line(self._inline(token)).replace("|", "\\|"))
            elif token.type == "table_close":
                break
        head, *others = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join((head, f"|{' --- |' * len(rows[0])}", *others))


def escaped_starts(paragraph: str) -> str:
    """Escape what would begin a list, a heading, a quote or a table's rows at the start of a line."""
    return _LINE_START.sub(
        lambda start: f"{start[0]}\\" if start["number"] else f"\\{start[0]}", paragraph
    )


def escaped_lines(text: str) -> str:
    """Return CommonMark that shows words line by line, as they stand."""
    lines = (escaped(line.strip()) for line in text.split("\n"))
    return escaped_starts("\n".join(line for line in lines if line))


def _one_line(text: str) -> str:
    return text.replace("\\\n", " ").replace("\n", " ")


def _prefixed(text: str, first: str, others: str) -> str:
    head, *rest = text.split("\n")
    return "\n".join((first + head, *(f"{others}{line}".rstrip() for line in rest)))


def _without_tags(html: str) -> str:
    if _SILENT.match(html.lstrip()):
        return ""
    return "\n".join(
        line.strip() for line in _TAG.sub("", _COMMENT.sub("", html)).split("\n") if line.strip()
    )
