"""Keeps it so that somebody may always steer, and lets several change the list of admins at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bot.vocabulary.errors import RelevoError
from bot.vocabulary.steering import Editor, LiveSettings, SettingChange

ADMINS = "admins"
PLATFORM_ADMINS = "authority.platform_admins"


class AmendableSettings(LiveSettings, Protocol):
    """Settings of which a list can be changed by what it is, whoever else changes it meanwhile."""

    async def amend(self, path: str, update: Callable[[Any], Any], by: Editor) -> SettingChange:
        """Change a value by its newest one; what ``update`` raises comes out, and changes nothing."""
        ...


class LastAdminError(RelevoError):
    """Raised when nobody would be named as an admin any more; everything is as it was."""


def leaves_nobody(live: LiveSettings, new: Mapping[str, Any]) -> bool:
    """Whether nobody could steer with these values: nobody named, or no way but by being named."""
    if ADMINS in new and not new[ADMINS]:
        return True
    by_platform = new.get(PLATFORM_ADMINS, live.value(PLATFORM_ADMINS))
    return not by_platform and not new.get(ADMINS, live.value(ADMINS))


def shuts_out(live: LiveSettings, new: Mapping[str, Any], who: str) -> bool:
    """Whether somebody (``platform:user id``) who is not named would take away what lets them steer."""
    return PLATFORM_ADMINS in new and not new[PLATFORM_ADMINS] and who not in named(live)


def named(live: LiveSettings) -> tuple[str, ...]:
    """Return who is named as an admin, as ``platform:user id``."""
    return tuple(live.value(ADMINS) or ())


async def amended(
    live: AmendableSettings, by: Editor, update: Callable[[Sequence[str]], Sequence[str]]
) -> SettingChange | None:
    """Change the list of admins as it is by then; None when there is nothing to change.

    Raises:
        LastAdminError: Nobody would be left.
        RefusedSettingError: The list can't be changed here.
    """

    def updated(before: Any) -> list[str]:
        wanted = list(update(tuple(before)))
        if not wanted:
            raise LastAdminError(
                "That is the last one who is named as an admin: add another one first."
            )
        if wanted == list(before):
            raise _UnchangedError
        return wanted

    try:
        return await live.amend(ADMINS, updated, by)
    except _UnchangedError:
        return None


class _UnchangedError(Exception):
    """Raised when the list is already as it is to be."""
