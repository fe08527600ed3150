"""Looks at token, scopes and connection, and finds the channel that is to be the desk."""

import re
from collections.abc import Mapping
from typing import Any, cast

from adapters.slack.api import SlackApi
from adapters.slack.refusals import RefusedError
from bot.vocabulary.errors import (
    AdapterError,
    ConfigurationError,
    ConnectionLostError,
    RateLimitedError,
)
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.platforms import Finding, Health

NEEDED: Mapping[str, str] = {
    "app_mentions:read": "hear when somebody mentions the bot in a channel",
    "chat:write": "answer",
    "channels:history": "hear what is said in threads of public channels",
    "channels:read": "look at the desk's channel when it is public",
    "commands": "take the command /relevo",
    "files:read": "pass files of customers on",
    "files:write": "pass files of agents on",
    "groups:history": "hear agents in a private desk channel",
    "groups:read": "look at the desk's channel when it is private",
    "im:history": "hear direct messages",
    "im:write": "answer a command of a channel in a direct message",
    "reactions:read": "take a thumb as feedback",
    "reactions:write": "mark how a case stands, and what was seen",
    "users:read": "tell members from guests, and know names and languages",
}
"""Scopes of the bot, and what each is for."""

WELCOME: Mapping[str, str] = {
    "assistant:write": "suggest questions, give threads titles and show a stop button",
    "chat:write.customize": "show an agent's name over their words",
    "groups:write": "create the desk's channel and invite the workspace's admins there",
    "mpim:history": "hear mentions in group messages",
}
"""Scopes without which something is missed, but nothing is broken."""

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,20}")


class Doctor:
    """Asks Slack how things are."""

    def __init__(self, api: SlackApi, *, app_token: str, signing_secret: str) -> None:
        self._api = api
        self._app_token = app_token
        self._signing_secret = signing_secret

    async def diagnose(self) -> list[Finding]:
        """See ``ChatAdapter.diagnose``."""
        try:
            we = await self._api.installation(again=True)
        except AdapterError as error:
            return [_finding("slack token", Health.BROKEN, str(error))]
        found = [_finding("slack token", Health.GOOD, f"Accepted in the workspace {we.team_id}.")]
        return [*found, *_scopes(we.scopes), await self._connection()]

    async def locate(self, channel_id: str) -> ConversationRef:
        """See ``ChatAdapter.locate``."""
        if not _CHANNEL.fullmatch(channel_id):
            raise ConfigurationError(
                f"desk.channel: slack:{channel_id} is no id of a channel: "
                "copy the one that begins with C from the channel's details."
            )
        try:
            we = await self._api.installation()
            told = await self._api.call("conversations.info", channel=channel_id)
        except RefusedError as error:
            raise ConfigurationError(f"desk.channel: {error}") from error
        except RateLimitedError as error:
            raise ConnectionLostError(str(error)) from error
        channel = cast("Mapping[str, Any]", told.get("channel") or {})
        reason = _unfit(channel)
        if reason:
            raise ConfigurationError(f"desk.channel: slack:{channel_id} {reason}")
        return ConversationRef(platform=Platform.SLACK, tenant_id=we.team_id, channel_id=channel_id)

    async def _connection(self) -> Finding:
        if not self._app_token:
            return _finding(
                "slack connection",
                Health.GOOD,
                "HTTP with a signing secret: Slack has to reach /slack/events from outside, for events, "
                "interactivity, the options of forms, and the command /relevo.",
            )
        try:
            await self._api.open_socket()
        except AdapterError as error:
            return _finding("slack connection", Health.BROKEN, str(error))
        return _finding("slack connection", Health.GOOD, "Socket Mode: the app token opens one.")


def _unfit(channel: Mapping[str, Any]) -> str | None:
    """Say why a channel can't be the desk; None when it can."""
    if channel.get("is_im") or channel.get("is_mpim"):
        return "is a direct message, which can't be a desk: name a channel."
    if channel.get("is_archived"):
        return "is archived: restore it or name another."
    if channel.get("is_non_threadable") or channel.get("is_read_only"):
        return "takes no threads: name another channel."
    if channel.get("is_member") is False:
        return "does not have the bot as a member: write /invite and its name there."
    return None


def _scopes(granted: frozenset[str] | None) -> list[Finding]:
    if granted is None:
        return [
            _finding("slack scopes", Health.WARNING, "Slack did not say what the token may do.")
        ]
    cure = "add it on the app's page under OAuth & Permissions and install the app again."
    missing = [
        _finding(f"slack scope {scope}", Health.BROKEN, f"Missing, needed to {purpose}: {cure}")
        for scope, purpose in NEEDED.items()
        if scope not in granted
    ]
    missed = [
        _finding(f"slack scope {scope}", Health.WARNING, f"Missing, would let it {purpose}: {cure}")
        for scope, purpose in WELCOME.items()
        if scope not in granted
    ]
    return [*missing, *missed] or [_finding("slack scopes", Health.GOOD, "All are granted.")]


def _finding(subject: str, health: Health, text: str) -> Finding:
    return Finding(subject=subject, health=health, text=text)
