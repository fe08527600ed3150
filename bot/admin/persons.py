"""Reads whom an admin means (pure)."""

import re

from bot.vocabulary.messages import Platform, Principal

_MENTION = re.compile(r"<@!?([A-Za-z0-9]+)(?:\|[^>]*)?>")
_ACCOUNT = re.compile(r"([a-z]+):(?:[^\s:]+:)?([^\s:]+)")


def account_of(text: str, principal: Principal) -> tuple[Platform, str] | None:
    """Read ``platform:user id``, ``platform:tenant:user id`` or a mention on the admin's platform.

    Returns None where it is none of these: names are never proof of who somebody is.
    """
    mention = _MENTION.fullmatch(text.strip())
    if mention:
        return principal.platform, mention[1]
    account = _ACCOUNT.fullmatch(text.strip())
    if account is None or account[1] not in set(Platform):
        return None
    return Platform(account[1]), account[2]
