"""``/hours`` and ``/holidays``: when a team works."""

from collections.abc import Mapping, Sequence

from bot.admin.buttons import action_of, fitting
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.naming import chosen, fold, refusal, unclear
from bot.admin.steering.reading import is_emptied, is_withdrawn
from bot.admin.steering.tools import Tools, button
from bot.admin.steering.week import day_in_words, state_in_words, week_in_words
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.steering import Edit
from bot.vocabulary.trials import DayOff

ACTIONS = {
    "list": "list",
    "lista": "list",
    "ver": "list",
    "add": "add",
    "anadir": "add",
    "remove": "remove",
    "quitar": "remove",
}


class ShiftCommands:
    """Shows and sets opening hours and holidays."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"hours": self.hours, "holidays": self.holidays}

    async def hours(self, request: Request) -> Reply:
        """Show when a team works and whether it is open now, or set it."""
        team, typed = self._team(request), request.value("hours").strip()
        if not typed:
            return self._shown(request, team)
        hours: str | None = "" if is_emptied(typed) else typed
        if is_withdrawn(typed) and not is_emptied(typed):
            hours = None
        self._tools.timetable.check_hours(hours or "")
        edit = Edit(path=paths.item("teams", team, "hours"), value=hours)
        reply = await self._tools.change(request, [edit])
        text = f"{self._shown(request, team).text}\n\n{reply.text}"
        return Reply(text=text, buttons=reply.buttons, detail=reply.detail)

    async def holidays(self, request: Request) -> Reply:
        """List a team's holidays, add one or take one out."""
        team = self._team(request)
        action = ACTIONS.get(fold(request.value("action")))
        if action is None:
            raise unclear(request, "action", ("list", "add", "remove"), kind="action")
        typed = request.value("day").strip()
        if action == "list" or not typed:
            return self._listed(request, team, action)
        return await (self._add if action == "add" else self._remove)(request, team, typed)

    def _team(self, request: Request) -> str:
        return chosen(request, "team", self._tools.names("teams"), kind="team")

    def _shown(self, request: Request, team: str) -> Reply:
        language = request.language
        hours = self._tools.timetable.hours_of(team, request.at)
        text = say(
            "steering.hours",
            language,
            team=literal(team),
            week=week_in_words(hours, language),
            zone=literal(hours.zone),
            state=state_in_words(hours, language),
        )
        change = Button(
            action=action_of("hours", team=team),
            label=say("steering.button_change_hours", language),
            asks=True,
            prefill=str(self._tools.row("teams", team).get("hours") or ""),
        )
        days = button(
            say("steering.button_holidays", language), "holidays", team=team, action="list"
        )
        return Reply(text=text, buttons=fitting((change, days)))

    def _listed(self, request: Request, team: str, action: str) -> Reply:
        language, days = request.language, self._days(request, team)
        key = "holidays_head" if days else "holidays_none"
        head = say(f"steering.{key}", language, team=literal(team), count=len(days))
        rows = [f"- {day_in_words(day, language)}" for day in days]
        asks = say(f"steering.holiday_{action}", language, prefix=request.prefix)
        add = Button(
            action=action_of("holidays", team=team, action="add"),
            label=say("steering.button_add_day", language),
            asks=True,
        )
        removals = (
            button(
                say("steering.button_remove", language, name=day.text),
                "holidays",
                team=team,
                action="remove",
                day=day.text,
            )
            for day in days
        )
        buttons = (add, *removals) if action != "add" else (add,)
        return Reply(text="\n".join((head, "", *rows, "", asks)), buttons=fitting(buttons))

    def _days(self, request: Request, team: str) -> Sequence[DayOff]:
        found = self._tools.timetable.hours_of(team, request.at).days_off
        return sorted(found, key=lambda day: (day.year or 0, day.month, day.day))

    async def _add(self, request: Request, team: str, typed: str) -> Reply:
        day = self._tools.timetable.day_off(typed)
        known = self._days(request, team)
        if any((one.year, one.month, one.day) == (day.year, day.month, day.day) for one in known):
            raise refusal(request, "holiday_known", day=day_in_words(day, request.language))
        texts = [*self._texts(team), typed]
        lead = say(
            "steering.holiday_added",
            request.language,
            team=literal(team),
            day=day_in_words(day, request.language),
        )
        return await self._set(request, team, texts, lead)

    async def _remove(self, request: Request, team: str, typed: str) -> Reply:
        days = self._days(request, team)
        gone = [day for day in days if fold(typed) in {fold(day.text), fold(day.name), _date(day)}]
        if len(gone) != 1:
            raise unclear(request, "day", [day.text for day in gone or days], kind="day")
        texts = [text for text in self._texts(team) if text != gone[0].text]
        lead = say(
            "steering.holiday_removed",
            request.language,
            team=literal(team),
            day=day_in_words(gone[0], request.language),
        )
        return await self._set(request, team, texts, lead)

    def _texts(self, team: str) -> list[str]:
        return list(self._tools.row("teams", team).get("holidays") or ())

    async def _set(self, request: Request, team: str, texts: list[str], lead: str) -> Reply:
        edit = Edit(path=paths.item("teams", team, "holidays"), value=texts)
        return await self._tools.change(request, [edit], lead=lead)


def _date(day: DayOff) -> str:
    on = f"{day.month:02} {day.day:02}"
    return on if day.year is None else f"{day.year} {on}"
