"""Teams, agents and topics in the settings: read, and refused in words that help."""

from calendar import monthrange
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app.office import build_office, office_findings
from bot.vocabulary.cases import Priority, Promise
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.people import Agent
from bot.vocabulary.platforms import Health
from config.settings import ConfigurationProblem, Settings, load
from handoff.routing.office import Office
from handoff.routing.teams import Strategy
from tests.builders import DESK

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TOPIC = {"name": "billing", "words": ["refund*"]}
TEAM = {"name": "billing", "topics": ["billing"]}
AGENT = {"id": "playground:ana", "name": "Ana"}


def settings(**tables: Any) -> Settings:
    return load(None, **{"topics": [TOPIC], "teams": [TEAM]} | tables)


def test_without_tables_whoever_is_there_works() -> None:
    assert build_office(load(None)) == Office()
    assert office_findings(load(None)) == []


def test_everything_is_read() -> None:
    team = TEAM | {
        "hours": "mon-fri 09:00-18:00",
        "time_zone": "Europe/Madrid",
        "holidays": ["12-25 Navidad"],
        "languages": ["es"],
        "strategy": "round_robin",
        "overflow": "support",
        "lead": "playground:ana",
        "first_reply": {"urgent": 10, "normal": 120},
        "resolution": {"normal": 960},
    }
    agent = AGENT | {"teams": ["billing"], "skills": ["billing"], "capacity": 2, "lead": True}
    read = settings(
        teams=[{"name": "support"}, team],
        agents=[agent],
        timing={"unclaimed_minutes": 3, "on_nobody": "bot", "raised_tiers": ["gold"]},
    )
    office = build_office(read, DESK)
    ana = Agent(id="playground:demo:ana", name="Ana")
    [_, billing], [seat] = office.teams, office.roster
    assert (billing.lead, seat.agent, seat.capacity, seat.is_lead) == (ana, ana, 2, True)
    assert (billing.strategy, billing.overflow) == (Strategy.ROUND_ROBIN, "support")
    assert billing.hours.zone.key == "Europe/Madrid"
    assert billing.promised(Priority.URGENT) == {
        Promise.FIRST_REPLY: 10,
        Promise.RESOLUTION: 960,
    }
    assert billing.promised(Priority.LOW)[Promise.FIRST_REPLY] == 120
    assert office.subject_of("my refund") == "billing"
    assert (office.pace.unclaimed_minutes, office.pace.on_nobody) == (3, "bot")
    assert office.raised_tiers == ("gold",)


def test_an_id_with_its_workspace_stays_as_it_is() -> None:
    agent = AGENT | {"id": "slack:T1:U1"}
    [seat] = build_office(settings(agents=[agent]), DESK).roster
    assert seat.agent.id == "slack:T1:U1"


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {"teams": [TEAM | {"overflow": "sales"}]},
            r"Team billing names sales, which \[\[teams\]\] does not have \(there: billing\)",
        ),
        ({"teams": [TEAM | {"overflow": "billing"}]}, "names itself as overflow"),
        ({"teams": [TEAM | {"topics": ["delivery"]}]}, r"delivery, which \[\[topics\]\] does not"),
        ({"teams": [TEAM, TEAM]}, r"\[\[teams\]\] has billing twice"),
        ({"topics": [TOPIC, TOPIC]}, r"\[\[topics\]\] has billing twice"),
        ({"agents": [AGENT | {"teams": ["sales"]}]}, "Agent Ana names sales"),
        (
            {"teams": [TEAM | {"hours": "9 to 5"}]},
            "The hours of team billing can't be read: '9' is neither a day nor a time",
        ),
        (
            {"teams": [TEAM | {"time_zone": "Mars/Olympus"}]},
            "'Mars/Olympus' is no time zone: write one like Europe/Madrid",
        ),
        ({"teams": [TEAM | {"time_zone": "Europe"}]}, "is no time zone"),
        ({"teams": [TEAM | {"holidays": ["Christmas"]}]}, "'Christmas' is no holiday"),
    ],
)
def test_what_does_not_fit_together_is_said(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        build_office(settings(**tables))
    [finding] = office_findings(settings(**tables))
    assert finding.health is Health.BROKEN


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"agents": [AGENT | {"id": "ana"}]}, "agents.0.id .*'ana' is no agent"),
    ({"agents": [AGENT | {"id": ""}]}, "agents.0.id"),
    ({"teams": [TEAM | {"lead": "ana"}]}, "teams.0.lead .*is no agent"),
    ({"teams": [TEAM | {"languages": ["english"]}]}, "is no language"),
    ({"agents": [AGENT | {"languages": ["EN"]}]}, "is no language"),
    ({"teams": [TEAM | {"first_reply": {"normal": 0}}]}, "minutes above 0"),
    ({"teams": [TEAM | {"first_reply": {"soon": 5}}]}, "teams.0.first_reply.soon"),
    ({"teams": [TEAM | {"strategy": "random"}]}, "teams.0.strategy"),
    ({"topics": [{"name": "x", "words": []}]}, "topics.0.words"),
    ({"timing": {"on_nobody": "shrug"}}, "timing.on_nobody"),
    ({"timing": {"remind_share": 1}}, "timing.remind_share"),
    ({"timing": {"idle_minutes": -1}}, "timing.idle_minutes"),
]


@pytest.mark.parametrize(("tables", "said"), WRONG)
def test_a_wrong_value_is_named(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationProblem, match=said):
        settings(**tables)


def findings(**tables: Any) -> list[str]:
    found = office_findings(settings(**tables), NOW)
    assert {one.health for one in found} == {Health.WARNING}
    return [one.text for one in found]


def test_the_doctor_finds_what_can_not_work() -> None:
    every_day = [
        f"{month:02}-{day:02}"
        for month in range(1, 13)
        for day in range(1, monthrange(2024, month)[1] + 1)
    ]
    [said] = findings(teams=[TEAM | {"hours": "mon 09:00-10:00", "holidays": every_day}])
    assert said.startswith("Team billing is never open")
    [said] = findings(agents=[AGENT | {"teams": ["support"]}], teams=[TEAM, {"name": "support"}])
    assert said.startswith("Team billing has no agents")
    [said] = findings(agents=[AGENT], desk={"channel": "slack:C1"})
    assert said.startswith("Agent Ana is not on slack")


def test_the_doctor_is_content_with_what_works() -> None:
    [finding] = office_findings(settings(agents=[AGENT], desk={"channel": "playground:desk"}))
    assert finding.health is Health.GOOD
    assert "1 team" in finding.text
