"""Creates the channel of the desk: private, with the people in it who administer the workspace.

Nobody finds a private channel of a bot's by themselves, so that one without people would be of no use.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from adapters.slack.api import SlackApi
from adapters.slack.parse import inner
from adapters.slack.people import belongs
from adapters.slack.refusals import RefusedError, unclear
from bot.vocabulary.errors import AdapterError, ConfigurationError

NAME_CHARACTERS = 80
NAMES = 9
"""How many names are tried while they are taken: the wished one, then with numbers behind it."""

PEOPLE_A_PAGE = 200
PAGES = 5
MOST_INVITED = 20

_NO_LETTERS = re.compile(r"[^\w-]+")
_BY_HAND = (
    "make a private channel yourself, write /invite and the bot's name there, "
    "and set desk.channel to its id"
)
_CURES: Mapping[str, str] = {
    "missing_scope": "add the scope groups:write on the app's page under OAuth & Permissions and "
    f"install the app again, or {_BY_HAND}",
    "name_taken": f"give it another name, or {_BY_HAND}",
}


class Founding:
    """Asks Slack for a channel."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def found(self, name: str) -> str:
        """See ``Founding.found_desk``."""
        channel = await self._created(_channel_name(name))
        try:
            await self._invite(channel)
        except AdapterError as error:
            await self._give_up(channel)
            if not isinstance(error, RefusedError):
                raise
            raise _refused(error) from error
        return channel

    async def _created(self, name: str, number: int = 1) -> str:
        wished = name if number == 1 else f"{name[: NAME_CHARACTERS - 2]}-{number}"
        try:
            told = await self._api.call("conversations.create", name=wished, is_private="true")
        except RefusedError as error:
            if error.code == "name_taken" and number < NAMES:
                return await self._created(name, number + 1)
            raise _refused(error) from error
        channel = inner(told, "channel").get("id")
        if not isinstance(channel, str) or not channel:
            raise unclear("conversations.create")
        return channel

    async def _invite(self, channel: str) -> None:
        """Let the workspace's owners and admins in.

        Raises:
            RefusedError: Slack lets none of them in.
        """
        admins = await self._admins()
        users = ",".join(admins[:MOST_INVITED])
        await self._api.call("conversations.invite", channel=channel, users=users, force="true")

    async def _admins(self) -> list[str]:
        """Find who administers the workspace, its owners first."""
        we = await self._api.installation()
        owners: list[str] = []
        admins: list[str] = []
        cursor: str | None = None
        for _ in range(PAGES):
            told = await self._api.call("users.list", limit=PEOPLE_A_PAGE, cursor=cursor)
            for user in cast("list[Mapping[str, Any]]", told.get("members") or []):
                if belongs(user, we.team_id) and _administers(user):
                    (owners if user.get("is_owner") else admins).append(str(user["id"]))
            cursor = str(inner(told, "response_metadata").get("next_cursor") or "") or None
            if cursor is None:
                break
        return [*owners, *admins]

    async def _give_up(self, channel: str) -> None:
        """Put a channel away that nobody could be let into; best effort."""
        try:
            await self._api.call("conversations.archive", channel=channel)
        except AdapterError:
            return


def _administers(user: Mapping[str, Any]) -> bool:
    is_in_use = not user.get("deleted") and not user.get("is_bot")
    return is_in_use and bool(user.get("is_admin") or user.get("is_owner"))


def _channel_name(name: str) -> str:
    """Return a name as Slack takes it: small letters, numbers, - and _."""
    return _NO_LETTERS.sub("-", name.lower()).strip("-_")[:NAME_CHARACTERS] or "relevo-desk"


def _refused(error: RefusedError) -> ConfigurationError:
    cure = _CURES.get(error.code, _BY_HAND)
    return ConfigurationError(
        f"Slack does not let the bot create the desk's channel ({error.code}): {cure}."
    )
