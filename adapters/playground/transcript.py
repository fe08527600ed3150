"""The playground's own message store: what Slack keeps for Slack, this keeps for the page.

All keys share the hash tag ``{pg}``. ``<ref>`` is the text of a ``ConversationRef``.

==============================  ======  ============================================  ============
key                             type    holds                                         lifetime
==============================  ======  ============================================  ============
``rv:{pg}:lines:<ref>``         hash    line id → ``sequence|revision|line as JSON``  30 days idle
``rv:{pg}:order:<ref>``         zset    line id → sequence; the newest 500            30 days idle
``rv:{pg}:shown:<digest>``      string  line id that an idempotency key was given     7 days
``rv:{pg}:threads``             hash    thread id → thread as JSON                    newest 200
``rv:{pg}:thread-order``        zset    thread id → sequence                          newest 200
``rv:{pg}:file:<id>``           string  file as JSON, its content in base64           30 days
``rv:{pg}:file-order``          zset    key of a file → sequence                      newest 50
``rv:{pg}:revision``            string  counter of sequences and revisions            kept
``rv:{pg}:feed`` (channel)      –       each new or changed line, thread, typing      –
==============================  ======  ============================================  ============
"""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol, cast

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from adapters.playground.lines import Line, StoredLine, dump_line, load_line, load_stored
from adapters.playground.scripts import source
from bot.vocabulary.cancellation import keeping_cancellation
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, File

FEED_CHANNEL = "rv:{pg}:feed"
LINES_KEPT = 500
THREADS_KEPT = 200
FILES_KEPT = 50
FILE_BYTES = 1024 * 1024
IDLE_SECONDS = 30 * 24 * 3600
MARKER_SECONDS = 7 * 24 * 3600
AMEND_TRIES = 20

_REVISION = "rv:{pg}:revision"
_THREADS = "rv:{pg}:threads"
_THREAD_ORDER = "rv:{pg}:thread-order"
_FILE_ORDER = "rv:{pg}:file-order"


class Commands(Protocol):
    """What is used of ``Redis``, with the types that it has when it decodes responses."""

    async def execute_command(self, *arguments: str) -> Any:
        """Send one command and return its reply."""
        ...

    def pubsub(self) -> PubSub:
        """Return a subscription on a connection of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskThread:
    """A thread of the desk: its id, its title, when it was opened (aware UTC), whether its case was erased."""

    id: str
    title: str
    opened_at: datetime
    is_erased: bool = False


class Transcript:
    """Keeps what the page shows and tells every process about each change.

    Every method raises ``StateUnavailableError`` when Redis did not do it within ``deadline``
    seconds. ``redis`` decodes responses.
    """

    def __init__(self, redis: Redis, *, deadline: float = 5.0) -> None:
        self._redis = cast("Commands", redis)
        self._deadline = deadline
        self._append = redis.register_script(source("append"))
        self._amend = redis.register_script(source("amend"))
        self._open = redis.register_script(source("open"))
        self._shelve = redis.register_script(source("shelve"))

    @property
    def redis(self) -> Commands:
        """The server that the transcript is kept on."""
        return self._redis

    async def append(self, conversation: ConversationRef, line: Line, *, key: str) -> str:
        """Add a line once for each ``key``; return the id under which the key is shown."""
        async with self._guarded():
            return cast(
                "str",
                await self._append(
                    keys=[
                        _lines(conversation),
                        _order(conversation),
                        _REVISION,
                        _marker(conversation, key),
                    ],
                    args=[
                        line.id,
                        dump_line(line),
                        json.dumps(str(conversation)),
                        FEED_CHANNEL,
                        LINES_KEPT,
                        IDLE_SECONDS,
                        MARKER_SECONDS,
                    ],
                ),
            )

    async def amend(
        self, conversation: ConversationRef, line_id: str, change: Callable[[Line], Line]
    ) -> Line | None:
        """Replace a line by what ``change`` makes of it; None when it is no longer kept.

        Changes of others in between are kept: the line is read again and ``change`` runs again.
        """
        for _ in range(AMEND_TRIES):
            stored = await self._stored(conversation, line_id)
            if stored is None:
                return None
            line = load_line(stored.split("|", 2)[2])
            changed = change(line)
            if changed == line or await self._replace(conversation, stored, changed):
                return changed
        raise StateUnavailableError("The message changed too often at once: try again.")

    async def line(self, conversation: ConversationRef, line_id: str) -> Line | None:
        """Read one line; None when it is not kept."""
        stored = await self._stored(conversation, line_id)
        return load_stored(stored).line if stored else None

    async def lines(self, conversation: ConversationRef) -> Sequence[StoredLine]:
        """Read all kept lines of a conversation, oldest first."""
        stored = [load_stored(text) for text in await self._values(_lines(conversation))]
        return sorted(stored, key=lambda line: line.sequence)

    async def drop(
        self, conversation: ConversationRef, line_ids: Sequence[str], file_ids: Sequence[str]
    ) -> None:
        """Forget lines and files; pages that show them do so until they are loaded again."""
        async with self._guarded():
            if line_ids:
                await self._redis.execute_command("HDEL", _lines(conversation), *line_ids)
                await self._redis.execute_command("ZREM", _order(conversation), *line_ids)
            if file_ids:
                keys = [_file(file_id) for file_id in file_ids]
                await self._redis.execute_command("DEL", *keys)
                await self._redis.execute_command("ZREM", _FILE_ORDER, *keys)

    async def erase_thread(self, thread_id: str) -> None:
        """Let a desk thread name its case alone and no customer, and tell every page that it is over."""
        async with self._guarded():
            text = await self._redis.execute_command("HGET", _THREADS, thread_id)
            if text is None:
                return
            thread = load_thread(text)
            title = thread.title.partition(" · ")[0]
            text = _dump_thread(replace(thread, title=title, is_erased=True))
            await self._redis.execute_command("HSET", _THREADS, thread_id, text)
            event = f'{{"kind":"thread","thread":{text}}}'
            await self._redis.execute_command("PUBLISH", FEED_CHANNEL, event)

    async def open_thread(self, thread: DeskThread) -> None:
        """Add a desk thread; repeating its id changes nothing."""
        text = _dump_thread(thread)
        async with self._guarded():
            await self._open(
                keys=[_THREADS, _THREAD_ORDER, _REVISION],
                args=[thread.id, text, FEED_CHANNEL, THREADS_KEPT],
            )

    async def threads(self) -> Sequence[DeskThread]:
        """Read all kept desk threads, newest first."""
        threads = [load_thread(text) for text in await self._values(_THREADS)]
        return sorted(threads, key=lambda thread: thread.opened_at, reverse=True)

    async def keep_file(self, file_id: str, file: File) -> None:
        """Keep a file of at most ``FILE_BYTES``; repeating its id changes nothing."""
        fields = {"name": file.name, "content_type": file.content_type}
        text = json.dumps(fields | {"content": base64.b64encode(file.content).decode()})
        async with self._guarded():
            await self._shelve(
                keys=[_file(file_id), _FILE_ORDER, _REVISION],
                args=[text, IDLE_SECONDS, FILES_KEPT],
            )

    async def file(self, file_id: str) -> File | None:
        """Read a file; None when it is not kept."""
        async with self._guarded():
            text = await self._redis.execute_command("GET", _file(file_id))
        if text is None:
            return None
        fields: dict[str, str] = json.loads(text)
        return File(
            name=fields["name"],
            content_type=fields["content_type"],
            content=base64.b64decode(fields["content"]),
        )

    async def announce(self, kind: str, conversation: ConversationRef) -> None:
        """Tell every page of ``typing`` or of a ``turn`` there; kept nowhere."""
        event = json.dumps({"kind": kind, "conversation": str(conversation)})
        async with self._guarded():
            await self._redis.execute_command("PUBLISH", FEED_CHANNEL, event)

    async def _stored(self, conversation: ConversationRef, line_id: str) -> str | None:
        async with self._guarded():
            return await self._redis.execute_command("HGET", _lines(conversation), line_id)

    async def _values(self, key: str) -> list[str]:
        async with self._guarded():
            return await self._redis.execute_command("HVALS", key)

    async def _replace(self, conversation: ConversationRef, stored: str, line: Line) -> bool:
        async with self._guarded():
            replaced = await self._amend(
                keys=[_lines(conversation), _REVISION],
                args=[
                    line.id,
                    stored,
                    dump_line(line),
                    json.dumps(str(conversation)),
                    FEED_CHANNEL,
                ],
            )
        return bool(replaced)

    @asynccontextmanager
    async def _guarded(self) -> AsyncGenerator[None]:
        try:
            async with keeping_cancellation(), asyncio.timeout(self._deadline):
                yield
        except (RedisError, OSError, TimeoutError) as error:
            raise StateUnavailableError(
                "Redis did not keep the playground's message: check that it runs and has memory."
            ) from error


def load_thread(text: str) -> DeskThread:
    """Read a thread that ``open_thread`` has stored or announced."""
    fields: dict[str, Any] = json.loads(text)
    return DeskThread(
        id=fields["id"],
        title=fields["title"],
        opened_at=datetime.fromisoformat(fields["opened_at"]),
        is_erased=fields.get("is_erased", False),
    )


def _dump_thread(thread: DeskThread) -> str:
    return json.dumps(asdict(thread) | {"opened_at": thread.opened_at.isoformat()})


def digest(*parts: str) -> str:
    """Return a short stable name for an idempotency key of any length and content."""
    joined = "\0".join(parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _lines(conversation: ConversationRef) -> str:
    return f"rv:{{pg}}:lines:{conversation}"


def _order(conversation: ConversationRef) -> str:
    return f"rv:{{pg}}:order:{conversation}"


def _file(file_id: str) -> str:
    return f"rv:{{pg}}:file:{file_id}"


def _marker(conversation: ConversationRef, key: str) -> str:
    return f"rv:{{pg}}:shown:{digest(str(conversation), key)}"
