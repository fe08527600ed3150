"""The sockets of the admins' office: who may, what a turn becomes there, and the first admin's code."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import AuditEntry, Plan, Turn


class Doubt(StrEnum):
    """Why somebody may not: ``NOT_NAMED`` is a full member who is no admin, ``UNSURE`` a failed look-up."""

    NO_PERSON = "no_person"
    OUTSIDER = "outsider"
    ELSEWHERE = "elsewhere"
    NO_MEMBER = "no_member"
    NOT_NAMED = "not_named"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether somebody may, and why, in plain words for the audit log; ``doubt`` is None when they may."""

    why: str
    doubt: Doubt | None = None

    @property
    def granted(self) -> bool:
        """Whether they may."""
        return self.doubt is None


Authorise = Callable[[IncomingMessage], Awaitable[Ruling]]
"""Says whether who wrote or pressed may do what an admin does: asks the platform anew, and never raises
for its sake."""


class AdminDesk(Protocol):
    """Where admins' commands are done, whoever has the word in their conversation."""

    async def customer_turn(self, turn: Turn, *, language: str, prefix: str) -> Plan | None:
        """Do the command of a turn; None when it holds none of an admin's.

        A refusal's plan has the turn's memo, in which it was counted. Where that says that it was too
        much already, only who is named as an admin is looked up.
        """
        ...

    def dead_letter(self, turn: Turn, *, language: str) -> Plan | None:
        """Say what becomes of a command that failed three times; None when it is none of an admin's."""
        ...


class AuditLog(Protocol):
    """Who did what. Raises ``StateUnavailableError`` when the store does not answer."""

    async def latest(self, limit: int, *, user: str | None = None) -> Sequence[AuditEntry]:
        """Return the newest entries, newest first, of one ``platform:user id`` if that is asked."""
        ...


class ClaimResult(StrEnum):
    """What became of a code for the first admin."""

    CLAIMED = "claimed"
    WRONG = "wrong"
    TOO_OFTEN = "too_often"


class ClaimCodes(Protocol):
    """The one-time code of the first admin."""

    async def redeem(self, account: str, code: str) -> ClaimResult:
        """Use a code up for an account (``platform:tenant:user``); again, it is the same result.

        Raises:
            StateUnavailableError: The store does not answer.
        """
        ...
