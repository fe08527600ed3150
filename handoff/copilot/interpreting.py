"""Between the agent's and the customer's language, where somebody translates; the original is kept."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.texts.defanged import defanged
from bot.vocabulary.copilot import Translator

LanguageOf = Callable[[str], str]
"""Tells the language (ISO 639-1) of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """``home`` is the language that the agents read and write."""

    home: str
    language_of: LanguageOf
    translator: Translator | None = None

    def is_needed(self, customer: str) -> bool:
        """Whether a customer who writes this language is understood through a translation."""
        return self.translator is not None and customer != self.home

    async def for_agent(self, text: str, *, customer: str, asker: str) -> str | None:
        """Translate what a customer wrote; None when it is understood as it is, or can't be done."""
        if self.translator is None or not text.strip():
            return None
        spoken = self.language_of(text)
        source = customer if spoken == self.home and customer != self.home else spoken
        if source == self.home:
            return None
        # An address that is dead already gives the translation no right to link it.
        dead = defanged(text)
        return await self.translator.translate(dead, source=source, target=self.home, asker=asker)

    async def for_customer(self, text: str, *, customer: str, asker: str) -> str | None:
        """Translate what an agent wrote; None when it is in the customer's language already."""
        if not self.is_needed(customer) or self.translator is None:
            return None
        if self.language_of(text) == customer:
            return None
        return await self.translator.translate(text, source=self.home, target=customer, asker=asker)
