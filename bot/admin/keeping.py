"""Keeps it so that somebody may always steer, and lets several change the list of admins at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.vocabulary.errors import RelevoError
from bot.vocabulary.steering import Edit, Editor, LiveSettings, SettingChange

ADMINS = "admins"
PLATFORM_ADMINS = "authority.platform_admins"

_TRIES = 10


class LastAdminError(RelevoError):
    """Raised when nobody would be named as an admin any more; everything is as it was."""


def leaves_nobody(live: LiveSettings, new: Mapping[str, Any]) -> bool:
    """Whether nobody could steer with these values: nobody named, or no way but by being named."""
    if ADMINS in new and not new[ADMINS]:
        return True
    by_platform = new.get(PLATFORM_ADMINS, live.value(PLATFORM_ADMINS))
    return not by_platform and not new.get(ADMINS, live.value(ADMINS))


def named(live: LiveSettings) -> tuple[str, ...]:
    """Return who is named as an admin, as ``platform:user id``."""
    return tuple(live.value(ADMINS) or ())


async def amended(
    live: LiveSettings, by: Editor, update: Callable[[Sequence[str]], Sequence[str]]
) -> SettingChange | None:
    """Change the list of admins; None when there is nothing to change.

    A list is one value. Whoever has met another one than they began with has overwritten what somebody
    else changed in between, and amends that.

    Raises:
        LastAdminError: Nobody would be left.
        RefusedSettingError: The list can't be changed here.
    """
    began: Sequence[str] = named(live)
    wanted = list(update(began))
    _check_left(wanted)
    if wanted == list(began):
        return None
    change = await _set(live, wanted, by, 0)
    for number in range(1, _TRIES):
        met: Sequence[str] = tuple(change.old.get(ADMINS) or ())
        better = list(update(met))
        if better == wanted:
            break
        began, wanted = met, better or list(met)
        change = replace(await _set(live, wanted, by, number), old=change.old)
        _check_left(better)
    return change


async def _set(live: LiveSettings, wanted: list[str], by: Editor, number: int) -> SettingChange:
    key = f"{by.key}:{number}" if number else by.key
    return await live.change([Edit(path=ADMINS, value=wanted)], replace(by, key=key))


def _check_left(wanted: Sequence[str]) -> None:
    if not wanted:
        raise LastAdminError(
            "That is the last one who is named as an admin: add another one first."
        )
