"""``/doctor``: what is wrong with the installation, worst first, with the cure."""

from collections.abc import Mapping, Sequence

from bot.admin.looking.sockets import Sights
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.platforms import Finding, Health

SIGNS = {Health.BROKEN: "✗", Health.WARNING: "⚠️", Health.GOOD: "✓"}
"""How each finding is marked, worst first."""


class DoctorCommand:
    """Looks at everything and tells what it found."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"doctor": self.doctor}

    async def doctor(self, request: Request) -> Reply:
        """Show what is wrong with its cure, and name what works."""
        found = [*await self._sights.diagnose(), *_news(self._sights)]
        counts = {health: sum(one.health is health for one in found) for health in Health}
        key = "doctor_broken" if counts[Health.BROKEN] else "doctor_warned"
        if len(found) == counts[Health.GOOD]:
            key = "doctor_good"
        head = say(
            f"looking.{key}",
            request.language,
            count=len(found),
            broken=counts[Health.BROKEN],
            warnings=counts[Health.WARNING],
        )
        return Reply(text="\n".join((head, "", *rows_of(found))))


def rows_of(found: Sequence[Finding]) -> list[str]:
    """Return a line for each finding, worst first; what works is named alone."""
    order = list(SIGNS)
    bad = sorted(
        (one for one in found if one.health is not Health.GOOD),
        key=lambda one: order.index(one.health),
    )
    rows = [f"- {SIGNS[one.health]} **{literal(one.subject)}**: {literal(one.text)}" for one in bad]
    good = [literal(one.subject) for one in found if one.health is Health.GOOD]
    return [*rows, *([f"- {SIGNS[Health.GOOD]} {', '.join(dict.fromkeys(good))}"] if good else [])]


def _news(sights: Sights) -> list[Finding]:
    """What the settings as they count now have wrong beyond what was diagnosed."""
    return [one for one in sights.troubles() if one.subject == "settings"]
