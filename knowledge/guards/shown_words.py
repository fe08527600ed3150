"""Makes the words of an answer harmless: no address, no ping and no command of theirs stands (pure)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from knowledge.guards.hidden import without_hidden
from knowledge.guards.links import DOTS, DOTTED, Kind, LinkRules, broken, kind_of

_PLATFORM_FORM = re.compile(
    r"<(?:[@#!/][^<>\n]{1,200}|a?:\w{1,40}:\d{1,20}|[a-z]{1,10}:[^<>\s/]{1,200})>"
)
_OPENED_FORM = re.compile(r"<(?=[@#!])")
_RUN = re.compile(
    rf"(?<![\w@{DOTS}+%~-])(?P<address>[\w@{DOTS}+%~-]*+:/{{2,}}[^\s<>\"`]*+)"
    r"|(?<!\w)(?P<scheme>(?:javascript|vbscript|mailto|tel|sms|tg|file|intent|blob):)(?=\S)"
    r"|(?<![\w/:.])(?P<command>/[A-Za-z_][\w/@.-]*+)"
    rf"|(?P<words>[\w@{DOTS}+%~-]++(?:(?::\d{{1,5}})?/[^\s<>\"`]*+)?)",
    re.IGNORECASE,
)
_CODE_RUN = re.compile(
    r"(?<![A-Za-z0-9+.-])(?P<address>(?:[A-Za-z0-9+.-]*+:/{2,}|www\.)[^\s<>\"`]*+)", re.IGNORECASE
)
_DOTS_BEHIND = ".,;:!?"
_ENDS = ".,;:!?'*_~)]}…»”’"
_MAIL = re.compile(rf"[\w.+%~-]*[\w+%~-]@[\w-]+(?:[{DOTS}][\w-]+)+")
_EVERYONE = re.compile(r"(?<!@)@++(?=(?:everyone|here|channel)(?![a-z]))", re.IGNORECASE)


class Piece(NamedTuple):
    """Words to show; ``is_code`` where nothing but code keeps a platform from linking them."""

    text: str
    is_code: bool = False


def harmless(text: str, rules: LinkRules) -> list[Piece]:
    """Return running text without what would link, ping or command."""
    plain = _without_forms(text)
    pieces: list[Piece] = []
    end = 0
    for run in _RUN.finditer(plain):
        pieces += (Piece(plain[end : run.start()]), *_shown(run, rules))
        end = run.end()
    return list(_joined([*pieces, Piece(plain[end:])]))


def harmless_code(text: str, rules: LinkRules) -> str:
    """Return code without addresses that are not allowed, and without pings."""
    return _CODE_RUN.sub(lambda run: _address(run[0], rules), _without_forms(text))


def is_harmless(text: str, rules: LinkRules) -> bool:
    """Whether running text may be shown as it stands."""
    return harmless(text, rules) == ([Piece(text)] if text else [])


def _without_forms(text: str) -> str:
    plain = _PLATFORM_FORM.sub("", without_hidden(text))
    return _EVERYONE.sub("", _OPENED_FORM.sub("", plain))


def _shown(run: re.Match[str], rules: LinkRules) -> Iterator[Piece]:
    if run["address"]:
        yield Piece(_address(run[0], rules))
    elif run["command"]:
        yield Piece(run[0].rstrip(_ENDS), is_code=True)
        yield Piece(run[0][len(run[0].rstrip(_ENDS)) :])
    elif run["words"]:
        words = run[0].rstrip(_ENDS)
        yield _words(words, rules)
        yield Piece(run[0][len(words) :])


def _address(run: str, rules: LinkRules) -> str:
    address = run.rstrip(_ENDS)
    rest = run[len(address) :]
    if rules.allows(run.rstrip(_DOTS_BEHIND)) or rules.allows(address):
        return run
    scheme = address.partition("://")[0].lower()
    is_page = scheme.endswith(("http", "https")) or "://" not in address
    return (broken(address).rpartition("@")[2] if is_page else "") + rest


def _words(words: str, rules: LinkRules) -> Piece:
    if _MAIL.fullmatch(words):
        is_allowed = rules.allows_mail(words)
        return Piece(words if is_allowed else broken(words).replace("@", "[@]"))
    if words != "@":
        words = words.replace("@", "")
    kinds = {kind_of(name) for name in DOTTED.findall(words)}
    if kinds <= {Kind.NOTHING} or rules.allows_bare(words):
        return Piece(words)
    if Kind.HOST in kinds:
        return Piece(broken(words))
    is_text = Kind.SENTENCES in kinds and "/" not in words
    return Piece(words.replace(".", ". ")) if is_text else Piece(words, is_code=True)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind."""
    text, kind = "", False
    for piece in pieces:
        if piece.text and piece.is_code != kind:
            if text:
                yield Piece(text, is_code=kind)
            text, kind = "", piece.is_code
        text += piece.text
    if text:
        yield Piece(text, is_code=kind)
