"""The mailbox of a conversation: what was accepted and is not yet handled, one holder at a time."""

from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.keys import (
    HISTORY_SECONDS,
    MAILBOX_LIMIT,
    WEEK_SECONDS,
    ConversationKeys,
)
from bot.engine.scripts import source
from bot.engine.snapshots import FIELDS, StoredTexts, conversation_of
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind

MESSAGES_A_TURN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of an event: ``wake`` is a number when a worker must be woken, else None."""

    is_new: bool
    wake: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Messages leased to one holder. ``version`` fences everything that the holder will store.

    ``desk_for`` names the customer's conversation when this one is a case's thread; ``draft`` is the
    key of a draft that a turn has left behind, ``answer`` that of the bot's last answer.
    """

    messages: tuple[IncomingMessage, ...]
    conversation: Conversation
    version: int
    tries: int
    desk_for: ConversationRef | None
    draft: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Another holder works on the conversation; its lease ends in ``seconds`` unless renewed."""

    seconds: float


class Mailbox:
    """Accepts events and leases conversations; each step is one atomic script.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        deadline: float,
        lease_seconds: float,
        keep_seconds: int = HISTORY_SECONDS,
    ) -> None:
        self._redis = redis
        self._deadline = deadline
        self._lease_seconds = lease_seconds
        self._keep_seconds = keep_seconds
        self._ingest = redis.register_script(source("lifetime", "ingest"))
        self._begin = redis.register_script(source("lifetime", "begin"))
        self._renew = redis.register_script(source("renew"))
        self._finish = redis.register_script(source("finish"))
        self._note_draft = redis.register_script(source("note_draft"))

    async def ingest(self, message: IncomingMessage) -> Ingested:
        """Store an event durably, once.

        Raises:
            StateUnavailableError: Redis failed, or the mailbox is full: do not acknowledge.
        """
        keys = ConversationKeys(message.conversation)
        amends = message.kind in {MessageKind.EDITED, MessageKind.DELETED}
        async with guarded(self._deadline):
            status, wake = await self._ingest(
                keys=[keys.seen(message.event_key), keys.mailbox, keys.state, keys.pending],
                args=[
                    codec.dumps(codec.incoming, message),
                    keys.reference,
                    WEEK_SECONDS,
                    MAILBOX_LIMIT,
                    int(amends),
                    self._keep_seconds,
                ],
            )
        if status < 0:
            raise StateUnavailableError(
                f"{MAILBOX_LIMIT} messages of one conversation wait already: try again later."
            )
        return Ingested(is_new=status == 1, wake=wake or None)

    async def begin(
        self, ref: ConversationRef, holder: str, *, most: int = MESSAGES_A_TURN, counts: bool = True
    ) -> Work | Busy | None:
        """Lease a conversation and read its oldest messages; None when there are none.

        After a first failed try messages come one by one, so that one poisoned message does not
        take its neighbours down. ``counts`` is False when a fenced turn is simply run again.
        """
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            reply = await self._begin(
                keys=[keys.state, keys.mailbox, keys.history, keys.cases],
                args=[holder, self._lease_seconds, most, int(counts), self._keep_seconds],
            )
        match reply:
            case ["busy", seconds]:
                return Busy(seconds=float(seconds))
            case ["work", version, tries, messages, history, cases, fields]:
                stored = StoredTexts(fields=fields, history=history, cases=cases)
                return _work(ref, int(version), int(tries), messages, stored)
            case _:
                return None

    async def renew(self, ref: ConversationRef, holder: str) -> bool:
        """Keep the lease; False when it was lost."""
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            return bool(await self._renew(keys=[keys.state], args=[holder, self._lease_seconds]))

    async def note_draft(self, ref: ConversationRef, version: int, key: str) -> bool:
        """Note that a turn shows a draft; False when the conversation has changed since it began."""
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            return bool(await self._note_draft(keys=[keys.state], args=[version, key]))

    async def forget_draft(self, ref: ConversationRef) -> None:
        """Note that no draft is shown any more."""
        async with guarded(self._deadline):
            await self._redis.hdel(ConversationKeys(ref).state, "draft")

    async def finish(self, ref: ConversationRef, holder: str) -> bool:
        """Give the lease back; False when the holder has more to do."""
        return await self._give_back(ref, holder, leave=False) != 0

    async def hand_back(self, ref: ConversationRef, holder: str) -> int | None:
        """Give the lease back whatever is left; a wake-up number when another must go on."""
        left = await self._give_back(ref, holder, leave=True)
        return left - 1 if left > 1 else None

    async def _give_back(self, ref: ConversationRef, holder: str, *, leave: bool) -> int:
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            left = await self._finish(
                keys=[keys.state, keys.mailbox, keys.pending],
                args=[holder, keys.reference, int(leave)],
            )
        return cast(int, left)

    async def read(self, ref: ConversationRef) -> tuple[Conversation, int]:
        """Read a conversation without leasing it: its state and the version to store against."""
        keys = ConversationKeys(ref)
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hmget(keys.state, [*FIELDS, "version"])
            pipeline.lrange(keys.history, 0, -1)
            pipeline.lrange(keys.cases, 0, -1)
            fields, history, cases = await pipeline.execute()
        stored = StoredTexts(fields=fields, history=history, cases=cases)
        return conversation_of(ref, stored), int(fields[-1] or 0)


def _work(
    ref: ConversationRef,
    version: int,
    tries: int,
    messages: list[str],
    stored: StoredTexts,
) -> Work:
    desk_for, draft, answer = stored.fields[len(FIELDS) :]
    return Work(
        messages=tuple(codec.loads(codec.incoming, text) for text in messages),
        conversation=conversation_of(ref, stored),
        version=version,
        tries=tries,
        desk_for=ConversationRef.parse(desk_for) if desk_for else None,
        draft=draft,
        answer=answer,
    )
