"""The desk's threads: topics of a supergroup."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from adapters.telegram.errors import MALFORMED, says, translate, understood
from adapters.telegram.people import clean_name
from adapters.telegram.places import Place
from adapters.telegram.sending import TOPIC, Sender, Step
from adapters.telegram.wire import FloodError
from bot.vocabulary.cases import CLOSED, CaseStatus
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import OutgoingMessage

LONGEST_TITLE = 128

ICONS: dict[CaseStatus, tuple[str, ...]] = {
    CaseStatus.QUEUED: ("🆕", "❗", "❓"),
    CaseStatus.CLAIMED: ("👀", "✍", "💬"),
    CaseStatus.SNOOZED: ("⏰", "💤", "📆"),
    CaseStatus.RESOLVED: ("✅", "🏁"),
    CaseStatus.EXPIRED: ("⌛", "📁", "🏁"),
}
"""Which of the icons that Telegram offers for topics shows a status: the first one that it has."""

_VARIATION = "\ufe0f"


@dataclass(slots=True)
class Topics:
    """Opens and marks topics. A group's narrow limit counts: no call that changes nothing."""

    bot: Bot
    sender: Sender
    _icons: dict[str, str] = field(default_factory=dict[str, str], init=False)

    async def open(
        self, group: Place, title: str, first: OutgoingMessage, *, key: str
    ) -> tuple[Place, str]:
        """Open a topic with its first message; returns the topic and the message's id.

        The Bot API has no key for topics either: one whose opening ended unclearly is opened again,
        and an empty twin may be left.
        """
        group = await self.sender.memory.moved(group)
        icon, name = await self._icon(CaseStatus.QUEUED), clean_title(title)

        async def create() -> str:
            async with understood():
                topic = await self.bot.create_forum_topic(
                    group.chat_id, name, icon_custom_emoji_id=icon
                )
                return str(topic.message_thread_id)

        thread = await self.sender.once(group.chat_id, Step(key=key, number=TOPIC), create)
        place = Place(chat_id=group.chat_id, thread_id=int(thread))
        message_id = await self.sender.show(place, first, key=key)
        await self.sender.memory.keep_mark(place, CaseStatus.QUEUED)
        return place, message_id

    async def mark(self, place: Place, status: CaseStatus) -> None:
        """Show a case's status: by the topic's icon, and by closing it when it is resolved."""
        place = await self.sender.memory.moved(place)
        thread = place.thread_id
        before = await self.sender.memory.mark(place)
        if thread is None or before == status:
            return
        try:
            await self._show(place, thread, status, before)
        except DeliveryError as error:
            if error.thread_gone:
                await self.sender.memory.drop_mark(place)
            raise
        await self.sender.memory.keep_mark(place, status)

    async def _show(
        self, place: Place, thread: int, status: CaseStatus, before: str | None
    ) -> None:
        if icon := await self._icon(status):
            await self._change(
                place,
                lambda: self.bot.edit_forum_topic(place.chat_id, thread, icon_custom_emoji_id=icon),
            )
        if status in CLOSED:
            await self._change(place, lambda: self.bot.close_forum_topic(place.chat_id, thread))
        elif before is None:
            await self._change(place, lambda: self.bot.reopen_forum_topic(place.chat_id, thread))

    async def _change(self, place: Place, call: Callable[[], Awaitable[bool]]) -> None:
        await self.sender.pacer.turn(place.chat_id)
        try:
            await call()
        except FloodError as error:
            await self.sender.pacer.rest(place.chat_id, error.seconds)
            raise translate(error) from error
        except TelegramError as error:
            if not (isinstance(error, BadRequest) and says(error, "not modified")):
                raise translate(error) from error

    async def _icon(self, status: CaseStatus) -> str | None:
        """Return the icon of a status; None when Telegram offers none, which is no reason to fail."""
        if not self._icons:
            try:
                stickers = await self.bot.get_forum_topic_icon_stickers()
            except (TelegramError, *MALFORMED):
                return None
            self._icons = {
                (sticker.emoji or "").replace(_VARIATION, ""): sticker.custom_emoji_id
                for sticker in stickers
                if sticker.custom_emoji_id
            }
        return next((self._icons[icon] for icon in ICONS[status] if icon in self._icons), None)


def clean_title(title: str) -> str:
    """Return a title as Telegram takes it: one line of at most 128 characters, never empty."""
    return clean_name(title, longest=LONGEST_TITLE) or "…"
