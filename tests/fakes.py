"""Stand-ins for what is not under test, handed in where the app hands in the real ones."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp.web import AbstractRouteDef

from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.knowledge import Answer, Confidence, OnDraft, Query, Source
from bot.vocabulary.messages import (
    Attachment,
    ConversationRef,
    File,
    OutgoingMessage,
    Platform,
    SentMessage,
)
from bot.vocabulary.platforms import Capabilities, Finding, Intake


@dataclass
class Shown:
    """One visible message of the recording platform."""

    key: str
    conversation: ConversationRef
    message: OutgoingMessage
    files: Sequence[File] = ()
    edits: int = 0


@dataclass
class RecordingAdapter:
    """A platform in memory that keeps every visible message and honours idempotency keys.

    ``before_send`` may raise or wait, to play a platform's moods; what is in ``refuses`` shows and
    changes nothing for good, as after a block.
    """

    platform: Platform = Platform.PLAYGROUND
    before_send: Callable[[str], Awaitable[None]] | None = None
    refuses: set[ConversationRef] = field(default_factory=set[ConversationRef])
    shown: list[Shown] = field(default_factory=list[Shown])
    repeats: int = 0
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            max_text_length=4000,
            max_file_bytes=1_000_000,
            edits=True,
            previews=True,
        )
    )
    previews: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Key and text of each draft, as it grew."""
    drafts: dict[str, str] = field(default_factory=dict[str, str])
    """What can be seen of drafts now."""
    marks: list[tuple[ConversationRef, CaseStatus]] = field(
        default_factory=list[tuple[ConversationRef, CaseStatus]]
    )
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """What ``download`` finds, by file id."""
    _by_key: dict[str, SentMessage] = field(default_factory=dict[str, SentMessage])

    def routes(self) -> Sequence[AbstractRouteDef]:
        return ()

    async def run(self, intake: Intake) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if self.before_send is not None:
            await self.before_send(key)
        self._check(conversation)
        return self._show(conversation, message, key, files)

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        self._check(conversation)
        for item in self.shown:
            if item.key == key and item.conversation == conversation:
                item.message = message
                item.edits += 1

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        self.previews.append((key, text))
        self.drafts[key] = text

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        self._check(conversation)
        self.drafts.pop(key, None)
        self.shown = [item for item in self.shown if item.key != key]

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        if self.before_send is not None:
            await self.before_send(key)
        self._check(channel)
        thread = ConversationRef(
            platform=channel.platform,
            tenant_id=channel.tenant_id,
            channel_id=channel.channel_id,
            thread_id=f"t-{key}",
        )
        return self._show(thread, first, key)

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        self.marks.append((thread, status))

    async def typing(self, conversation: ConversationRef) -> None:
        await asyncio.sleep(0)

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        content = self.contents.get(attachment.file_id or "")
        if content is None or len(content) > most_bytes:
            raise DeliveryError("The file is gone or too large.")
        return File(name=attachment.name, content_type=attachment.content_type, content=content)

    async def locate(self, channel_id: str) -> ConversationRef:
        return ConversationRef(platform=self.platform, tenant_id="demo", channel_id=channel_id)

    async def diagnose(self) -> Sequence[Finding]:
        return ()

    def texts(self, conversation: ConversationRef) -> list[str]:
        return [item.message.text for item in self.shown if item.conversation == conversation]

    def id_of(self, shown: Shown) -> str:
        """Return the id that the platform gave to a message."""
        return self._by_key[shown.key].message_id

    def threads(self) -> list[ConversationRef]:
        opened = (item.conversation for item in self.shown if item.conversation.thread_id)
        return list(dict.fromkeys(opened))

    def copies(self) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        for item in self.shown:
            counts[item.key] += 1
        return counts

    def _check(self, conversation: ConversationRef) -> None:
        if conversation in self.refuses:
            raise DeliveryError("It is refused.")

    def _show(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if key in self._by_key:
            self.repeats += 1
            return self._by_key[key]
        self.drafts.pop(key, None)
        shown = Shown(key=key, conversation=conversation, message=message, files=files)
        self.shown.append(shown)
        sent = SentMessage(conversation=conversation, message_id=f"p{len(self.shown)}")
        self._by_key[key] = sent
        return sent


def a_source(doc_id: str = "d1", **fields: object) -> Source:
    values: dict[str, object] = {
        "doc_id": doc_id,
        "title": f"Title {doc_id}",
        "heading": "",
        "url": f"https://help.example/{doc_id}",
        "score": 0.9,
        "language": "en",
        "excerpt": "…",
    }
    return Source(**(values | fields))  # pyright: ignore[reportArgumentType]


@dataclass
class ScriptedKnowledge:
    """Answers from a table of words; unknown questions get an empty, unsure answer."""

    answers: dict[str, list[tuple[str, str, float]]] = field(
        default_factory=dict[str, list[tuple[str, str, float]]]
    )
    queries: list[Query] = field(default_factory=list[Query])
    error: Exception | None = None

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        self.queries.append(query)
        if self.error is not None:
            raise self.error
        for word, candidates in self.answers.items():
            if word in query.text.lower():
                for doc_id, text, confidence in candidates:
                    if doc_id not in query.excluded:
                        return self._found(doc_id, text, confidence)
        return Answer(text="", language="en", sources=(), confidence=Confidence(value=0.05))

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return (await self.answer(query)).sources[:limit]

    def _found(self, doc_id: str, text: str, confidence: float) -> Answer:
        return Answer(
            text=text,
            language="en",
            sources=(a_source(doc_id),),
            confidence=Confidence(value=confidence, reasons=("scripted",)),
        )
