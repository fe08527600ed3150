"""Hears what agents promised a customer: something that they, or we, will do (pure).

A promise is a sentence with one of these forms that is no question; "we will see" promises nothing.
"""

import re
from collections.abc import Iterable

from bot.vocabulary.conversations import HistoryLine

_SENTENCES = re.compile(r"[^.!?\n]+[.!?]*")

_ENGLISH = r"""
    (?:i|we)(?:['’]ll|\s+will|\s+am\s+going\s+to|\s+are\s+going\s+to|['’](?:m|re)\s+going\s+to)\s+
        (?!(?:also\s+)?(?:have\s+to\s+)?(?:see|need|miss)\b|be\s+(?:able|happy|glad|here)\b|(?:probably|not|never|try)\b)\w+
  | (?:you|it|your\s+\w+)(?:['’]ll|\s+will)\s+(?:\w+\s+){0,2}(?:get|receive|have(?!\s+to)|arrive|reach|be\s+sent|be\s+refunded)\b
  | (?:i|we)\s+promise\b
  | (?:is|are)\s+going\s+to\s+be\s+(?:sent|refunded|delivered|replaced)\b
"""

_SPANISH = r"""
    (?:te|le|os|se\s+lo|te\s+lo|te\s+la|le\s+lo)\s+\w+(?:ré|remos|rá|rán)\b
  | (?:te|le|os)\s+(?:voy|vamos)\s+a\s+\w+r\w*\b
  | (?:voy|vamos)\s+a\s+(?!ver\b)\w+r(?:te|le|os|lo|la)(?:lo|la)?\b
  | (?:mañana|hoy|luego|esta\s+tarde|el\s+\w+)\s+(?:te|le|os)\s+\w+(?:mos|o|n|á)\b
  | (?:recibirás|recibirá|tendrás|tendrá|llegará|llegarán)\b
  | (?:prometo|prometemos)\b
"""

_PROMISE = re.compile(rf"(?<!\w)(?:{_ENGLISH}|{_SPANISH})", re.IGNORECASE | re.VERBOSE)

MOST = 3


def promised(lines: Iterable[HistoryLine]) -> tuple[str, ...]:
    """Return the sentences in which agents promised something, oldest first and the last few."""
    found = [sentence for line in lines for sentence in promises_in(line.text)]
    return tuple(dict.fromkeys(found))[-MOST:]


def promises_in(text: str) -> list[str]:
    """Return the sentences of a text that promise something."""
    sentences = (found.group().strip() for found in _SENTENCES.finditer(text))
    return [sentence for sentence in sentences if _is_promise(sentence)]


def _is_promise(sentence: str) -> bool:
    return not sentence.endswith("?") and _PROMISE.search(sentence) is not None
