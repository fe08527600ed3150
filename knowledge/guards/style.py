"""How answers sound: persona and tone for whoever writes them, and the words of the house (glossary)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.vocabulary.knowledge import Known

_LIKED = {
    ("length", "short"): "Answer in one or two sentences.",
    ("length", "detailed"): "Answer in detail.",
    ("level", "beginner"): "Use everyday words and explain each technical one.",
    ("level", "expert"): "Use technical words without explaining them.",
    ("tone", "formal"): "Address the customer formally (in Spanish: usted).",
    ("tone", "informal"): "Address the customer informally (in Spanish: tú).",
}
"""What people may like, by slot and value, and what a model is told then: our words, never theirs."""

_KEPT = re.compile(
    r"(```.*?```|`[^`\n]*`|\]\([^)\n]*\)|<[^<>\s]*>|https?://[^\s<>]+|(?<![\w.+-])[\w.+-]++@[\w.-]+)",
    re.DOTALL,
)
"""What is no wording: code, addresses."""


def likes(known: Iterable[Known]) -> tuple[str, ...]:
    """Say to a model how whoever asks likes answers; nothing for what we have no words for."""
    said = (_LIKED.get((one.slot, one.value)) for one in known)
    return tuple(instruction for instruction in said if instruction is not None)


@dataclass(frozen=True, kw_only=True)
class AnswerStyle:
    """``persona`` says who answers, ``tone`` how; both are instructions for a model and nothing else.

    ``glossary`` maps each preferred term to the words that it replaces, in quoted answers too.
    """

    persona: str = ""
    tone: str = ""
    glossary: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def instructions(self) -> str:
        """Return what a model is told, line by line; empty when nothing is set."""
        lines = [
            f"You are {self.persona}" if self.persona else "",
            f"Tone: {self.tone}" if self.tone else "",
            *(self._preference(term, others) for term, others in self.glossary.items()),
        ]
        return "\n".join(f"{line.rstrip('.')}." for line in lines if line)

    def apply(self, text: str) -> str:
        """Put preferred terms in the place of the words that they replace; code stays as it is."""
        if not self.glossary:
            return text
        pieces = _KEPT.split(text)
        pieces[::2] = [self._replaced.sub(self._preferred, piece) for piece in pieces[::2]]
        return "".join(pieces)

    @staticmethod
    def _preference(term: str, others: Sequence[str]) -> str:
        avoided = ", ".join(f'"{other}"' for other in others)
        return f'Write "{term}", not {avoided}' if others else f'Write "{term}" so'

    @cached_property
    def _spellings(self) -> list[tuple[str, str]]:
        """All that is looked for with its preferred term, longest first.

        The preferred terms are found as well: what is right already must not be put right.
        """
        right = [(term, term) for term in self.glossary]
        wrong = [(other, term) for term, others in self.glossary.items() for other in others]
        return sorted((*right, *wrong), key=lambda pair: len(pair[0]), reverse=True)

    @cached_property
    def _replaced(self) -> re.Pattern[str]:
        """Each spelling is a group: other letters than its own may match it, such as a long s."""
        names = "|".join(f"({re.escape(spelling)})" for spelling, _ in self._spellings)
        return re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)

    def _preferred(self, found: re.Match[str]) -> str:
        spelling, term = self._spellings[(found.lastindex or 1) - 1]
        if spelling.lower() == term.lower():
            return found[0]
        return term[0].upper() + term[1:] if found[0][0].isupper() else term
