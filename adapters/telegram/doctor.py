"""Finding the desk's group, and looking at what may be wrong between the bot and Telegram."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from telegram import User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from adapters.telegram.errors import translate, translated
from adapters.telegram.receipts import REACTIONS
from adapters.telegram.wire import Client
from bot.vocabulary.errors import AdapterError, ConfigurationError
from bot.vocabulary.platforms import Finding, Health, Sign

SUPERGROUP = "-100"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGroup:
    """A supergroup that may be the desk.

    ``is_proven`` when Telegram has told all that is needed; ``takes_signs`` unless it allows only
    reactions other than the one for what was delivered.
    """

    chat_id: int
    is_proven: bool
    takes_signs: bool = True


async def find_desk(client: Client, channel_id: str) -> FoundGroup:
    """Return the supergroup that is to be the desk, unless Telegram tells that it is not fit.

    Raises:
        ConfigurationError: It can't be the desk; the sentence says why and what helps.
        AdapterError: Telegram could not be asked.
    """
    chat_id = _chat_id(channel_id)
    chat = await _chat(client, channel_id, chat_id)
    if problem := unfit(chat):
        raise ConfigurationError(f"The Telegram group {channel_id} can't be the desk: {problem}")
    try:
        member = await client.ask("getChatMember", chat_id=chat_id, user_id=client.bot_id)
    except BadRequest as error:
        raise ConfigurationError(_not_there(channel_id)) from error
    except TelegramError as error:
        raise translate(error) from error
    if problem := powerless(member):
        raise ConfigurationError(f"The Telegram group {channel_id} can't be the desk: {problem}")
    is_proven = _is_told(chat, member)
    return FoundGroup(chat_id=chat_id, is_proven=is_proven, takes_signs=_takes_signs(chat))


def unfit(chat: Mapping[str, object]) -> str | None:
    """Return why a chat can't hold a desk; None when it can, or when Telegram does not tell."""
    kind = chat.get("type", ChatType.SUPERGROUP)
    if kind != ChatType.SUPERGROUP or ("type" in chat and not chat.get("is_forum")):
        return "it has no topics. Turn on Topics in the group's settings."
    if chat.get("username") or chat.get("linked_chat_id"):
        return (
            "strangers can write in it, and whoever writes in the desk is an agent. Make the group "
            "private, and unlink it from its channel."
        )
    return None


def powerless(member: Mapping[str, object]) -> str | None:
    """Return what the bot may not do in the desk's group; None when it may do all."""
    status = member.get("status", ChatMemberStatus.ADMINISTRATOR)
    if status == ChatMemberStatus.OWNER:
        return None
    if status != ChatMemberStatus.ADMINISTRATOR:
        return "the bot is no administrator there. Make it one that may manage topics."
    if member.get("can_manage_topics") is False:
        return "the bot may not manage topics there. Give it that right."
    return None


def _takes_signs(chat: Mapping[str, object]) -> bool:
    """Whether the bot may mark messages; a group that names no reactions takes all."""
    allowed = chat.get("available_reactions")
    if not isinstance(allowed, list):
        return True
    wanted = {"type": "emoji", "emoji": REACTIONS[Sign.DELIVERED]}
    return wanted in cast("list[object]", allowed)


def _is_told(chat: Mapping[str, object], member: Mapping[str, object]) -> bool:
    """Whether Telegram told all that ``unfit`` and ``powerless`` look at."""
    is_owner = member.get("status") == ChatMemberStatus.OWNER
    has_rights = "status" in member and "can_manage_topics" in member
    return "type" in chat and (is_owner or has_rights)


def _chat_id(channel_id: str) -> int:
    try:
        number = int(channel_id)
    except ValueError:
        raise ConfigurationError(
            f"{channel_id!r} is no Telegram group: set desk.channel to telegram:<id>, such as "
            "telegram:-1001234567890."
        ) from None
    return number if number < 0 else int(f"{SUPERGROUP}{number}")


async def _chat(client: Client, channel_id: str, chat_id: int) -> Mapping[str, object]:
    try:
        return await client.ask("getChat", chat_id=chat_id)
    except ChatMigrated as error:
        raise ConfigurationError(
            f"The Telegram group {channel_id} became a supergroup: set desk.channel to "
            f"telegram:{error.new_chat_id}."
        ) from error
    except (BadRequest, Forbidden) as error:
        raise ConfigurationError(_not_there(channel_id)) from error
    except TelegramError as error:
        raise translate(error) from error


def _not_there(channel_id: str) -> str:
    return (
        f"The bot sees no Telegram group {channel_id}: check the id in desk.channel, and add the "
        "bot to the group as an administrator who may manage topics."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Looks at the bot as Telegram sees it."""

    client: Client
    desk: str | None
    webhook: str

    async def findings(self) -> Sequence[Finding]:
        """Look at token, privacy, way in and desk. Never raises for Telegram's sake."""
        try:
            async with translated():
                me = await self.client.bot.get_me()
        except AdapterError as error:
            return [_broken("token", str(error))]
        found = [_good("token", f"The token belongs to @{me.username}."), _privacy(me)]
        found.append(await self._way_in())
        if self.desk is not None:
            found += await self._desk(self.desk)
        return found

    async def _way_in(self) -> Finding:
        subject = "webhook" if self.webhook else "polling"
        try:
            async with translated():
                return await (self._webhook() if self.webhook else self._polling())
        except AdapterError as error:
            return _warning(subject, str(error))

    async def _webhook(self) -> Finding:
        info = await self.client.bot.get_webhook_info()
        if not info.url:
            return _warning("webhook", "No webhook is set yet: `relevo run` sets it.")
        if info.url != self.webhook:
            return _warning(
                "webhook", "Telegram calls another address: `relevo run` sets the right one."
            )
        if info.last_error_message:
            return _warning(
                "webhook",
                f"Telegram could not reach telegram.webhook_url ({info.last_error_message}): "
                f"check the address; {info.pending_update_count} updates wait.",
            )
        return _good("webhook", "Telegram reaches the webhook.")

    async def _polling(self) -> Finding:
        info = await self.client.bot.get_webhook_info()
        if info.url:
            return _warning(
                "polling",
                "A webhook is set for this bot: `relevo run` removes it, unless another program "
                "uses it, which then needs a bot of its own.",
            )
        return _good("polling", f"{info.pending_update_count} updates wait to be fetched.")

    async def _desk(self, channel_id: str) -> list[Finding]:
        try:
            desk = await find_desk(self.client, channel_id)
        except (ConfigurationError, AdapterError) as error:
            return [_broken("desk", str(error))]
        text = (
            f"The group does not allow the reaction {REACTIONS[Sign.DELIVERED]}, so replies are not "
            "marked as delivered: allow it in the group's settings."
        )
        signs = [] if desk.takes_signs else [_warning("desk signs", text)]
        if not desk.is_proven:
            text = (
                "Telegram did not say whether the desk's group has topics and the bot may manage "
                "them: look in the group's settings."
            )
            return [_warning("desk", text), *signs]
        return [_good("desk", "The desk's group has topics, and the bot may manage them."), *signs]


def _privacy(me: User) -> Finding:
    if me.can_read_all_group_messages:
        return _good("groups", "The bot reads all messages of its groups, as the desk needs.")
    return _warning(
        "groups",
        "Privacy mode is on: in groups where it is no administrator the bot sees only commands, "
        "mentions and replies. An administrator sees all, so the desk works; change it with "
        "/setprivacy at @BotFather.",
    )


def _good(subject: str, text: str) -> Finding:
    return Finding(subject=subject, health=Health.GOOD, text=text)


def _warning(subject: str, text: str) -> Finding:
    return Finding(subject=subject, health=Health.WARNING, text=text)


def _broken(subject: str, text: str) -> Finding:
    return Finding(subject=subject, health=Health.BROKEN, text=text)
