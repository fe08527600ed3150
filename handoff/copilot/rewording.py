"""A draft in other words: by a model where one is set, else by plain means."""

import re
from dataclasses import dataclass

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.copilot import Rewriter, Wording

SENTENCES_KEPT = 2
ITEMS_KEPT = 4
_END = re.compile(r"(?<=[.!?…])\s+(?=[^\s\d])")
_ITEM = re.compile(r"\s*(?:[-*]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """``rewriter`` is asked first; what it can't do is done plainly."""

    rewriter: Rewriter | None = None

    async def reword(
        self, text: str, wording: Wording, *, language: str, customer: str, asker: str
    ) -> str:
        """Return the text (CommonMark) in other words; the same where there are none."""
        if self.rewriter is not None:
            said = await self.rewriter.rewrite(text, wording, language=language, asker=asker)
            if said is not None:
                return said
        if wording is Wording.SHORTER:
            return shortened_plainly(text)
        return warmed_plainly(text, language, customer)


def shortened_plainly(text: str) -> str:
    """Keep the first sentences, and of a list its first items."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    kept: list[str] = []
    sentences = SENTENCES_KEPT
    for block in blocks:
        lines = block.splitlines()
        if all(_ITEM.match(line) for line in lines):
            kept.append("\n".join(lines[:ITEMS_KEPT]))
            break
        said = _END.split(block)
        kept.append(" ".join(said[:sentences]))
        sentences -= len(said)
        if sentences <= 0:
            break
    return "\n\n".join(kept)


def warmed_plainly(text: str, language: str, customer: str) -> str:
    """Put a kind word before and behind it, once."""
    before = say("copilot.warm_opening", language, customer=literal(customer.partition(" ")[0]))
    after = say("copilot.warm_closing", language)
    parts = [part for part in (before, text, after) if part is text or part not in text]
    return "\n\n".join(parts)
