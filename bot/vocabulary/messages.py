"""Messages: what people write and what Relevo says, as plain values.

A message is a value: it can be stored, queued, replayed and built in one line in a test. What only
one platform understands stays in that platform's ``parse.py`` and ``render.py``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

from typing_extensions import override


class Platform(StrEnum):
    """The chat apps that Relevo speaks."""

    SLACK = "slack"
    DISCORD = "discord"
    TELEGRAM = "telegram"
    PLAYGROUND = "playground"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRef:
    """Where a conversation happens; round-trips as text (``slack:T1:C1:171.2``).

    ``tenant_id`` is the workspace, guild or bot that the channel belongs to; ``thread_id`` is None
    for a conversation that fills its whole channel, such as a direct message.
    """

    platform: Platform
    tenant_id: str
    channel_id: str
    thread_id: str | None = None

    @override
    def __str__(self) -> str:
        return _as_text(self)

    @classmethod
    def parse(cls, text: str) -> "ConversationRef":
        """Read what ``str()`` wrote.

        Raises:
            ValueError: The text has not three or four parts, or names no known platform.
        """
        parts = [unquote(part) for part in text.split(":")]
        if len(parts) not in {3, 4}:
            raise ValueError(f"{text!r} is not platform:tenant:channel[:thread]")
        platform, tenant_id, channel_id, *thread = parts
        return cls(
            platform=Platform(platform),
            tenant_id=tenant_id,
            channel_id=channel_id,
            thread_id=thread[0] if thread else None,
        )


@lru_cache(maxsize=10_000)
def _as_text(ref: ConversationRef) -> str:
    parts = [ref.platform.value, ref.tenant_id, ref.channel_id]
    if ref.thread_id is not None:
        parts.append(ref.thread_id)
    return ":".join(quote(part, safe=" @.-_+#") for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts, and what they may be trusted with: the basis of every authorisation.

    ``tenant_id`` is the workspace, guild or bot through which they act. Only the core builds one.
    An external person is never an agent. Who is an admin is looked up with each command: see
    ``bot.vocabulary.administration``.
    """

    platform: Platform
    tenant_id: str
    user_id: str
    is_agent: bool = False
    is_external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a message, as the platform knows them.

    ``user_id`` is unique within (platform, tenant); ``display_name`` is never proof of identity.
    ``is_external`` marks who is no full member of the installation's own workspace, guild or group:
    Slack Connect partners and guests, webhooks, Telegram's anonymous admins and channel identities,
    and whoever could not be looked up. ``locale`` is the language that the platform reports for the
    person (``es``, ``pt-BR``), if any.
    """

    user_id: str
    display_name: str
    is_bot: bool = False
    is_me: bool = False
    is_external: bool = False
    locale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message: its description only, never its bytes.

    ``file_id`` is what the adapter of ``platform`` fetches the content by; None when it can't.
    """

    name: str
    content_type: str
    size_bytes: int
    platform: Platform | None = None
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file with its content, on its way from one platform to another; never stored."""

    name: str
    content_type: str
    content: bytes


class MessageKind(StrEnum):
    """What happened: something was written, changed, taken back, or a button was pressed."""

    NEW = "new"
    EDITED = "edited"
    DELETED = "deleted"
    PRESSED = "pressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One event of a conversation.

    ``event_key`` names the platform's event and is the key of de-duplication; ``id`` names the
    message, so an edit carries the id of the message that it changes. ``text`` is plain text, as
    the person sees it, without a mention of the bot. ``action`` is the pressed button's action for
    ``PRESSED``, else None; a thumb set on an answer is a pressed ``rate:up`` or ``rate:down``.
    ``sent_at`` is aware UTC. ``principal`` is stamped by the inbox; without one nothing is allowed.
    """

    event_key: str
    id: str
    kind: MessageKind = MessageKind.NEW
    conversation: ConversationRef
    author: Author
    text: str
    attachments: tuple[Attachment, ...] = ()
    action: str | None = None
    sent_at: datetime
    is_direct: bool = True
    is_mention: bool = False
    principal: Principal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a message. ``action`` comes back in ``IncomingMessage.action``.

    With ``asks`` the platform asks for a text first, where it has forms: it comes back as the
    ``text`` of the same event, which stays empty elsewhere. ``prefill`` stands in that form from the
    beginning. ``rate:up`` and ``rate:down`` are the two thumbs under an answer, which platforms show
    in their own way.
    """

    action: str
    label: str
    asks: bool = False
    prefill: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A source shown under an answer; ``url`` is None for knowledge without an address."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """What Relevo says, to be shown so that it pings nobody and unfurls no link.

    ``text`` is CommonMark, or with ``is_literal`` people's own words, shown exactly as they stand.
    ``speaker`` names the human who wrote it, if one. ``attachments`` are people's files, passed on.
    ``notifies`` are the platform's ids of agents who are to be pinged, in the desk alone: it is never
    taken from what anybody or any model wrote.
    """

    text: str
    is_literal: bool = False
    buttons: tuple[Button, ...] = ()
    sources: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    speaker: str | None = None
    in_reply_to: str | None = None
    notifies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """Where a message stands and its id there; a long one's last part, which has the buttons."""

    conversation: ConversationRef
    message_id: str
