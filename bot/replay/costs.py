"""What models cost in each replayed turn, whatever it came to: a memo forgets that with a hand-over."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from bot.vocabulary.knowledge import Answer, KnowledgeBase, OnDraft, Query, Source

_costs: ContextVar[list[float] | None] = ContextVar("costs", default=None)


@contextmanager
def metering() -> Generator[list[float]]:
    """Collect what answers cost that are looked up in here; what runs beside it has its own."""
    costs: list[float] = []
    before = _costs.set(costs)
    try:
        yield costs
    finally:
        _costs.reset(before)


class Metered:
    """Knowledge that notes what its answers cost; implements ``KnowledgeBase``."""

    def __init__(self, inner: KnowledgeBase) -> None:
        self._inner = inner

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """See ``KnowledgeBase.answer``."""
        found = await self._inner.answer(query, on_draft)
        if (costs := _costs.get()) is not None:
            costs.append(found.cost)
        return found

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """See ``KnowledgeBase.search``."""
        return await self._inner.search(query, limit)
