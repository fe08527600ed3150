"""``/route``: which team gets which topic."""

from collections.abc import Mapping

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.leaving import without
from bot.admin.steering.naming import chosen, refusal
from bot.admin.steering.tools import Tools, button, paged
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.steering import Edit
from bot.vocabulary.trials import Route


class RouteCommands:
    """Shows, sets and tries routes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "route_list": self.list_all,
            "route_set": self.set_one,
            "route_test": self.test,
        }

    async def list_all(self, request: Request) -> Reply:
        """Show the team of each topic, and who gets all the rest."""
        language, teams = request.language, self._tools.table("teams")
        if not teams:
            raise refusal(request, "no_teams", prefix=request.prefix)
        rest = [row for row in teams if not row["topics"]] or teams[:1]
        rows = [
            say(
                "steering.route_row",
                language,
                topic=literal(topic),
                team=literal(self._team_of(topic) or str(rest[0]["name"])),
            )
            for topic in self._tools.names("topics")
        ]
        other = say("rollout.other", language)
        rows.append(
            say("steering.route_row", language, topic=other, team=literal(str(rest[0]["name"])))
        )
        how = say("steering.routes_head", language)
        return paged(request, rows, "route list", head=how)

    async def set_one(self, request: Request) -> Reply:
        """Let a team get a topic, and no other team."""
        if not self._tools.table("teams"):
            raise refusal(request, "no_teams", prefix=request.prefix)
        topic = chosen(request, "topic", self._tools.names("topics"), kind="topic")
        team = chosen(request, "team", self._tools.names("teams"), kind="team")
        own: list[str] = list(self._tools.row("teams", team).get("topics") or ())
        edits = [
            edit
            for edit in without(request, self._tools, "teams", "name", "topics", topic)
            if edit.path != paths.item("teams", team, "topics")
        ]
        if topic not in own:
            path = paths.item("teams", team, "topics")
            edits.insert(0, Edit(path=path, value=[*own, topic]))
        key = "route_set" if own else "route_set_first"
        lead = say(f"steering.{key}", request.language, topic=literal(topic), team=literal(team))
        return await self._tools.change(request, edits, lead=lead)

    async def test(self, request: Request) -> Reply:
        """Say which team a question would go to."""
        route = self._tools.trials.route(request.value("question"), request.at)
        return Reply(text=_shown(route, request.language), buttons=_next(route, request.language))

    def _team_of(self, topic: str) -> str | None:
        teams = self._tools.table("teams")
        return next((str(row["name"]) for row in teams if topic in row["topics"]), None)


def _shown(route: Route, language: str) -> str:
    topic = literal(route.topic) if route.topic else say("rollout.other", language)
    if route.team is None:
        return say("steering.route_anyone", language, topic=topic)
    state = say("steering.open_now" if route.is_open else "steering.closed", language)
    return say(
        "steering.route_found",
        language,
        topic=topic,
        team=literal(route.team),
        written=route.language,
        state=state,
    )


def _next(route: Route, language: str) -> tuple[Button, ...]:
    if route.team is None:
        return ()
    return (button(say("steering.button_hours", language), "hours", team=route.team),)
