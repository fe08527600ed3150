"""The office: who there is, whose a case is, to whom it is offered, what is promised and expected.

Without teams there is one nameless team that is always there; without a roster whoever works in the
desk is of it, and cases are offered to nobody in particular.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.vocabulary.board import BoardView, Presence
from bot.vocabulary.cases import Case, Promise
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.memory import Slot
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from handoff.routing import choosing, finding, queue
from handoff.routing.priority import priority_of
from handoff.routing.queue import Expectation
from handoff.routing.teams import NO_TEAM, Seat, Team, Topic, pinged, same_agent

OnNobody = Literal["message", "bot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the desk lets things lie; minutes are business minutes, and 0 is for ever.

    ``unclaimed_minutes`` a case that nobody takes, ``offer_minutes`` an offer to one agent,
    ``idle_minutes`` a customer who waits for an agent's word. ``on_nobody`` says what follows when
    nobody takes a case at all: the message is taken and it waits on, or the bot goes on.
    ``remind_share`` (0..1) is how much of a promised time may pass before the thread is reminded.
    After ``growing_minutes`` of waiting a case presses one level more.
    """

    unclaimed_minutes: float = 10
    offer_minutes: float = 5
    idle_minutes: float = 15
    on_nobody: OnNobody = "message"
    remind_share: float = 0.75
    growing_minutes: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything that is known of the people behind a desk; ``raised_tiers`` as in ``priority_of``.

    ``desk`` is where those work whose team has no channel of its own.
    """

    teams: tuple[Team, ...] = ()
    roster: tuple[Seat, ...] = ()
    topics: tuple[Topic, ...] = ()
    raised_tiers: tuple[str, ...] = ()
    pace: Pace = Pace()
    desk: ConversationRef | None = None

    def find_team(self, text: str) -> Team | None:
        """Find a team by its name or the only beginning that fits."""
        return finding.team_in(text, self.teams)

    def find_agents(self, text: str, view: BoardView | None = None) -> tuple[Agent, ...]:
        """Find agents by name, mention or id: none is nobody known, several are ambiguous.

        Beside the roster those are known who are on the board: with a case, or who said that they
        are there.
        """
        return finding.agents_in(text, self._known(view))

    def subject_of(self, text: str) -> str | None:
        """Return the name of the topic that a text is about."""
        return finding.topic_in(text, self.topics)

    def team_of(self, case: Case) -> Team:
        """Return the team whose a case is; the nameless one where that is unknown."""
        return next((team for team in self.teams if team.name == case.team), NO_TEAM)

    def team_for(self, *, text: str, subject: str | None, language: str) -> Team:
        """Choose the team for what a customer wants: by topic, then product, then language.

        Among equals the first that is set up wins, so the first team is the one for all the rest.
        """
        if not self.teams:
            return NO_TEAM
        return max(self.teams, key=lambda team: _fit(team, text, subject, language))

    def opened(self, case: Case, request: HandoverRequest) -> Case:
        """Give a new case what is known of it: team, topic, mood, tier and priority."""
        subject = request.subject or self.subject_of(request.question)
        team = self._team_for(request, subject)
        feeling = request.mood.feeling
        priority = priority_of(
            reason=request.reason,
            feeling=feeling,
            concern=request.concern.concern if request.concern else None,
            tier=request.tier,
            raised_tiers=self.raised_tiers,
        )
        return replace(
            case,
            team=team.name or None,
            topic=subject,
            feeling=feeling,
            tier=request.tier,
            priority=priority,
        )

    def _team_for(self, request: HandoverRequest, subject: str | None) -> Team:
        """Choose the team by what is asked; what is known of the customer fills in what that leaves open."""
        text, language = request.question, request.language
        facts, spoken = request.recalled.facts, request.recalled.fact(Slot.LANGUAGE)
        if not finding.names_any(text, [name for team in self.teams for name in team.products]):
            text = "\n".join((text, *(one.value for one in facts if one.slot is Slot.PRODUCT)))
        named = {code for team in self.teams for code in team.languages}
        if spoken is not None and language not in named and spoken.value in named:
            language = spoken.value
        return self.team_for(text=text, subject=subject, language=language)

    def placed(self, case: Case, view: BoardView, now: datetime) -> Case:
        """Place a new, transferred or reopened case in its team's queue.

        It is offered to an agent, where there is a roster, and what is promised counts from now on.
        """
        waits = replace(
            case,
            queued_at=now,
            promised_at=now,
            replied_at=None,
            breached=(),
            awaited_since=None,
            unclaimed=0,
        )
        return self.offered(replace(waits, due=self.promise(waits, now)), view, now)

    def offered(
        self, case: Case, view: BoardView, now: datetime, excluding: Collection[str] = ()
    ) -> Case:
        """Offer a case to the next agent; to nobody in particular when none is free."""
        agent = self.next_agent(case, view, now, excluding)
        offers = case.offers if agent is None else case.offers + 1
        return replace(case, offered_to=agent, offered_at=now, offers=offers)

    def next_agent(
        self, case: Case, view: BoardView, now: datetime, excluding: Collection[str] = ()
    ) -> Agent | None:
        """Choose whom a case is offered to; None while the team is closed or nobody is free."""
        team = self.team_of(case)
        if not self.roster or not team.hours.is_open(now):
            return None
        passed = (*case.passed_by, *excluding)
        choice = choosing.Choice.of(case, team, view)
        return choice.among(choice.candidates(self._seats(case), passed))

    def may_offer(self, case: Case) -> bool:
        """Whether a case has been offered to somebody, or there is anybody left to offer it to."""
        return case.offered_to is not None or any(
            not any(same_agent(seat.agent.id, passed) for passed in case.passed_by)
            for seat in self._seats(case)
        )

    def promise(self, case: Case, now: datetime) -> Mapping[Promise, datetime]:
        """Return until when what the team promises must be done, counted from now in its hours."""
        team = self.team_of(case)
        times = {
            promise: team.hours.add_business_time(now, minutes)
            for promise, minutes in team.promised(case.priority).items()
        }
        return {promise: at for promise, at in times.items() if at is not None}

    def expected(self, case: Case, view: BoardView, now: datetime) -> Expectation:
        """Return what the customer of a case that waits can be told."""
        opens_at = self.team_of(case).hours.next_opening(now)
        return Expectation(
            position=self._position(case, view, now),
            minutes=queue.usual_minutes(view, case.team),
            opens_at=opens_at if opens_at is not None and opens_at > now else None,
            never_opens=opens_at is None,
            nobody_there=not self._anybody_there(case, view),
        )

    def may_work(self, agent_id: str, team: str | None = None) -> bool:
        """Whether somebody of the desk may work for a team; without a roster all of them may."""
        if not self.roster:
            return True
        seat = finding.seat_of(agent_id, self.roster)
        return seat is not None and (seat.is_lead or seat.is_of(team))

    def may_be_given(self, agent_id: str, case: Case) -> bool:
        """Whether somebody may work on a case, and is where its team works."""
        agent = Agent(id=agent_id, name="")
        return self.may_work(agent_id, case.team) and self._is_near(agent, case)

    def lead_of(self, team: Team) -> Agent | None:
        """Return who is told when something goes wrong in a team."""
        leads = (seat.agent for seat in self.roster if seat.is_lead and seat.is_of(team.name))
        return team.lead or next(leads, None)

    def in_order(self, cases: Collection[Case], now: datetime) -> tuple[Case, ...]:
        """Order waiting cases as they are to be taken."""
        return queue.in_order(cases, now, growing_minutes=self.pace.growing_minutes)

    def _position(self, case: Case, view: BoardView, now: datetime) -> int:
        others = queue.waiting(view, case.team)
        return queue.position(case, others, now, growing_minutes=self.pace.growing_minutes)

    def _anybody_there(self, case: Case, view: BoardView) -> bool:
        if any(seat.is_of(case.team) for seat in self.roster):
            return any(choosing.is_there(seat.agent, view) for seat in self._seats(case))
        said = [one.presence for one in view.presence.values()]
        return not said or Presence.AVAILABLE in said

    def _seats(self, case: Case) -> list[Seat]:
        """Return who of the roster is of a case's team, and where that works."""
        of_team = (seat for seat in self.roster if seat.is_of(case.team))
        return [seat for seat in of_team if self._is_near(seat.agent, case)]

    def _is_near(self, agent: Agent, case: Case) -> bool:
        """Whether an agent is on the platform where a case's team works."""
        channel = self.team_of(case).channel or self.desk
        return channel is None or bool(pinged(agent, channel))

    def _known(self, view: BoardView | None) -> list[Agent]:
        seated = [seat.agent for seat in self.roster]
        if view is None:
            return seated
        present = [Agent(id=one.agent_id, name=one.name) for one in view.presence.values()]
        working = [case.agent for case in view.cases.values() if case.agent is not None]
        return [*seated, *present, *working]


def _fit(team: Team, text: str, subject: str | None, language: str) -> tuple[int, int, int]:
    """Weigh a team for a customer."""
    return (
        _match(team.topics, hit=subject in team.topics),
        _match(team.products, hit=finding.names_any(text, team.products)),
        _match(team.languages, hit=language in team.languages),
    )


def _match(named: Collection[str], *, hit: bool) -> int:
    """A team that names this beats one that names nothing, which beats one that names another."""
    return 2 if hit else int(not named)


ANYONE = Office()
"""Whoever works in the desk: no teams, no roster."""
