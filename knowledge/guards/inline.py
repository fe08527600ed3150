"""Writes the inside of a paragraph as CommonMark again, harmless and with few escapes."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from markdown_it.token import Token

from knowledge.guards.links import DOTTED, LinkRules, may_be_host
from knowledge.guards.shown_words import harmless, harmless_code

_MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|\Z)|[`*]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)|\](?=[(\[:]|[ \t]*\Z)|!(?=[ \t]*\Z)"
)
_LINE_EDGES = re.compile(r"[ \t]*\n[ \t]*")
_BRACKETS = re.compile(r"[\[\]]")
_TICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"[^\s()<>]+")


class _Part(NamedTuple):
    """``kind`` is words, mark, code, break, open (of a link) or close."""

    kind: str
    text: str = ""


def write_inline(tokens: Sequence[Token], rules: LinkRules, *, keeps_emphasis: bool) -> str:
    """Write inline tokens; links that ``rules`` do not allow are written as their words."""
    done: list[str] = []
    opened: tuple[str, int] | None = None
    for part in _joined(_parts(tokens, rules, keeps_emphasis=keeps_emphasis)):
        match part.kind:
            case "words":
                done += _words(part.text, rules, is_label=opened is not None)
            case "code":
                done.append(code_span(harmless_code(part.text, rules)))
            case "open":
                opened = (part.text, len(done))
            case "close" if opened:
                url, start = opened
                done[start:] = [_link(_together(done[start:]), url)]
                opened = None
            case _:
                done.append(part.text)
    return _stripped(_together(done))


def write_words(text: str, rules: LinkRules) -> str:
    """Write plain words, which hold no markup."""
    return _stripped("".join(_words(text, rules, is_label=False)))


def code_span(code: str) -> str:
    """Write code in a line, between more backticks than stand in it."""
    flat = code.replace("\n", " ").strip()
    if not flat:
        return ""
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(flat)), default=0))
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def escaped(words: str) -> str:
    """Escape what would be markup in the middle of a line."""
    return _MARKS.sub(r"\\\g<0>", words)


def _stripped(paragraph: str) -> str:
    """Take off what is left of a line's ends where something was left out: blanks there are markup."""
    return _LINE_EDGES.sub("\n", paragraph).strip()


def _together(written: Sequence[str]) -> str:
    """Join what was written; a blank parts code from code, for both would be read as one."""
    pieces = ["", *(piece for piece in written if piece)]
    return "".join(
        f" {piece}" if before.startswith("`") and piece.startswith("`") else piece
        for before, piece in pairwise(pieces)  # backticks of words are escaped
    )


def _parts(tokens: Sequence[Token], rules: LinkRules, *, keeps_emphasis: bool) -> Iterator[_Part]:
    is_kept = False
    for token in tokens:
        if token.type == "link_open":
            is_kept = rules.allows(str(token.attrs.get("href", "")))
        if is_kept or token.type not in {"link_open", "link_close"}:
            part = _part(token)
            if keeps_emphasis or part.kind != "mark":
                yield part


def _part(token: Token) -> _Part:
    match token.type:
        case "link_open":
            return _Part("open", str(token.attrs.get("href", "")))
        case "link_close":
            return _Part("close")
        case "code_inline":
            return _Part("code", token.content)
        case "softbreak" | "hardbreak":
            return _Part("break", "\n" if token.type == "softbreak" else "\\\n")
        case "image":
            return _Part("words", _description(token))
        case _:
            is_html = token.type == "html_inline"
            kind = "mark" if token.nesting else "words"
            return _Part(kind, token.markup if token.nesting else "" if is_html else token.content)


def _description(image: Token) -> str:
    """A picture's description as plain words; one in another is no deeper than the parser goes."""
    children = image.children or ()
    return "".join(
        _description(child) if child.type == "image" else child.content or " " for child in children
    )


def _joined(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Join words that touch each other once what stood between them is gone."""
    for kind, group in groupby(parts, key=lambda part: part.kind):
        if kind == "words":
            yield _Part(kind, "".join(part.text for part in group))
        else:
            yield from group


def _words(text: str, rules: LinkRules, *, is_label: bool) -> Iterator[str]:
    for piece in harmless(text, rules):
        if piece.is_code:
            yield code_span(piece.text)
        else:
            yield _in_label(piece.text) if is_label else escaped(piece.text)


def _in_label(words: str) -> str:
    """Escape all brackets as well: one by itself would end the words of a link."""
    others = _MARKS.sub(lambda mark: mark[0] if mark[0] == "]" else f"\\{mark[0]}", words)
    return _BRACKETS.sub(r"\\\g<0>", others)


def _link(label: str, url: str) -> str:
    """A link whose words are not those of another address."""
    host = urlsplit(url).hostname or url
    named = {name.lower() for name in DOTTED.findall(label) if may_be_host(name)}
    if not label.strip() or "[.\\]" in label or not named <= {host, host.removeprefix("www.")}:
        label = escaped(host)
    target = url if _ADDRESS.fullmatch(url) else f"<{url}>"
    return f"[{label}]({target})"
