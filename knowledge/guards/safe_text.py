"""Whatever a model wrote becomes harmless CommonMark.

Only links that are allowed stay; pictures become their words, HTML goes, nobody is pinged, nothing
hidden is left and no command stands ready to be pressed. It is read as CommonMark and written anew,
and what was written is read once more: text that is not harmless then is shown without any markup.
"""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.guards.commonmark import DEEPEST_BLOCK, Writer, escaped_lines
from knowledge.guards.hidden import without_hidden
from knowledge.guards.links import LinkRules
from knowledge.guards.shown_words import harmless, harmless_code, is_harmless

_OPTIONS = {"maxNesting": DEEPEST_BLOCK}
_WRITTEN = MarkdownIt("commonmark", _OPTIONS).enable(["table", "strikethrough"])
_SHOWN = MarkdownIt("commonmark", {**_OPTIONS, "html": False}).enable(["table", "strikethrough"])
"""As adapters read it: HTML is words to them."""

_ROUNDS = 3
LONGEST = 20_000
"""Characters of a text that are read: no answer is longer, and markdown-it's time grows faster."""


def safe_text(text: str, rules: LinkRules) -> str:
    """Return harmless CommonMark that says the same; empty when nothing harmless is left of it."""
    tokens = _WRITTEN.parse(without_hidden(text[:LONGEST]))
    for keeps_markup in (True, False):
        written = Writer(rules, keeps_emphasis=keeps_markup).write(tokens)
        if _is_safe(written, rules):
            return written
    return _without_markup(text, rules)


def _without_markup(text: str, rules: LinkRules) -> str:
    plain = text[:LONGEST]
    for _ in range(_ROUNDS):
        plain = "".join(piece.text for piece in harmless(plain, LinkRules()))
    written = escaped_lines(plain)
    return written if _is_safe(written, rules) else ""


def _is_safe(text: str, rules: LinkRules) -> bool:
    return all(_is_safe_block(token, rules) for token in _SHOWN.parse(text))


def _is_safe_block(token: Token, rules: LinkRules) -> bool:
    if token.type in {"fence", "code_block"}:
        return harmless_code(token.content, rules) == token.content
    children = token.children or ()
    return (
        all(rules.allows(url) for url in _urls(children))
        and all(is_harmless(words, rules) for words in _words(children))
        and all(
            harmless_code(child.content, rules) == child.content
            for child in children
            if child.type == "code_inline"
        )
    )


def _urls(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type == "link_open":
            yield str(child.attrs.get("href", ""))
        elif child.type == "image":
            yield ""  # none is ever written


def _words(children: Sequence[Token]) -> Iterator[str]:
    """Running text as a platform puts it together: emphasis parts no words, code and lines do."""
    words = ""
    for child in children:
        if child.type in {"code_inline", "softbreak", "hardbreak"}:
            yield words
            words = ""
        elif child.type not in {"link_open", "link_close"}:
            words += child.content
    yield words
