"""The state of a small Discord: one guild with a channel and a forum, people, and a bot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord import payloads
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.reading import pings, unfurls

BOT = "900"
GUILD = "100"
CHANNEL = "200"
FORUM = "201"
DESK_CHANNEL = "202"
OTHER_GUILD = "101"
CUSTOMER = "300"
AGENT = "301"
STRANGER = "302"
DIRECT = "400"
CONTENT_INTENT = 1 << 15
CONTENT_FLAG = 1 << 18

Emit = Callable[[str, Payload], None]


@dataclass
class World:
    """See the module. ``emit`` is set by the gateway; the counters are what people would notice."""

    token: str = "bot-token"  # noqa: S105
    application_flags: int = CONTENT_FLAG
    permissions: str = payloads.ADMINISTRATOR
    may_manage: bool = True
    most_threads: int = 1000
    keeps_nonces: bool = True
    emit: Emit = lambda _kind, _payload: None
    users: dict[str, Payload] = field(default_factory=dict[str, Payload])
    members: dict[str, Payload] = field(default_factory=dict[str, Payload])
    channels: dict[str, Payload] = field(default_factory=dict[str, Payload])
    messages: dict[str, Payload] = field(default_factory=dict[str, Payload])
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    nonces: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    callbacks: list[Payload] = field(default_factory=list[Payload])
    answered: dict[str, Payload] = field(default_factory=dict[str, Payload])
    pinged: list[str] = field(default_factory=list[str])
    reacted: dict[tuple[str, str], None] = field(default_factory=dict[tuple[str, str], None])
    """Message and emoji of each reaction of the bot."""
    previewed: int = 0
    menus: dict[str, list[Payload]] = field(default_factory=dict[str, list[Payload]])
    """Commands by the guild in which they are offered, those of everywhere under an empty name."""
    owner: str = "1"
    roles: dict[str, Payload] = field(default_factory=dict[str, Payload])
    elsewhere: dict[str, dict[str, Payload]] = field(default_factory=dict[str, dict[str, Payload]])
    """Members of the bot's other guilds, by the guild."""
    takes_none: set[str] = field(default_factory=set[str])
    """People who take no direct messages of the bot."""
    asides: list[Payload] = field(default_factory=list[Payload])
    """What is shown beside interactions, to their people alone."""

    def __post_init__(self) -> None:
        self.users = {
            BOT: payloads.user(BOT, "Relevo", bot=True),
            CUSTOMER: payloads.user(CUSTOMER, "Cleo"),
            AGENT: payloads.user(AGENT, "Ana"),
            STRANGER: payloads.user(STRANGER, "Sam"),
        }
        self.members = {known: payloads.member() for known in (BOT, CUSTOMER, AGENT)}
        tags = [payloads_tag(number) for number in range(1)]
        self.channels = {
            CHANNEL: payloads.channel(CHANNEL, 0, GUILD, "help"),
            DESK_CHANNEL: payloads.channel(DESK_CHANNEL, 0, GUILD, "desk"),
            FORUM: payloads.channel(FORUM, 15, GUILD, "cases", available_tags=tags),
            DIRECT: payloads.direct(DIRECT, self.users[CUSTOMER]),
        }

    def guilds(self) -> list[str]:
        """All guilds that the bot is in."""
        return ([GUILD] if BOT in self.members else []) + [*self.elsewhere]

    def members_of(self, guild_id: str) -> dict[str, Payload]:
        return self.members if guild_id == GUILD else self.elsewhere.get(guild_id, {})

    def give_role(self, user_id: str, role_id: str, permissions: int, **more: Any) -> None:
        """Let a member have a role that allows something."""
        self.roles[role_id] = payloads.role(role_id, str(permissions)) | {"name": role_id} | more
        self.members[user_id]["roles"].append(role_id)

    def offered(self, name: str, guild_id: str | None) -> Payload:
        """Find the one command of a name that Discord's menu has in a place."""
        context = 1 if guild_id is None else 0
        general = [one for one in self.menus.get("", []) if context in one["contexts"]]
        found = [*general, *(self.menus.get(guild_id, []) if guild_id else [])]
        [command] = [one for one in found if one["name"] == name]
        return command

    def guild_of(self, channel_id: str) -> str | None:
        return self.channels[channel_id].get("guild_id")

    def in_channel(self, channel_id: str) -> list[Payload]:
        """Messages, oldest first."""
        found = [raw for raw in self.messages.values() if raw["channel_id"] == channel_id]
        return sorted(found, key=lambda raw: int(raw["id"]))

    def by_bot(self, channel_id: str) -> list[Payload]:
        return [raw for raw in self.in_channel(channel_id) if raw["author"]["id"] == BOT]

    def dressed(self, message: Payload, author_id: str) -> Payload:
        """Return a message as the gateway sends it: with its guild and its writer's membership."""
        guild_id = self.guild_of(message["channel_id"])
        if guild_id is None:
            return dict(message)
        found = message | {"guild_id": guild_id}
        if author_id in self.members:
            found["member"] = self.members[author_id]
        return found

    def say(self, channel_id: str, author_id: str, text: str, **more: Any) -> Payload:
        """A person writes; mentions in the text are worked out as Discord does."""
        mentions = [person for key, person in self.users.items() if f"<@{key}>" in text]
        message = payloads.message(
            channel_id, self.users[author_id], text, mentions=mentions, **more
        )
        self.messages[message["id"]] = message
        self.emit("MESSAGE_CREATE", self.dressed(message, author_id))
        return message

    def change(self, message_id: str, text: str) -> None:
        """A person edits."""
        message = self.messages[message_id]
        message |= {"content": text, "edited_timestamp": payloads.timestamp()}
        self.emit("MESSAGE_UPDATE", self.dressed(message, message["author"]["id"]))

    def take_back(self, message_id: str) -> None:
        """A message vanishes."""
        message = self.messages.pop(message_id)
        gone = {"id": message_id, "channel_id": message["channel_id"]}
        guild_id = self.guild_of(message["channel_id"])
        self.emit("MESSAGE_DELETE", gone | ({"guild_id": guild_id} if guild_id else {}))

    def notice(self, body: Payload) -> None:
        """Count what the bot's words would do."""
        content, flags = body.get("content") or "", int(body.get("flags") or 0)
        self.pinged += pings(content, body.get("allowed_mentions"))
        self.previewed += unfurls(content, flags)

    def threads(self, parent_id: str) -> list[Payload]:
        found = [raw for raw in self.channels.values() if raw.get("parent_id") == parent_id]
        return sorted(found, key=lambda raw: int(raw["id"]))

    def active(self) -> list[Payload]:
        """Unarchived threads of the guild."""
        threads = [raw for raw in self.channels.values() if "thread_metadata" in raw]
        return [raw for raw in threads if not raw["thread_metadata"]["archived"]]


def payloads_tag(number: int) -> Payload:
    """A tag that people had made themselves."""
    return {
        "id": str(5000 + number),
        "name": "urgent",
        "moderated": False,
        "emoji_id": None,
        "emoji_name": None,
    }
