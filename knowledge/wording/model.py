"""A language model rewrites and translates what an agent is about to send."""

import asyncio
import logging
from collections.abc import Sequence

from bot.vocabulary.copilot import Wording
from knowledge.guards.masking import Masking
from knowledge.model.calling import Call, OnClaims, WritingModel
from knowledge.model.failures import ModelFailedError
from knowledge.model.prompt import Prompt
from knowledge.model.reply import Claim, ReplyReader
from knowledge.model.streaming import Deadlines
from knowledge.model.writing import join_claims
from knowledge.wording.kept import lost_fact, made_safe, repeats
from knowledge.wording.prompts import RULES, rewriting, translating

logger = logging.getLogger(__name__)

LONGEST = 4_000
"""Characters of a text that is put into other words; replies in a chat are shorter."""


class ModelWording:
    """Implements ``Rewriter`` and ``Translator``; ``models`` are asked in order.

    Personal data is masked on its way to them. A text that comes back with other facts, or that no
    model gives within the deadlines, counts as none.
    """

    def __init__(self, models: Sequence[WritingModel], deadlines: Deadlines) -> None:
        self._models = models
        self._deadlines = deadlines

    async def rewrite(
        self, text: str, wording: Wording, *, language: str, asker: str | None = None
    ) -> str | None:
        """See ``Rewriter.rewrite``."""
        if not _may_be_read(text):
            return None
        masking = Masking()
        prompt = rewriting(masking.mask(text, own=True), wording, language)
        shortens = wording is Wording.SHORTER
        return await self._written(text, prompt, masking, asker, may_leave_out=shortens)

    async def translate(
        self, text: str, *, source: str, target: str, asker: str | None = None
    ) -> str | None:
        """See ``Translator.translate``."""
        if not _may_be_read(text) or source == target:
            return None
        masking = Masking()
        prompt = translating(masking.mask(text, own=True), source, target)
        return await self._written(text, prompt, masking, asker, may_leave_out=False)

    async def _written(
        self, text: str, prompt: Prompt, masking: Masking, asker: str | None, *, may_leave_out: bool
    ) -> str | None:
        written = await self._ask(prompt, asker)
        if written is None:
            return None
        after = masking.restore(written)
        if repeats(after, RULES) or lost_fact(text, after, may_leave_out=may_leave_out):
            logger.warning("a text in other words says something else")
            return None
        return made_safe(text, after) or None

    async def _ask(self, prompt: Prompt, asker: str | None) -> str | None:
        ends = asyncio.get_running_loop().time() + self._deadlines.total
        call = Call(prompt=prompt, asker=asker, deadlines=self._deadlines, ends=ends)
        for model in self._models:
            said: list[str] = []
            try:
                done = await model.write(call, _into(said))
            except ModelFailedError as error:
                logger.warning("no other words", extra={"failure": str(error.failure)})
            else:
                return join_claims(said) if done and said else None
        return None


def _may_be_read(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST


def _into(said: list[str]) -> OnClaims:
    """Collect what a model writes, claim by claim."""

    async def on_claims(claims: list[Claim], reader: ReplyReader) -> None:
        del reader
        said.extend(claim.text.strip() for claim in claims if claim.text.strip())

    return on_claims
