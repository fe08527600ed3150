"""The addresses of Discord's API, with the published shape of what each call takes and gives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tests.platforms.discord.channels import Channels
from tests.platforms.discord.identity import Identity
from tests.platforms.discord.interactions import Interactions
from tests.platforms.discord.payloads import Payload

FORUM = 15
MESSAGES, MESSAGE = "/channels/{c}/messages", "/channels/{c}/messages/{m}"


class Methods(Identity, Channels, Interactions):
    """Every call; a route's ``name`` is the method that answers it."""


@dataclass(frozen=True)
class Route:
    """``takes`` and ``gives`` name the published schemas of the two bodies."""

    method: str
    path: str
    name: str
    takes: str | None = None
    gives: str | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "$")


ROUTES = (
    Route("GET", "/users/@me", "me", None, "UserPIIResponse"),
    Route("GET", "/users/@me/guilds", "guilds"),
    Route("POST", "/users/@me/channels", "open_direct", "CreatePrivateChannelRequest"),
    Route("GET", "/applications/@me", "application", None, "PrivateApplicationResponse"),
    Route("GET", "/oauth2/applications/@me", "application"),
    Route("PUT", "/applications/{a}/commands", "commands"),
    Route("PUT", "/applications/{a}/guilds/{g}/commands", "guild_commands"),
    Route("GET", "/guilds/{g}", "guild", None, "GuildWithCountsResponse"),
    Route("GET", "/guilds/{g}/channels", "channels"),
    Route(
        *("POST", "/guilds/{g}/channels", "create_channel"),
        *("CreateGuildChannelRequest", "GuildChannelResponse"),
    ),
    Route("GET", "/guilds/{g}/members/{u}", "member", None, "GuildMemberResponse"),
    Route("GET", "/guilds/{g}/roles", "roles", None, "GuildRoleResponse"),
    Route("GET", "/guilds/{g}/threads/active", "active_threads", None, "ThreadsResponse"),
    Route("GET", "/channels/{c}", "channel"),
    Route("PATCH", "/channels/{c}", "change_channel", "UpdateGuildChannelRequestPartial"),
    Route("POST", "/channels/{c}/typing", "typing"),
    Route(
        *("POST", "/channels/{c}/threads", "create_thread"),
        *("CreateTextThreadWithoutMessageRequest", "CreatedThreadResponse"),
    ),
    Route("GET", MESSAGES, "list_messages", None, "MessageResponse"),
    Route("POST", MESSAGES, "create_message", "MessageCreateRequest", "MessageResponse"),
    Route("GET", MESSAGE, "get_message", None, "MessageResponse"),
    Route("PATCH", MESSAGE, "edit_message", "MessageEditRequestPartial", "MessageResponse"),
    Route("DELETE", MESSAGE, "delete_message"),
    Route("PUT", MESSAGE + "/reactions/{e}/@me", "react"),
    Route(
        *("POST", MESSAGE + "/threads", "start_thread"),
        *("CreateTextThreadWithMessageRequest", "ThreadResponse"),
    ),
    Route("POST", "/interactions/{i}/{t}/callback", "callback"),
    Route("POST", "/webhooks/{a}/{t}", "follow_up", "IncomingWebhookRequestPartial"),
    Route(
        *("PATCH", "/webhooks/{a}/{t}/messages/@original", "edit_original"),
        "IncomingWebhookUpdateRequestPartial",
    ),
)


def route_to(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Find who answers, and the ids in the path by their letters."""
    for route in ROUTES:
        match = route.pattern.match(path)
        if route.method == method and match:
            return route, match.groupdict()
    return None


def schema_of(
    route: Route, where: Mapping[str, str], channels: Mapping[str, Payload]
) -> str | None:
    """Name what a call takes: for some, it depends on the kind of channel."""
    if route.name == "create_thread" and channels[where["c"]]["type"] == FORUM:
        return "CreateForumThreadRequest"
    if route.name == "change_channel" and "thread_metadata" in channels[where["c"]]:
        return "UpdateThreadRequestPartial"
    return route.takes
