"""Builds the office behind the desk from the settings: teams, agents, hours, promises."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.vocabulary.cases import Priority, Promise
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from config.teams import AgentSettings, TeamSettings
from handoff.routing.hours import Hours
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Seat, Strategy, Team, Topic
from handoff.routing.weekly import parse_holiday, parse_hours

SHORT_ID = 2
"""Parts of an agent's id without the workspace, guild or bot that it belongs to."""


def build_office(
    settings: Settings,
    desk: ConversationRef | None = None,
    channels: Mapping[str, ConversationRef] | None = None,
) -> Office:
    """Build the office; ``desk`` is where agents work, and completes their ids.

    ``channels`` are those of teams that work elsewhere, by their names.

    Raises:
        ConfigurationError: Names that don't exist, or hours, zones and days that can't be read.
    """
    _check_names(settings)
    places = _Places(desk=desk)
    roster = tuple(places.seat(agent) for agent in settings.agents)
    timing = settings.timing
    return Office(
        teams=tuple(
            replace(_team(team, roster, places), channel=(channels or {}).get(team.name))
            for team in settings.teams
        ),
        roster=roster,
        topics=tuple(Topic(name=topic.name, words=topic.words) for topic in settings.topics),
        raised_tiers=timing.raised_tiers,
        desk=desk,
        pace=Pace(
            unclaimed_minutes=timing.unclaimed_minutes,
            offer_minutes=timing.offer_minutes,
            idle_minutes=timing.idle_minutes,
            on_nobody=timing.on_nobody,
            remind_share=timing.remind_share,
            growing_minutes=timing.growing_minutes,
        ),
    )


def office_findings(settings: Settings, now: datetime | None = None) -> list[Finding]:
    """Look at teams and roster for what can't work; nothing to say where none are set."""
    if not (settings.teams or settings.agents or settings.topics):
        return []
    try:
        office = build_office(settings)
    except ConfigurationError as error:
        return [Finding(subject="teams", health=Health.BROKEN, text=str(error))]
    troubles = [*_troubles(office, now or datetime.now(UTC)), *_elsewhere(settings)]
    if troubles:
        return [
            Finding(subject="teams", health=Health.WARNING, text=trouble) for trouble in troubles
        ]
    text = f"{len(office.teams)} teams and {len(office.roster)} agents are set up."
    return [Finding(subject="teams", health=Health.GOOD, text=text)]


def _troubles(office: Office, now: datetime) -> Iterator[str]:
    for team in office.teams:
        if team.hours.next_opening(now) is None:
            yield (
                f"Team {team.name} is never open in the year to come, so its cases wait for ever: "
                "correct its hours or holidays."
            )
        if office.roster and not any(seat.is_of(team.name) for seat in office.roster):
            yield (
                f"Team {team.name} has no agents, so nobody is offered its cases: name it in the "
                "teams of one of [[agents]]."
            )


def _elsewhere(settings: Settings) -> Iterator[str]:
    """Agents who can't be where the cases of their teams are."""
    channels = {team.name: team.channel or settings.desk.channel for team in settings.teams}
    for agent in settings.agents:
        named = [channels[team] for team in agent.teams if team in channels]
        homes = {
            channel.partition(":")[0]
            for channel in named or [settings.desk.channel, *channels.values()]
        }
        if all(homes) and agent.id.partition(":")[0] not in homes:
            yield (
                f"Agent {agent.name} is not on {' or '.join(sorted(homes))}, where their cases "
                "are, so they can take none: write their id there."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Completes the ids of agents by where they work."""

    desk: ConversationRef | None

    def whole(self, agent_id: str) -> str:
        parts = agent_id.split(":")
        if self.desk is None or len(parts) > SHORT_ID or parts[0] != self.desk.platform:
            return agent_id
        return f"{parts[0]}:{self.desk.tenant_id}:{parts[1]}"

    def seat(self, agent: AgentSettings) -> Seat:
        return Seat(
            agent=Agent(id=self.whole(agent.id), name=agent.name),
            teams=agent.teams,
            languages=agent.languages,
            skills=agent.skills,
            capacity=agent.capacity,
            is_lead=agent.lead,
        )


def _team(team: TeamSettings, roster: tuple[Seat, ...], places: _Places) -> Team:
    return Team(
        name=team.name,
        topics=team.topics,
        languages=team.languages,
        products=team.products,
        hours=_hours(team),
        strategy=Strategy(team.strategy),
        overflow=team.overflow or None,
        lead=_lead(team, roster, places),
        promises=_promises(team),
    )


def _lead(team: TeamSettings, roster: tuple[Seat, ...], places: _Places) -> Agent | None:
    if not team.lead:
        return None
    whole = places.whole(team.lead)
    seated = (seat.agent for seat in roster if seat.agent.id == whole)
    return next(seated, Agent(id=whole, name=whole.rpartition(":")[2]))


def _promises(team: TeamSettings) -> dict[Priority, dict[Promise, float]]:
    kinds = {Promise.FIRST_REPLY: team.first_reply, Promise.RESOLUTION: team.resolution}
    normal = {
        promise: minutes["normal"] for promise, minutes in kinds.items() if "normal" in minutes
    }
    return {
        priority: normal
        | {
            promise: minutes[priority.value]
            for promise, minutes in kinds.items()
            if priority.value in minutes
        }
        for priority in Priority
    }


def _hours(team: TeamSettings) -> Hours:
    try:
        return Hours(
            week=parse_hours(team.hours),
            zone=_zone(team.time_zone),
            holidays=tuple(map(parse_holiday, team.holidays)),
        )
    except ValueError as error:
        raise ConfigurationError(f"The hours of team {team.name} can't be read: {error}.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: write one like Europe/Madrid") from None


def _check_names(settings: Settings) -> None:
    """Names that are used must exist, and exist once."""
    teams = [team.name for team in settings.teams]
    topics = [topic.name for topic in settings.topics]
    _check_once(teams, "[[teams]]")
    _check_once(topics, "[[topics]]")
    _check_once((agent.id for agent in settings.agents), "[[agents]]")
    for team in settings.teams:
        _check_known(team.topics, topics, f"Team {team.name}", "[[topics]]")
        _check_known(
            [team.overflow] if team.overflow else [], teams, f"Team {team.name}", "[[teams]]"
        )
        if team.overflow == team.name:
            raise ConfigurationError(
                f"Team {team.name} names itself as overflow: name another one."
            )
    for agent in settings.agents:
        _check_known(agent.teams, teams, f"Agent {agent.name}", "[[teams]]")


def _check_once(names: Iterable[str], table: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise ConfigurationError(f"{table} has {name} twice: keep one of them.")


def _check_known(names: Iterable[str], known: list[str], who: str, table: str) -> None:
    for name in names:
        if name not in known:
            there = ", ".join(known) or "none"
            raise ConfigurationError(
                f"{who} names {name}, which {table} does not have (there: {there}): correct the "
                "name or add it."
            )
