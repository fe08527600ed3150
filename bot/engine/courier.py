"""Shows one delivery on its platform: sends, edits, takes back, passes files on, marks threads."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.engine.codec import StoredDelivery
from bot.engine.outbox import Next, Retracted
from bot.vocabulary.cases import CaseReader, CaseStatus
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.files import FileMaker, is_made
from bot.vocabulary.messages import (
    Attachment,
    ConversationRef,
    File,
    OutgoingMessage,
    Platform,
    SentMessage,
)
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.turns import Change, Lane

logger = logging.getLogger(__name__)

FILE_BYTES = 20 * 1024 * 1024
"""Largest file that is passed on: what Telegram lets a bot fetch."""

FETCH_TRIES = 4
"""So often the files of a message are fetched; then its words go without those that are missing."""


class FilesLateError(AdapterError):
    """Raised when a file can't be fetched just now; ``retry_after`` is what its platform asks for."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Courier:
    """Finds the adapter of each delivery and asks it for what is to be done.

    ``maker`` writes Relevo's own files.
    """

    def __init__(
        self,
        adapters: Mapping[Platform, ChatAdapter],
        desk_channel: ConversationRef | None,
        cases: CaseReader,
        *,
        files_seconds: float,
        maker: FileMaker | None = None,
    ) -> None:
        self._adapters = adapters
        self._maker = maker
        self._files_seconds = files_seconds
        self._desk_channel = desk_channel
        self._cases = cases

    async def show(self, head: Next) -> SentMessage | None:
        """Show what the head of a lane holds; None when there is nothing to be seen of it.

        Raises the errors of ``ChatAdapter``.
        """
        delivery = head.delivery
        if delivery.opens_thread is not None:
            return await self._open_thread(delivery, delivery.opens_thread)
        target = self._target(head)
        try:
            sent = await self._speak(head, target)
        except DeliveryError as error:
            if not error.thread_gone or target != head.thread or delivery.place is not None:
                raise
            return await self._open_again(head, error)
        if head.thread is not None:
            await self._mark(head.thread, delivery.marks)
        return sent

    async def _open_again(self, head: Next, error: DeliveryError) -> SentMessage:
        """Open another thread for an open case whose thread somebody has deleted."""
        case = await self._cases.of_thread(head.thread) if head.thread else None
        words = words_of(head)
        if case is None or not case.is_open or words is None:
            raise error
        channel = replace(head.thread, thread_id=None) if head.thread else self._desk()
        title = f"{case.id} · {case.customer}"
        logger.warning("thread opened again", extra={"case": case.id})
        sent = await self._adapter(channel).open_thread(
            channel, title, words, key=f"{head.delivery.id}-again"
        )
        await self._mark(sent.conversation, head.delivery.marks or case.status)
        return sent

    async def _mark(self, thread: ConversationRef, status: CaseStatus | None) -> None:
        """Show on a thread how its case stands.

        A mark is decoration: the words stand there already, and one that the platform refuses must
        not make them count as not shown.
        """
        if status is None:
            return
        try:
            await self._adapter(thread).mark_thread(thread, status)
        except DeliveryError as error:
            logger.warning("thread not marked", extra={"error": str(error)})

    async def typing(self, conversation: ConversationRef) -> None:
        """Show that an answer is being prepared."""
        adapter = self._adapters.get(conversation.platform)
        if adapter is not None:
            await adapter.typing(conversation)

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """Show the beginning of a reply that is being written, where the platform can."""
        adapter = self._adapters.get(conversation.platform)
        if adapter is not None and adapter.capabilities.previews:
            await adapter.preview(conversation, text, key=key)

    async def discard(self, conversation: ConversationRef, *, key: str) -> None:
        """Take a draft away; one that can't be taken away is only a piece of an answer."""
        adapter = self._adapters.get(conversation.platform)
        if adapter is not None and adapter.capabilities.previews:
            try:
                await adapter.retract(conversation, key=key)
            except AdapterError as error:
                logger.warning("draft left behind", extra={"error": str(error)})

    async def _open_thread(self, delivery: StoredDelivery, title: str) -> SentMessage:
        channel = delivery.channel or self._desk()
        adapter = self._adapter(channel)
        sent = await adapter.open_thread(channel, title, delivery.message, key=delivery.id)
        await self._mark(sent.conversation, delivery.marks)
        return sent

    async def _speak(self, head: Next, target: ConversationRef) -> SentMessage | None:
        adapter = self._adapter(target)
        match head.delivery.change:
            case Change.EDIT:
                if head.original and head.words != head.delivery.message:
                    await adapter.edit(target, head.delivery.message, key=head.original)
                return None
            case Change.RETRACT:
                if head.original:
                    await adapter.retract(target, key=head.original)
                return None
            case None:
                words = words_of(head)
                if words is None:
                    return None
                files, missing = await self._fetch(head, words, adapter.capabilities.max_file_bytes)
                words = replace(words, text="\n".join([words.text, *map(_not_passed_on, missing)]))
                return await adapter.send(target, words, key=head.delivery.id, files=files)

    async def _fetch(
        self, head: Next, words: OutgoingMessage, most_bytes: int
    ) -> tuple[Sequence[File], Sequence[str]]:
        """Fetch the files that can be passed on; and name those that can't.

        Raises:
            FilesLateError: One may be there later, and it was not tried often enough.
        """
        files: list[File] = []
        missing: list[str] = []
        until = asyncio.get_running_loop().time() + self._files_seconds
        for attachment in words.attachments:
            try:
                async with asyncio.timeout_at(until):
                    files.append(await self._download(attachment, min(most_bytes, FILE_BYTES)))
            except (DeliveryError, AuthenticationError) as error:
                logger.warning("file not passed on", extra={"error": str(error)})
                missing.append(attachment.name)
            except (ConnectionLostError, RateLimitedError, TimeoutError) as error:
                if head.tries < FETCH_TRIES:
                    raise _late(error) from error
                logger.warning("file given up", extra={"error": str(error), "tries": head.tries})
                missing.append(attachment.name)
        return files, missing

    async def _download(self, attachment: Attachment, most_bytes: int) -> File:
        if attachment.size_bytes > most_bytes:
            raise _too_large(most_bytes)
        if is_made(attachment) and self._maker is not None:
            return _no_larger(await self._maker.make(attachment), most_bytes)
        adapter = self._adapters.get(attachment.platform) if attachment.platform else None
        if adapter is None or attachment.file_id is None:
            raise DeliveryError("The file's platform is not configured: set its token.")
        return await adapter.download(attachment, most_bytes=most_bytes)

    def _target(self, head: Next) -> ConversationRef:
        if head.delivery.place is not None:
            return head.delivery.place
        if head.delivery.lane is Lane.CUSTOMER:
            return head.delivery.source
        return head.thread or self._desk()

    def _desk(self) -> ConversationRef:
        if self._desk_channel is None:
            raise DeliveryError("No desk.channel is set: set it, so that cases reach your agents.")
        return self._desk_channel

    def _adapter(self, target: ConversationRef) -> ChatAdapter:
        try:
            return self._adapters[target.platform]
        except KeyError:
            raise DeliveryError(f"{target.platform} is not configured: set its token.") from None


def words_of(head: Next) -> OutgoingMessage | None:
    """Return what is to be read: changed words, or several relays in one; None when taken back."""
    match head.words:
        case Retracted():
            return None
        case OutgoingMessage() as changed:
            return changed
        case None:
            messages = [head.delivery.message, *(item.message for item in head.together)]
            return messages[0] if len(messages) == 1 else _joined(messages)


def opened_thread(head: Next, sent: SentMessage | None) -> ConversationRef | None:
    """Return the thread that a delivery has opened: the first of a case, or another for a lost one."""
    if sent is None or head.delivery.lane is not Lane.DESK or head.delivery.place is not None:
        return None
    is_new = head.delivery.opens_thread is not None or sent.conversation != head.thread
    return sent.conversation if is_new and sent.conversation.thread_id is not None else None


def shown_words(head: Next) -> OutgoingMessage | None:
    """Return the agent's words that can be read now; None when a change changed nothing."""
    if head.delivery.change is None:
        return words_of(head)
    return head.delivery.message if head.original else None


def _joined(messages: Sequence[OutgoingMessage]) -> OutgoingMessage:
    """Join relays; where several people speak, each one's name stands before their words."""
    if len({message.speaker for message in messages}) == 1:
        return replace(messages[0], text="\n\n".join(message.text for message in messages))
    lines = [f"{message.speaker or ''}: {message.text}".lstrip(": ") for message in messages]
    return replace(messages[0], text="\n\n".join(lines), speaker=None)


def _no_larger(file: File, most_bytes: int) -> File:
    """Return a file that fits; raises ``DeliveryError``."""
    if len(file.content) > most_bytes:
        raise _too_large(most_bytes)
    return file


def _too_large(most_bytes: int) -> DeliveryError:
    return DeliveryError(f"The file is larger than {most_bytes} bytes: it stays where it is.")


def _late(error: AdapterError | TimeoutError) -> FilesLateError:
    after = error.retry_after if isinstance(error, RateLimitedError) else 0.0
    return FilesLateError(str(error) or "It took too long.", retry_after=after)


def _not_passed_on(name: str) -> str:
    """Say under a message that a file could not be fetched: in no language, for readers of all."""
    return f"⚠ {name}"
