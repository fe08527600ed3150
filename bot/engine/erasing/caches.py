"""What is kept of persons beside conversations: adapters' caches, budgets, what became of sends."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.erasing.traces import Traces
from bot.engine.keys import ConversationKeys, pieces
from bot.engine.shared_keys import BudgetKeys, adapter_section
from bot.vocabulary.conversations import Memo
from bot.vocabulary.messages import Platform

TEXT_LENGTH = 12
"""Shorter texts of a person's are everybody's ("hello"): nothing is looked for by them."""

PIECES = 8
"""Deliveries of one turn at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """Takes persons out of caches.

    ``sections`` are those of each platform's adapter in which people's ids, names or words may stand. Every
    method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    redis: Redis
    sections: Mapping[Platform, tuple[str, ...]]
    deadline: float

    async def forget_place(self, traces: Traces) -> None:
        """Drop what adapters keep of somebody's words and cases, and what became of their sends."""
        texts = _texts(traces)
        for platform in self.sections:
            await self._drop(platform, lambda field, value: _has_text(field, value, texts))
        await self._forget_sends(traces)

    async def profiles(self, identity: str) -> Sequence[str]:
        """Return what adapters keep of an account under its id, as its platform has told it."""
        home, _, user = identity.rpartition(":")
        platform = Platform(home.partition(":")[0])
        found: list[str] = []
        for section in self.sections.get(platform, ()):
            async with guarded(self.deadline):
                value = await self.redis.hget(adapter_section(platform, section), user)
            found += [cast(str, value)] if value else []
        return found

    async def forget_account(self, identity: str) -> None:
        """Drop what is kept of an account: its profile, and its share of a budget."""
        home, _, user = identity.rpartition(":")
        platform = Platform(home.partition(":")[0])
        word = re.compile(rf"(?<![\w-]){re.escape(user)}(?![\w-])")
        await self._drop(
            platform, lambda field, value: bool(word.search(field) or word.search(value))
        )
        keys = BudgetKeys(identity)
        async with guarded(self.deadline), self.redis.pipeline(transaction=True) as pipeline:
            pipeline.hdel(keys.shared[0], f"person:{identity}")
            pipeline.delete(keys.calls)
            await pipeline.execute()

    async def _drop(self, platform: Platform, is_theirs: Callable[[str, str], bool]) -> None:
        for section in self.sections.get(platform, ()):
            key = adapter_section(platform, section)
            async with guarded(self.deadline):
                fields = cast(dict[str, str], await self.redis.hgetall(key))
            theirs = [field for field, value in fields.items() if is_theirs(field, value)]
            if theirs:
                async with guarded(self.deadline):
                    await self.redis.hdel(key, *theirs)

    async def _forget_sends(self, traces: Traces) -> None:
        keys = ConversationKeys(traces.place.ref)
        turns = [item.value.turn_id for item in traces.receipts]
        async with guarded(self.deadline), self.redis.pipeline(transaction=False) as pipeline:
            for turn in turns:
                for position in range(PIECES):
                    delivery = f"{turn}-{position}"
                    pipeline.delete(keys.sent(delivery))
                    pipeline.delete(pieces(delivery))
            await pipeline.execute()


def _texts(traces: Traces) -> Collection[str]:
    """Return the words by which what was made of them is found: theirs, drafts for them, case ids."""
    memo = traces.place.state.get("memo") if traces.has_memo else None
    known = codec.loads(codec.memo, memo) if memo else Memo()
    drafts = (*known.drafts, *filter(None, [known.shadow]))
    said = (item.value.text for item in traces.lines)
    words = {text for text in (*said, *(draft.text for draft in drafts))}
    return {text for text in words if len(text) >= TEXT_LENGTH} | traces.case_ids


def _has_text(field: str, value: str, texts: Collection[str]) -> bool:
    return any(text in value or text in field for text in texts)
