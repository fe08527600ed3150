"""Alarms: what is to be done in a conversation at a later time, by the server's clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.vocabulary.messages import ConversationRef


class AlarmKind(StrEnum):
    """What an alarm is for.

    ``UNCLAIMED``: nobody has taken the case; ``OFFER``: the agent to whom it was offered has not;
    ``IDLE``: the customer waits for an agent who has it. ``PROMISE``: a promised time is near or
    over. ``AGENT_LEFT``: the agent who has the case does not go on. ``OPEN``: the thread of a case that
    had to wait may be opened; ``DIGEST``: the desk is told of cases that wait. ``COPILOT``: the agent
    may want a draft. ``TAKE``: an agent asked for the next case, and it is this one; ``LINK``: another
    case belongs to this one. ``CSAT`` and ``NPS`` ask the customer, ``LAPSE`` ends the wait for their word.
    ``NOTICE``: the desk is told something that is of no case. ``SHADOW``: what the bot would have said is
    drafted in silence.
    """

    UNCLAIMED = "unclaimed"
    OFFER = "offer"
    IDLE = "idle"
    PROMISE = "promise"
    SNOOZE = "snooze"
    FOLLOW_UP = "follow_up"
    AGENT_LEFT = "agent_left"
    OPEN = "open"
    DIGEST = "digest"
    COPILOT = "copilot"
    TAKE = "take"
    LINK = "link"
    CSAT = "csat"
    NPS = "nps"
    LAPSE = "lapse"
    NOTICE = "notice"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm of a conversation, which has at most one of each kind and ``about``.

    ``at`` is aware UTC; an alarm in the past rings at once. ``about`` says more, such as the promise
    or the agent that it is about.
    """

    kind: AlarmKind
    at: datetime
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """An alarm that is set in another conversation; set twice, the earlier time counts."""

    conversation: ConversationRef
    alarm: Alarm
