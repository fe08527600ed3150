"""``/agent``: who works in the desk."""

from collections.abc import Mapping
from typing import Any

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.naming import chosen, means, nearest, refusal, unclear
from bot.admin.steering.people import (
    account_in,
    account_of,
    is_same,
    leads_of,
    load_of,
    presence_of,
)
from bot.admin.steering.reading import is_emptied, is_withdrawn, items_of, listed
from bot.admin.steering.teams import key_meant
from bot.admin.steering.tools import Row, Tools, paged
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.steering import Edit

KEYS = {
    "name": "name",
    "nombre": "name",
    "teams": "teams",
    "equipos": "teams",
    "languages": "languages",
    "idiomas": "languages",
    "skills": "skills",
    "especialidades": "skills",
    "capacity": "capacity",
    "capacidad": "capacity",
    "lead": "lead",
    "responsable": "lead",
}
"""What can be set of an agent, by the words for it."""


class AgentCommands:
    """Lists, adds, changes and removes agents."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "agent_list": self.list_all,
            "agent_add": self.add,
            "agent_set": self.set_one,
            "agent_remove": self.remove,
        }

    async def list_all(self, request: Request) -> Reply:
        """Show all agents: whether they are there, and what they have in hand."""
        agents = self._tools.table("agents")
        rows = [self._row(agent, request.language) for agent in agents]
        head = say(
            "steering.agents_head" if agents else "steering.agents_none",
            request.language,
            count=len(agents),
            prefix=request.prefix,
        )
        return paged(request, rows, "agent list", head=head)

    def _row(self, agent: Row, language: str) -> str:
        view, all_of_it = self._tools.view(), say("steering.all_of_it", language)
        key = "lead_row" if agent["lead"] else "agent_row"
        return say(
            f"steering.{key}",
            language,
            name=literal(str(agent["name"])),
            id=literal(str(agent["id"])),
            presence=presence_of(str(agent["id"]), view, language),
            load=load_of(str(agent["id"]), view),
            capacity=agent["capacity"],
            teams=literal(listed(agent["teams"], all_of_it)),
            languages=literal(listed(agent["languages"], all_of_it)),
        )

    async def add(self, request: Request) -> Reply:
        """Add an agent."""
        account, name = account_of(request), request.value("name").strip()
        if any(is_same(account, known) for known in self._tools.names("agents", key="id")):
            raise refusal(request, "agent_known", id=literal(account))
        agent: dict[str, Any] = {"id": account, "name": name}
        for key in ("teams", "languages", "skills"):
            if request.value(key):
                agent[key] = self._value(request, account, key, request.value(key))
        edit = Edit(path=paths.item("agents", account), value=agent)
        lead = say("steering.agent_added", request.language, name=literal(name))
        return await self._tools.change(request, [edit], lead=lead)

    async def set_one(self, request: Request) -> Reply:
        """Change one thing of an agent."""
        account, key = self._agent(request), key_meant(request, KEYS)
        value = self._value(request, account, key, request.value("value").strip())
        edit = Edit(path=paths.item("agents", account, key), value=value)
        return await self._tools.change(request, [edit])

    async def remove(self, request: Request) -> Reply:
        """Take an agent out, also as the lead of teams; cases in their hands stay there."""
        account = self._agent(request)
        row = self._tools.row("agents", account, key="id")
        edits = [Edit(path=paths.item("agents", account), removes=True)]
        edits += [
            Edit(path=paths.item("teams", str(team["name"]), "lead"), value="")
            for team in leads_of(self._tools, account)
        ]
        load = load_of(account, self._tools.view())
        key = "agent_removed_cases" if load else "agent_removed"
        lead = say(f"steering.{key}", request.language, name=literal(str(row["name"])), cases=load)
        return await self._tools.change(request, edits, lead=lead)

    def _agent(self, request: Request) -> str:
        """Return the id of the agent that is meant: by id, mention or name."""
        labels = {str(row["id"]): str(row["name"]) for row in self._tools.table("agents")}
        typed = request.value("agent").strip()
        account = account_in(typed, request.principal.platform)
        by_id = [one for one in labels if account is not None and is_same(one, account)]
        if len(by_id) == 1:
            return by_id[0]
        near = nearest(typed, list(labels.values()))
        found = [one for one in labels if labels[one] in near]
        if len(found) == 1 and means(typed, list(labels.values())) is not None:
            return found[0]
        if not labels:
            return chosen(request, "agent", (), kind="agent")
        raise unclear(request, "agent", found or list(labels), kind="agent", labels=labels)

    def _value(self, request: Request, account: str, key: str, typed: str) -> Any:
        if is_emptied(typed) and key in {"teams", "languages", "skills"}:
            return []
        if is_withdrawn(typed):
            return None
        if key == "teams":
            return [self._team(request, one) for one in items_of(typed)]
        if key in {"languages", "skills"}:
            return list(items_of(typed))
        if key == "name":
            return typed
        return self._tools.live.parsed(paths.item("agents", account, key), typed)

    def _team(self, request: Request, typed: str) -> str:
        names = self._tools.names("teams")
        found = means(typed, names)
        if found is None:
            near = literal(", ".join(nearest(typed, names) or names)) or "–"
            what = say("steering.kind_team", request.language)
            raise refusal(request, "not_known", what=what, typed=literal(typed), near=near)
        return found
