"""Who may be pinged: agents that the desk names by their ids, in the desk's own channel alone."""

import re
from dataclasses import replace

from bot.vocabulary.messages import OutgoingMessage

MOST = 20
"""So many people one message pings at most."""

NUMBER = re.compile(r"[0-9]{1,20}")
"""A person's id on Discord and Telegram."""


def only_in_desk(message: OutgoingMessage, *, in_desk: bool) -> OutgoingMessage:
    """Return a message that pings nobody unless it is shown in the desk."""
    if in_desk or not message.notifies:
        return message
    return replace(message, notifies=())


def valid(message: OutgoingMessage, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return the ids of a message's people that are ids at all, each once."""
    known = dict.fromkeys(one for one in message.notifies if pattern.fullmatch(one))
    return tuple(known)[:MOST]
