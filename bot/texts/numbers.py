"""Which runs of digits are cards, accounts, ids or phones: by their check digits and their form (pure)."""

import re
from collections.abc import Iterator
from typing import Final

_SHORTEST_CARD, _LONGEST_CARD = 12, 19
_CARDS_BEGIN: Final = "123456"
_LETTERS_OF_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_COUNTRIES_BY_LENGTH = """
    15:NO 16:BE 18:DK,FI,FO,GL,NL,SD,FK 19:MK,SI 20:AT,BA,EE,KZ,LT,LU,XK 21:CH,HR,LI,LV
    22:BG,BH,CR,DE,GB,GE,IE,ME,RS,VA 23:AE,GI,IL,IQ,OM,SO,TL
    24:AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG,DZ 25:LY,PT,ST 26:IS,TR 27:BI,DJ,FR,GR,IT,MC,MR,SM,BF,CM
    28:AL,AZ,BY,CY,DO,GT,HN,HU,LB,NI,PL,SN 29:BR,EG,PS,QA,UA 30:JO,KW,MU 31:MT,SC 32:LC 33:RU
"""
_IBAN_LENGTHS: Final = {
    country: int(entry[:2])
    for entry in _COUNTRIES_BY_LENGTH.split()
    for country in entry[3:].split(",")
}
"""Length of an account's number by country (SWIFT's IBAN registry)."""

_PARTS = re.compile(r"\d+")
_DATE = re.compile(
    r"\(?(?:(?:19|20)\d\d([-./ ])\d{1,2}\1\d{1,2}|\d{1,2}([-./ ])\d{1,2}\2(?:19|20)\d\d)(?!\d)"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d?(?: \d{3})+")
_BARE = re.compile(r"[6-9]\d{8}|[2-9]\d{9}|0\d{9,13}|1\d{9,10}")
_EXTENSION = re.compile(r"\s?(?:x|ext).*", re.IGNORECASE)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_LONGEST_PART = 5


def card_spans(run: str) -> Iterator[tuple[int, int]]:
    """Find card numbers in digits that blanks or hyphens part: the longest from each place on.

    A card has 12 to 19 digits whose weighted sum ends in 0 (ISO/IEC 7812-1, annex B).
    """
    parts = [part.span() for part in _PARTS.finditer(run)]
    first = 0
    while first < len(parts):
        last = _last_of_card(run, parts, first)
        if last is not None:
            yield parts[first][0], parts[last][1]
        first = first + 1 if last is None else last + 1


def _last_of_card(run: str, parts: list[tuple[int, int]], first: int) -> int | None:
    digits, found = "", None
    for place in range(first, min(len(parts), first + _LONGEST_CARD)):
        digits += run[slice(*parts[place])]
        if len(digits) > _LONGEST_CARD:
            break
        if len(digits) >= _SHORTEST_CARD and digits[0] in _CARDS_BEGIN and has_luhn(digits):
            found = place
    return found


def has_luhn(digits: str) -> bool:
    """Whether the last digit fits the others (Luhn 1960)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0


def iban_length(text: str) -> int:
    """How many characters of a text are an account's number that it begins with; 0 for none.

    The number, country and check digits at its end, is 1 modulo 97 (ISO 13616).
    """
    wanted = _IBAN_LENGTHS.get(text[:2].upper(), 0)
    places = [place for place, character in enumerate(text) if character.isalnum()][:wanted]
    if not wanted or len(places) < wanted or text[places[-1] + 1 :][:1].isalnum():
        return 0
    number = "".join(text[place] for place in places).upper()
    rearranged = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
    return places[-1] + 1 if int(rearranged) % 97 == 1 else 0


def is_national_id(text: str) -> bool:
    """Whether the letter of a Spanish DNI or NIE is that of its number (modulo 23)."""
    plain = re.sub(r"[- .]", "", text).upper()
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return _LETTERS_OF_DNI[int(number) % 23] == plain[-1]


def is_phone(text: str, *, is_named: bool) -> bool:
    """Whether digits and what parts them look like a phone's number, not a date or an amount.

    ``is_named`` says that the words before name a phone: then any digits of the right number are one.
    """
    number = _EXTENSION.sub("", text)
    parts = _PARTS.findall(number)
    digits = "".join(parts)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or _DATE.match(number):
        return False
    if is_named or number.startswith("+"):
        return True
    if len(parts) == 1:
        return _BARE.fullmatch(number) is not None
    return _THOUSANDS.fullmatch(number) is None and _is_grouped(parts)


def _is_grouped(parts: list[str]) -> bool:
    first, *others = parts
    if len(others) == 1:
        # A house's number before a postal code is no phone.
        return (len(first), len(others[0])) in {(3, 4), (4, 4)} or (
            first.startswith("0") and len(first) + len(others[0]) > _FEWEST_DIGITS + 1
        )
    fits = all(1 < len(part) <= _LONGEST_PART for part in others)
    return fits and len(first) <= _LONGEST_PART and (len(first) > 1 or first in "01")
