"""``/team``: the teams behind the desk."""

from collections.abc import Mapping
from typing import Any

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.leaving import refuse_rules, without
from bot.admin.steering.naming import chosen, fold, means, nearest, refusal, unclear
from bot.admin.steering.people import account_in
from bot.admin.steering.reading import is_emptied, is_withdrawn, items_of, listed, minutes_of
from bot.admin.steering.tools import Row, Tools, button, paged
from bot.admin.steering.week import state_in_words, week_in_words
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.steering import Edit

KEYS = {
    "topics": "topics",
    "temas": "topics",
    "languages": "languages",
    "idiomas": "languages",
    "products": "products",
    "productos": "products",
    "hours": "hours",
    "horario": "hours",
    "time zone": "time_zone",
    "time_zone": "time_zone",
    "zona horaria": "time_zone",
    "holidays": "holidays",
    "festivos": "holidays",
    "strategy": "strategy",
    "reparto": "strategy",
    "overflow": "overflow",
    "desborde": "overflow",
    "lead": "lead",
    "responsable": "lead",
    "first reply": "first_reply",
    "first_reply": "first_reply",
    "primera respuesta": "first_reply",
    "resolution": "resolution",
    "resolucion": "resolution",
    "channel": "channel",
    "canal": "channel",
}
"""What can be set of a team, by the words for it."""

PROMISES = frozenset({"first_reply", "resolution"})
LISTS = frozenset({"languages", "products", "holidays"})
PLAIN = frozenset({"hours", "time_zone"})
EMPTIED: Mapping[str, Any] = {
    **dict.fromkeys(("hours", "lead", "overflow", "channel"), ""),
    **{key: [] for key in ("topics", "languages", "products", "holidays")},
    **{key: {} for key in PROMISES},
}
"""What a team may be without, and what stands there then."""


class TeamCommands:
    """Lists, adds, changes and removes teams."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "team_list": self.list_all,
            "team_add": self.add,
            "team_set": self.set_one,
            "team_remove": self.remove,
        }

    async def list_all(self, request: Request) -> Reply:
        """Show all teams: what they look after, when, and how many cases wait for them."""
        teams = self._tools.table("teams")
        rows = [self._row(request, team) for team in teams]
        head = say(
            "steering.teams_head" if teams else "steering.teams_none",
            request.language,
            count=len(teams),
            prefix=request.prefix,
        )
        return paged(request, rows, "team list", head=head)

    def _row(self, request: Request, team: Row) -> str:
        language, name = request.language, str(team["name"])
        all_of_it = say("steering.all_of_it", language)
        hours = self._tools.timetable.hours_of(name, request.at)
        seats = [
            row for row in self._tools.table("agents") if not row["teams"] or name in row["teams"]
        ]
        waiting = [case for case in self._tools.view().cases.values() if case.team == name]
        return say(
            "steering.team_row",
            language,
            team=literal(name),
            topics=literal(listed(team["topics"], all_of_it)),
            languages=literal(listed(team["languages"], all_of_it)),
            week=week_in_words(hours, language),
            state=state_in_words(hours, language),
            agents=len(seats),
            cases=len(waiting),
        )

    async def add(self, request: Request) -> Reply:
        """Add a team."""
        name = request.value("name").strip()
        if any(fold(name) == fold(known) for known in self._tools.names("teams")):
            raise refusal(request, "team_known", team=literal(name))
        team: dict[str, Any] = {"name": name}
        for key in ("topics", "languages", "hours", "time_zone"):
            if request.value(key):
                team[key] = self._value(request, name, key, request.value(key))
        edit = Edit(path=paths.item("teams", name), value=team)
        lead = say("steering.team_added", request.language, team=literal(name))
        hire = button(say("steering.button_hours", request.language), "hours", team=name)
        return await self._tools.change(request, [edit], lead=lead, buttons=(hire,))

    async def set_one(self, request: Request) -> Reply:
        """Change one thing of a team."""
        name = chosen(request, "team", self._tools.names("teams"), kind="team")
        key = key_meant(request, KEYS)
        value = self._value(request, name, key, request.value("value").strip())
        edit = Edit(path=paths.item("teams", name, key), value=value)
        return await self._tools.change(request, [edit])

    async def remove(self, request: Request) -> Reply:
        """Take a team out, together with what else names it; its open cases are anybody's then."""
        name = chosen(request, "team", self._tools.names("teams"), kind="team")
        refuse_rules(request, self._tools, "teams", name)
        edits = [Edit(path=paths.item("teams", name), removes=True)]
        edits += without(request, self._tools, "agents", "id", "teams", name)
        edits += [
            Edit(path=paths.item("teams", str(row["name"]), "overflow"), value="")
            for row in self._tools.table("teams")
            if row.get("overflow") == name and row["name"] != name
        ]
        waiting = sum(case.team == name for case in self._tools.view().cases.values())
        key = "team_removed_cases" if waiting else "team_removed"
        lead = say(f"steering.{key}", request.language, team=literal(name), cases=waiting)
        return await self._tools.change(request, edits, lead=lead)

    def _value(self, request: Request, team: str, key: str, typed: str) -> Any:
        """Read a value of a team as it is typed: names may be loose, people may be mentioned."""
        if is_emptied(typed) and key in EMPTIED:
            return EMPTIED[key]
        if is_withdrawn(typed):
            return None
        if key in {"topics", "overflow", "lead"}:
            return self._named(request, key, typed)
        if key in LISTS:
            return list(items_of(typed))
        if key in PROMISES and (minutes := minutes_of(typed)) is not None:
            return minutes
        if key == "hours":
            self._tools.timetable.check_hours(typed)
        return typed if key in PLAIN else self._tools.live.parsed(self._path(team, key), typed)

    @staticmethod
    def _path(team: str, key: str) -> str:
        return paths.item("teams", team, key)

    def _named(self, request: Request, key: str, typed: str) -> Any:
        """Find the topics, the team or the person that are meant."""
        if key == "topics":
            return [self._known(request, one, "topics", "topic") for one in items_of(typed)]
        if key == "overflow":
            return self._known(request, typed, "teams", "team")
        return account_in(typed, request.principal.platform) or self._agent(typed) or typed

    def _known(self, request: Request, typed: str, table: str, kind: str) -> str:
        """Return the item of a table that is meant.

        Raises:
            UnclearError: There is none, or several may be meant: named, for it stands within a list.
        """
        names = self._tools.names(table)
        found = means(typed, names)
        if found is not None:
            return found
        near = literal(", ".join(nearest(typed, names) or names)) or "–"
        what = say(f"steering.kind_{kind}", request.language)
        raise refusal(request, "not_known", what=what, typed=literal(typed), near=near)

    def _agent(self, typed: str) -> str | None:
        names = {str(row["name"]): str(row["id"]) for row in self._tools.table("agents")}
        found = means(typed, list(names))
        return names[found] if found is not None else None


def key_meant(request: Request, keys: Mapping[str, str]) -> str:
    """Return the key that is meant, by any word for it.

    Raises:
        UnclearError: It is none of them.
    """
    typed = request.value("key")
    found = keys.get(typed.strip()) or keys.get(fold(typed))
    if found is not None:
        return found
    near = [keys[word] for word in nearest(typed, list(keys))]
    raise unclear(request, "key", list(dict.fromkeys(near or keys.values())), kind="key")
