"""Who somebody is in the workspace now: asked anew each time, and in doubt an error."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from adapters.slack.api import SlackApi
from adapters.slack.people import belongs
from adapters.slack.refusals import RefusedError, unclear
from bot.vocabulary.standing import Standing

METHOD = "users.info"
PATIENCE_SECONDS = 3.0
SLACKBOT = "USLACKBOT"
"""Slack does not call it a bot."""

_BOTS = ("is_bot", "is_workflow_bot", "is_connector_bot")
_GUESTS = ("is_stranger", "is_restricted", "is_ultra_restricted", "is_invited_user")
_ADMINS = ("is_admin", "is_owner", "is_primary_owner")
_ALWAYS = ("is_bot", "is_restricted", "is_ultra_restricted", "is_admin", "is_owner")
"""What Slack tells of each account that is in use."""


class Standings:
    """Asks Slack, and remembers nothing."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def look(self, user_id: str, *, at_home: bool) -> Standing:
        """See ``Vouching.standing``; with ``at_home`` the desk is in this workspace.

        Raises:
            AdapterError: Slack does not tell, or not clearly.
        """
        we = await self._api.installation()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = await self._api.call(METHOD, user=user_id)
        except TimeoutError as error:
            raise unclear(METHOD) from error
        except RefusedError as error:
            if error.code == "user_not_found":
                return Standing.GONE
            raise
        user = told.get("user")
        if not isinstance(user, dict):
            raise unclear(METHOD)
        profile = cast("Mapping[str, Any]", user)
        if profile.get("id") != user_id or not isinstance(profile.get("team_id"), str):
            raise unclear(METHOD)
        return _standing(profile, we.team_id, at_home=at_home)


def _standing(user: Mapping[str, Any], team_id: str, *, at_home: bool) -> Standing:
    """Read a profile: what restricts somebody comes before what allows them anything.

    Raises:
        AdapterError: A flag is neither true nor false, or one is not there that always is.
    """
    flags = {name: user.get(name, False) for name in ("deleted", *_BOTS, *_GUESTS, *_ADMINS)}
    if any(not isinstance(value, bool) for value in flags.values()):
        raise unclear(METHOD)
    if flags["deleted"]:
        return Standing.GONE
    if user["id"] == SLACKBOT or any(flags[name] for name in _BOTS):
        return Standing.BOT
    if any(flags[name] for name in _GUESTS) or not belongs(user, team_id):
        return Standing.GUEST
    if any(name not in user for name in _ALWAYS):
        raise unclear(METHOD)
    is_admin = any(flags[name] for name in _ADMINS)
    return Standing.ADMIN if is_admin and at_home else Standing.MEMBER
