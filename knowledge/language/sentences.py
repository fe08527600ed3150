"""Sentence ends, careful about abbreviations, versions, addresses and numbered things."""

import re

_END = re.compile(r"(?<=[.!?…])(?:[\"'”’»)\]*_`]{1,3})?\s+(?=[\"'“‘«(\[*_`¿¡]{0,3}[\w¿¡])|\n+")
_SHORT_FORMS = """
    e.g. i.e. etc. vs. approx. no. nr. fig. vol. dept. est. mr. mrs. ms. dr. prof. st. sr. sra.
    srta. dra. ud. uds. vd. p. pp. ej. pág. págs. núm. tel. ext. av. avda. c. aprox. art. cap.
    inc. ltd. co. corp. jr. a.m. p.m. u.s. u.k. ee. uu. z.b. d.h. bzw. ca. usw. evtl. ggf. inkl.
    zzgl. m. mme. mlle. max. min. sec. hr. hrs.
"""
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())


def split_sentences(text: str) -> list[str]:
    """Split into sentences; joining the results with spaces loses nothing but white space."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()].strip()
        if "\n" not in end[0] and _is_open(piece, text[end.end() : end.end() + 1]):
            continue
        if piece:
            sentences.append(piece)
        start = end.end()
    if rest := text[start:].strip():
        sentences.append(rest)
    return sentences


def _is_open(piece: str, following: str) -> bool:
    """Whether the dot at the end of ``piece`` does not end a sentence."""
    if following.islower():
        return True
    last = piece.rsplit(None, 1)[-1].lstrip("(\"'“«¿¡*[").lower()
    return last in _ABBREVIATIONS or re.fullmatch(r"\w\.|\d{1,3}\.", last) is not None
