"""Whether a text still says what it said before it was put into other words (pure).

Only what has a form can be compared: amounts, dates, codes, versions, addresses. Whoever sends the
text reads it first, so this is a net under a person, not in their place.
"""

import re

from knowledge.guards.claims import wrong_fact
from knowledge.guards.links import LinkRules
from knowledge.guards.masking import has_placeholder
from knowledge.guards.safe_text import safe_text

_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]+", re.IGNORECASE)
_STRETCH = 60
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def lost_fact(before: str, after: str, *, may_leave_out: bool) -> str | None:
    """Say which fact is not the same; None when all are.

    With ``may_leave_out`` the new text may say less, but nothing else.
    """
    if has_placeholder(after):
        return "it holds a placeholder that stands for nothing"
    added = wrong_fact(after, [before])
    return added if added or may_leave_out else wrong_fact(before, [after])


def repeats(text: str, instructions: str) -> bool:
    """Whether a text holds a stretch of what a model was told to do."""
    starts = range(0, len(instructions) - _STRETCH, _STRETCH // 3)
    return any(instructions[at : at + _STRETCH] in text for at in starts)


def made_safe(before: str, after: str) -> str:
    """Return ``after`` as harmless CommonMark that links nothing but what ``before`` names."""
    named = [url.rstrip(".,;:!?") for url in _URL.findall(before)]
    return safe_text(after, LinkRules.of((), [*named, *_MAIL.findall(before)])).strip()
