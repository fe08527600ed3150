"""Finds personal data that has a form, in time that grows with the text alone (pure)."""

import re
from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

from bot.texts.numbers import card_spans, iban_length, is_national_id, is_phone

KINDS = ("SECRET", "EMAIL", "IBAN", "CARD", "ID", "IP", "PHONE")
"""All kinds; where two find the same characters, the earlier kind has them."""


class Found(NamedTuple):
    """Where something of a kind stands."""

    start: int
    end: int
    kind: str


# Every run of characters is taken whole (possessive), whether it is something or not, so that no
# character is looked at anew from each of its neighbours.
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]++(@[\w-]++(?:\.[\w-]++)++)?")
_KEY = re.compile(
    r"(?<![\w-])(?:sk-|pk_|rk_|sk_|xox[a-z]-|xapp-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|"
    r"ya29\.|eyJ|hf_|npm_|SG\.)[\w.-]{12,}+"
    r"|(?<!\d)\d{6,12}:[\w-]{30,}+"
    r"|(?<=[Bb]earer )[\w.~+/-]{8,}+=*"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_PRIVATE_KEY_END = "PRIVATE KEY-----"
_NAMED_SO = (
    r"(?<!\w)(?:pass ?word|passwort|passcode|passphrase|pwd|pin(?: code)?|api[ _-]?key|"
    r"access[ _-]?key|secret(?:[ _-]key)?|access[ _-]?token|token|cvv|cvc|contrase(?:ñ|n)a|"
    r"clave(?: de acceso)?|c[oó]digo pin|mot de passe|senha)"
)
_SECRET = re.compile(
    rf"{_NAMED_SO}(?:\s?[:=]\s{{0,3}}(?P<given>[^\s,;<>]{{3,200}})"
    r"| (?:is|was|es|era) [\"'“«`]?(?=[^\s,;<>]{0,60}[\d!#$%&*+@^_~])"
    r"(?P<told>[^\s,;<>]{3,200}))",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,32}")
_FEWEST_COLONS = 2
_DIGITS = re.compile(r"(?<![\w.,+])\d++(?:[ -]\d++)*+")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])")
_NATIONAL_ID = re.compile(
    r"(?<!\w)(?:[XYZxyz][- ]?\d{7}|\d{8}|\d\d\.\d{3}\.\d{3})[- ]?[A-Za-z](?!\w)"
)
_IP4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"
)
_IP6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}+(?![\w:])")
_PHONE = re.compile(
    r"(?<![\w.:/#€$£=+-])(?<!\d,)(?:\+|\()?\d(?:[ ().\-/]{0,3}\d){6,16}(?![\w%€$£]|[.,:]\d)"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,6}(?!\w))?",
    re.IGNORECASE,
)
_PHONE_NAMED = re.compile(
    r"(?:phone|telephone|tel|tel[eé]fono|m[oó]vil|mobile|cell|fax|whatsapp|n[uú]mero|call(?: me)?"
    r"|text me|ll[aá]m[ae]\w{0,4})\W{0,4}(?:is |es |at |on |al |to )?$",
    re.IGNORECASE,
)
_LOOK_BACK = 30
_Spans = Iterator[tuple[int, int]]


def find_personal(text: str) -> list[Found]:
    """Return what was found, in no order; where two overlap, both are there.

    ``sorted`` puts them so that the first of each place is the one to take.
    """
    found: list[Found] = []
    taken: set[int] = set()
    for kind in KINDS:
        for start, end in _FINDERS[kind](text):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found.append(Found(start, end, kind))
    return found


def _secrets(text: str) -> _Spans:
    yield from _private_keys(text)
    yield from (hit.span() for hit in _KEY.finditer(text))
    yield from (hit.span("given" if hit["given"] else "told") for hit in _SECRET.finditer(text))


def _private_keys(text: str) -> _Spans:
    end = 0
    while begin := _PRIVATE_KEY.search(text, end):
        last = text.find(_PRIVATE_KEY_END, begin.end())
        end = len(text) if last < 0 else last + len(_PRIVATE_KEY_END)
        yield begin.start(), end


def _emails(text: str) -> _Spans:
    for hit in _EMAIL.finditer(text):
        if hit[1]:
            yield hit.start(), hit.end()


def _ibans(text: str) -> _Spans:
    for hit in _IBAN.finditer(text):
        if length := iban_length(hit[0]):
            yield hit.start(), hit.start() + length


def _cards(text: str) -> _Spans:
    for run in _DIGITS.finditer(text):
        yield from ((run.start() + a, run.start() + b) for a, b in card_spans(run[0]))


def _ids(text: str) -> _Spans:
    yield from (hit.span() for hit in _SSN.finditer(text))
    yield from (hit.span() for hit in _NATIONAL_ID.finditer(text) if is_national_id(hit[0]))


def _addresses(text: str) -> _Spans:
    yield from (hit.span() for hit in _IP4.finditer(text))
    yield from (hit.span() for hit in _IP6.finditer(text) if _is_ip6(hit[0]))


def _is_ip6(text: str) -> bool:
    if text.count(":") < _FEWEST_COLONS or not any(letter.isdigit() for letter in text):
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _phones(text: str) -> _Spans:
    for hit in _PHONE.finditer(text):
        before = text[max(0, hit.start() - _LOOK_BACK) : hit.start()]
        if is_phone(hit[0], is_named=_PHONE_NAMED.search(before) is not None):
            yield hit.span()


_FINDERS: dict[str, Callable[[str], _Spans]] = {
    "SECRET": _secrets,
    "EMAIL": _emails,
    "IBAN": _ibans,
    "CARD": _cards,
    "ID": _ids,
    "IP": _addresses,
    "PHONE": _phones,
}
