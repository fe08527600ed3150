"""The room of the audit log: who did what, when and where."""

from collections.abc import Mapping

from bot.admin.persons import account_of
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say, shortened
from bot.texts.days import day_in_words
from bot.texts.literal import literal
from bot.vocabulary.administration import AuditLog
from bot.vocabulary.messages import Principal
from bot.vocabulary.turns import AuditEntry

COMMAND_LINE = "cli:"
"""What the names of those begin with who act at the command line."""

FEW = 10
MOST = 50
LONGEST = 300


class AuditRoom:
    """See ``CommandRoom``."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"audit": self.audit}

    async def audit(self, request: Request) -> Reply:
        """Show the newest entries, of one person if that is asked."""
        user = user_of(request.value("who"), request.principal)
        if user == "":
            return Reply(text=say("admin.person_usage", request.language))
        entries = await self._log.latest(count_of(request.value("count")), user=user)
        if not entries:
            return Reply(text=say("admin.audit_empty", request.language))
        head = say("admin.audit_head", request.language, count=len(entries))
        return Reply(text="\n".join([head, "", *(_row(one, request) for one in entries)]))


def user_of(who: str, principal: Principal) -> str | None:
    """Read whose entries are meant; None for everybody's, empty where it is no name."""
    who = who.strip()
    if not who or who.startswith(COMMAND_LINE):
        return who or None
    found = account_of(who, principal)
    return f"{found[0]}:{found[1]}" if found else ""


def _row(entry: AuditEntry, request: Request) -> str:
    at = f"{day_in_words(entry.at.date(), request.at.date(), request.language)} {entry.at:%H:%M}"
    about = " · ".join(filter(None, (entry.case, entry.detail, entry.place)))
    return say(
        "admin.audit_row",
        request.language,
        at=at,
        who=literal(entry.actor or entry.actor_id),
        id=literal(entry.actor_id),
        action=literal(entry.action),
        about=literal(shortened(about, LONGEST)) or "–",
    )


def count_of(text: str) -> int:
    """Read how many entries are wanted: a few where it is no number, and never too many."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 6  # noqa: PLR2004
    return min(MOST, max(1, int(digits))) if is_number else FEW
