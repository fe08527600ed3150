"""Who is there, and cases that come to an agent from another conversation.

What changes another conversation is done there: a bell rings in it, and the plan that answers is
fenced like any other, so that of two who want the same case one gets it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.board import AgentPresence, Presence
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import silent
from bot.vocabulary.turns import AlarmTurn, AuditEntry, Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act
from handoff.routing.teams import pinged, same_agent
from handoff.saying.plans import CLAIMED_BUTTONS, changed, marker, to_desk
from handoff.saying.voice import audit_of

Ring = Callable[[AlarmTurn], Plan]
"""Does what an alarm is for."""


class Calling:
    """Plans for presence and for the next case."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    @property
    def duties(self) -> Mapping[AlarmKind, Ring]:
        """What the bells of the verbs want done where they ring."""
        return {AlarmKind.TAKE: self.taken, AlarmKind.LINK: self.linked}

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        following = Verb(
            name="next",
            does=self.next,
            aliases=("siguiente",),
            plain=("next", "next case", "siguiente", "siguiente caso"),
            scope=Scope.EVERYWHERE,
        )
        away = Verb(
            name="away",
            does=lambda act: self._present(act, Presence.AWAY),
            aliases=("ausente",),
            plain=("away", "i'm away", "ausente", "estoy ausente"),
            scope=Scope.EVERYWHERE,
        )
        back = Verb(
            name="back",
            does=lambda act: self._present(act, Presence.AVAILABLE),
            aliases=("disponible", "vuelvo"),
            plain=("i'm back", "disponible", "he vuelto", "ya estoy de vuelta"),
            scope=Scope.EVERYWHERE,
        )
        return following, away, back

    def next(self, act: Act) -> Plan:
        """Take the most urgent case that waits for this agent."""
        view, office = self._place.view(), self._place.office
        waiting = [case for case in view.cases.values() if self._is_for(case, act.agent)]
        if not waiting:
            return self._voice.say(act, "verbs.nothing_waits")
        case = office.in_order(waiting, act.turn.at)[0]
        plan = self._voice.say(act, "verbs.next_case", case=case.id, customer=case.customer)
        about = f"{act.agent.id} {act.agent.name}"
        alarm = Alarm(kind=AlarmKind.TAKE, at=act.turn.at, about=about)
        bell = Bell(conversation=case.conversation, alarm=alarm)
        return replace(plan, bells=(bell,), audit=replace(audit_of(act), case=case.id))

    def taken(self, turn: AlarmTurn) -> Plan:
        """Give the case to the agent who asked for the next one, if it still waits."""
        case = turn.conversation.case
        agent_id, _, name = turn.alarm.about.partition(" ")
        agent, language = Agent(id=agent_id, name=name), self._place.language
        if case is None or not self._is_for(case, agent):
            return silent(turn, "it waits for this agent no longer")
        told = self._voice.customer_hears(
            "claimed", turn.conversation.memo.language or case.language, name=name, with_bot=True
        )
        prefix = self._voice.style.prefix
        shown = to_desk("claimed_desk", language, *CLAIMED_BUTTONS, prefix=prefix, agent=name)
        message = replace(shown.message, notifies=pinged(agent, case.thread))
        given = replace(changed(case, CaseEvent.CLAIM, agent), offered_to=None, offered_at=None)
        return replace(
            silent(turn, f"{name} took the next case"),
            deliveries=(told, replace(shown, message=message, marks=CaseStatus.CLAIMED)),
            history=(marker("marker_claimed", language, agent=name),),
            owner=Owner(kind=OwnerKind.AGENT, agent=agent),
            case=given,
            audit=AuditEntry(
                at=turn.at, actor_id=agent_id, actor=name, action="claim", case=case.id
            ),
        )

    def linked(self, turn: AlarmTurn) -> Plan:
        """Note that another case belongs to this one."""
        case = turn.conversation.case
        if case is None or turn.alarm.about in case.links:
            return silent(turn, "nothing to link")
        links = (*case.links, turn.alarm.about)
        return replace(silent(turn, "linked"), case=replace(case, links=links))

    def _is_for(self, case: Case, agent: Agent) -> bool:
        offered = case.offered_to
        return (
            case.status is CaseStatus.QUEUED
            and (case.thread is not None or case.deferred)
            and self._place.office.may_be_given(agent.id, case)
            and (offered is None or same_agent(offered.id, agent.id))
            and not any(same_agent(one, agent.id) for one in case.passed_by)
        )

    def _present(self, act: Act, presence: Presence) -> Plan:
        agent = act.agent
        said = AgentPresence(agent_id=agent.id, name=agent.name, presence=presence, at=act.turn.at)
        bells = self._left(act) if presence is Presence.AWAY else ()
        key = "verbs.is_away" if presence is Presence.AWAY else "verbs.is_back"
        plan = self._voice.say(act, key, agent=agent.name, count=len(bells))
        return replace(plan, presence=said, bells=bells, audit=audit_of(act, str(len(bells))))

    def _left(self, act: Act) -> tuple[Bell, ...]:
        """Ring for each open case that an agent who goes has or is offered.

        The present one may be newer than the board.
        """
        cases = {**self._place.view().cases, act.case.id: act.case}
        alarm = Alarm(kind=AlarmKind.AGENT_LEFT, at=act.turn.at, about=act.agent.id)
        return tuple(
            Bell(conversation=case.conversation, alarm=alarm)
            for case in cases.values()
            if case.is_open
            and (holder := case.agent or case.offered_to)
            and same_agent(holder.id, act.agent.id)
        )
