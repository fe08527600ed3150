"""Whose a case is: taken, released, given to a colleague, passed to another team."""

from dataclasses import replace

from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Owner, OwnerKind, Speaker
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Delivery, Plan
from handoff.agents.people import agents_at_start, team_at_start
from handoff.agents.table import Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act
from handoff.routing.teams import Team, same_agent
from handoff.saying.plans import CLAIMED_BUTTONS, QUEUED_BUTTONS, changed, marker, to_customer
from handoff.saying.voice import audit_of
from handoff.timing.telling import wait_in_words, with_words


class Taking:
    """Plans for who has a case. The customer is told of each change, once, and never why."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        claim = Verb(
            name="claim",
            does=self.claimed,
            aliases=("take", "tomar", "asumir"),
            plain=("claim", "claim it", "take it", "i take it", "i'll take it", "mine")
            + ("asumir", "tomar", "lo tomo", "me lo quedo", "lo asumo", "mío"),
        )
        release = Verb(
            name="release",
            does=self.released,
            aliases=("unclaim", "drop", "soltar", "liberar"),
            plain=("release", "release it", "soltar", "lo suelto", "liberar"),
        )
        assign = Verb(
            name="assign",
            does=self.assigned,
            aliases=("give", "asignar", "dar"),
            by_holder=True,
            needs_words=True,
        )
        transfer = Verb(
            name="transfer",
            does=self.transferred,
            aliases=("pass", "transferir", "pasar"),
            by_holder=True,
            needs_words=True,
        )
        return claim, release, assign, transfer

    def claimed(self, act: Act) -> Plan:
        """Let the agent have the case; it wakes when it slept with them."""
        holder = act.case.agent
        if holder is not None and not same_agent(holder.id, act.agent.id):
            return self._voice.taken(act)
        if act.case.status is CaseStatus.SNOOZED:
            return self._woken(act)
        if holder is not None:
            return self._voice.taken(act)
        told = self._voice.tell_customer(act, "claimed", with_bot=True)
        shown = self._voice.tell_thread(
            act, "claimed_desk", *CLAIMED_BUTTONS, marks=CaseStatus.CLAIMED
        )
        return replace(
            self._voice.silent(act, "claimed"),
            deliveries=(told, shown),
            history=(self._marker("marker_claimed", act.agent.name),),
            owner=Owner(kind=OwnerKind.AGENT, agent=act.agent),
            case=_given(act.case, CaseEvent.CLAIM, act.agent),
            presence=self._place.newcomer(act.agent),
        )

    def released(self, act: Act) -> Plan:
        """Put the case back into its queue."""
        holder = act.case.agent
        if holder is None:
            return self._voice.say(act, "not_claimed_desk")
        told = self._voice.tell_customer(act, "released", name=holder.name, with_bot=True)
        case = self._requeued(act, changed(act.case, CaseEvent.RELEASE), holder)
        shown = self._voice.tell_thread(
            act, "released_desk", *QUEUED_BUTTONS, marks=CaseStatus.QUEUED
        )
        return replace(
            self._voice.silent(act, "released"),
            deliveries=(told, shown, *self._offer(act, case)),
            history=(self._marker("marker_released", holder.name),),
            owner=Owner(kind=OwnerKind.QUEUE),
            case=case,
            audit=audit_of(act, holder.name),
        )

    def assigned(self, act: Act) -> Plan:
        """Give the case to a colleague, who is told."""
        found = self._colleague(act)
        return found if isinstance(found, Plan) else self._given_to(act, *found)

    def transferred(self, act: Act) -> Plan:
        """Pass the case to another team's queue or to a colleague, with the reason."""
        text = act.gesture.text
        found = None if text.startswith("@") else team_at_start(text, self._place)
        if found is None:
            return self._to_colleague(act)
        team, reason = found
        if not reason:
            return self._voice.ask(act)
        if team.name == act.case.team:
            return self._voice.say(act, "verbs.same_team", team=team.name)
        return self._to_team(act, team, reason)

    def _to_colleague(self, act: Act) -> Plan:
        found = self._colleague(act)
        if isinstance(found, Plan):
            return found
        return self._given_to(act, *found) if found[1] else self._voice.ask(act)

    def _to_team(self, act: Act, team: Team, reason: str) -> Plan:
        moved = replace(changed(act.case, CaseEvent.TRANSFER), team=team.name, passed_by=())
        case = self._place.office.placed(
            replace(moved, offers=0, snoozed_until=None), self._place.view(), act.turn.at
        )
        told = to_customer(
            "verbs.transferred_customer", act.language, with_bot=True, team=team.name
        )
        shown = self._voice.tell_thread(
            act,
            "verbs.transferred",
            *QUEUED_BUTTONS,
            marks=CaseStatus.QUEUED,
            team=team.name,
            reason=reason,
        )
        plan = replace(
            self._voice.silent(act, "transferred"),
            deliveries=(told, shown, *self._offer(act, case)),
            history=(
                marker("verbs.marker_transferred", self._place.language, team=team.name),
                note_line(act, reason),
            ),
            owner=Owner(kind=OwnerKind.QUEUE),
            case=case,
            audit=audit_of(act, team.name),
        )
        return with_words(plan, self._wait(act, case))

    def _wait(self, act: Act, case: Case) -> str:
        """Say how long it takes at the new team."""
        office, now = self._place.office, act.turn.at
        expected = office.expected(case, self._place.view(), now)
        if self._place.board is None:
            expected = replace(expected, position=None)
        return wait_in_words(case, expected, office.team_of(case).hours, now, act.language)

    def _given_to(self, act: Act, agent: Agent, reason: str) -> Plan:
        if act.case.agent is not None and same_agent(act.case.agent.id, agent.id):
            return self._voice.say(act, "verbs.has_it_already", to=agent.name)
        if not self._place.office.may_be_given(agent.id, act.case):
            return self._voice.say(act, "verbs.cannot_be_given", to=agent.name)
        told = self._voice.tell_customer(act, "claimed", name=agent.name, with_bot=True)
        key = "verbs.assigned_because" if reason else "verbs.assigned"
        shown = self._voice.tell_thread(
            act,
            key,
            *CLAIMED_BUTTONS,
            marks=CaseStatus.CLAIMED,
            notifies=agent,
            to=agent.name,
            reason=reason,
        )
        notes = (note_line(act, reason),) if reason else ()
        return replace(
            self._voice.silent(act, "assigned"),
            deliveries=(told, shown),
            history=(self._marker("marker_claimed", agent.name), *notes),
            owner=Owner(kind=OwnerKind.AGENT, agent=agent),
            case=_given(act.case, CaseEvent.ASSIGN, agent),
            audit=audit_of(act, agent.id),
        )

    def _colleague(self, act: Act) -> tuple[Agent, str] | Plan:
        found = agents_at_start(act.gesture.text, act, self._place)
        if found is None:
            return self._voice.say(act, "verbs.nobody_known", words=act.gesture.text[:60])
        agents, rest = found
        if len(agents) != 1:
            names = ", ".join(f"{agent.name} ({agent.id})" for agent in agents)
            return self._voice.say(act, "verbs.several_known", names=names)
        return agents[0], rest

    def _woken(self, act: Act) -> Plan:
        case = replace(changed(act.case, CaseEvent.WAKE, act.case.agent), snoozed_until=None)
        shown = self._voice.tell_thread(
            act, "verbs.woken", *CLAIMED_BUTTONS, marks=CaseStatus.CLAIMED
        )
        return replace(self._voice.silent(act, "woken"), deliveries=(shown,), case=case)

    def _requeued(self, act: Act, case: Case, left_by: Agent) -> Case:
        waits = replace(
            case,
            queued_at=act.turn.at,
            awaited_since=None,
            snoozed_until=None,
            passed_by=(*case.passed_by, left_by.id),
        )
        return self._place.office.offered(waits, self._place.view(), act.turn.at)

    def _offer(self, act: Act, case: Case) -> tuple[Delivery, ...]:
        agent = case.offered_to
        if agent is None:
            return ()
        name, key = agent.name, "timing.offered_desk"
        return (self._voice.tell_thread(act, key, notifies=agent, agent=name),)

    def _marker(self, key: str, name: str) -> HistoryLine:
        return marker(key, self._place.language, agent=name)


def note_line(act: Act, text: str) -> HistoryLine:
    """Build the line of the history that keeps an agent's words inside."""
    return HistoryLine(
        speaker=Speaker.NOTE,
        name=act.agent.name,
        text=text,
        at=act.turn.at,
        message_id=act.origin,
        author_id=act.agent.id,
    )


def _given(case: Case, event: CaseEvent, agent: Agent) -> Case:
    return replace(
        changed(case, event, agent), offered_to=None, offered_at=None, snoozed_until=None
    )
