"""Any life of a case: whoever does whatever, somebody looks after it, and its alarms come to an end."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.board import AgentPresence, BoardView, Presence
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation, OwnerKind
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import AlarmTurn, DeskTurn, Plan, Turn
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Seat
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, BEN, NOW, THREAD, says
from tests.handoff.timing.kit import BILLING, SUPPORT

MOST_RINGS = 20
REQUEST = HandoverRequest(
    reason=CaseReason.REQUESTED, reasons=("asked",), language="en", question="where is it?"
)
OFFICES = [
    Office(roster=roster, teams=teams, pace=Pace(on_nobody=on_nobody))
    for roster in ((), (Seat(agent=ANA), Seat(agent=BEN, is_lead=True)))
    for teams in ((), (BILLING, SUPPORT))
    for on_nobody in ("message", "bot")
]


@dataclass
class Life:
    """A conversation with one case, kept as the engine would, and a clock of its own."""

    office: Office
    now: datetime = NOW
    conversation: Conversation = field(default_factory=lambda: Conversation(ref=a_conversation()))
    presence: dict[str, AgentPresence] = field(default_factory=dict[str, AgentPresence])

    def __post_init__(self) -> None:
        self.desk = ChatDesk(language="en", undo_seconds=0, office=self.office, board=self)

    def view(self) -> BoardView:
        case = self.conversation.case
        cases = {case.id: case} if case is not None and case.is_open else {}
        return BoardView(at=self.now, cases=cases, presence=self.presence)

    @property
    def case(self) -> Case:
        assert self.conversation.case is not None
        return self.conversation.case

    def ask(self) -> None:
        self._store(self.desk.hand_over(self._turn(a_message("a person please")), REQUEST))

    def write(self, text: str) -> None:
        """Write as the customer, to whoever has the word."""
        turn = self._turn(a_message(text))
        is_bot = self.conversation.owner.kind is OwnerKind.BOT
        self._store(self.desk.hand_over(turn, REQUEST) if is_bot else self.desk.relay(turn, "en"))

    def act(self, words: str, name: str) -> None:
        turn = DeskTurn(
            id="turn",
            message=says(words, name),
            conversation=self.conversation,
            at=self.now,
            started_at=self.now,
        )
        self._store(asyncio.run(self.desk.agent_turn(turn)))

    def ring(self) -> Alarm | None:
        """Let time pass until the next alarm, and let it ring."""
        if not self.conversation.alarms:
            return None
        alarm = min(self.conversation.alarms, key=lambda one: one.at)
        self.now = max(self.now, alarm.at)
        turn = AlarmTurn(
            id="turn", alarm=alarm, conversation=self.conversation, at=self.now, started_at=self.now
        )
        self._store(asyncio.run(self.desk.alarm_turn(turn)), alarm)
        return alarm

    def _turn(self, message: IncomingMessage) -> Turn:
        return Turn(
            id="turn1", conversation=self.conversation, messages=(message,), started_at=self.now
        )

    def _store(self, plan: Plan, rung: Alarm | None = None) -> None:
        before, case = self.conversation, plan.case or self.conversation.case
        alarms = before.alarms if plan.alarms is None else plan.alarms
        bells = [bell.alarm for bell in plan.bells if bell.conversation == before.ref]
        if plan.presence is not None:
            self.presence[plan.presence.agent_id] = plan.presence
        self.conversation = replace(
            before,
            owner=plan.owner or before.owner,
            memo=plan.memo or before.memo,
            history=(*before.history, *plan.history)[-60:],
            case=replace(case, thread=THREAD) if case is not None else None,
            alarms=(*(one for one in alarms if one != rung), *bells),
        )


VERBS = ("/claim", "/reply hello", "/release", "/snooze 2h", "/away", "/back")

steps = st.lists(
    st.sampled_from(
        [
            ("ring", ""),
            ("ring", ""),
            ("write", "where is it"),
            ("write", "thanks"),
            *((verb, name) for verb in VERBS for name in ("Ana", "Ben")),
            ("/resolve", "Ana"),
            ("/reopen", "Ben"),
            ("/followup 2h", "Ana"),
        ]
    ),
    max_size=14,
)


def step(life: Life, does: str, what: str) -> None:
    life.now += timedelta(minutes=1)
    if does == "ring":
        life.ring()
    elif does == "write":
        life.write(what)
    else:
        life.act(does, what)


def check(life: Life) -> None:
    """What holds at every moment."""
    case, owner = life.case, life.conversation.owner
    set_now = {alarm.kind for alarm in life.conversation.alarms}
    if case.status is CaseStatus.QUEUED:
        assert owner.kind is OwnerKind.QUEUE
        assert case.unclaimed == 2 or AlarmKind.UNCLAIMED in set_now
    elif case.is_open:
        assert (owner.kind, owner.agent) == (OwnerKind.AGENT, case.agent)
        assert case.offered_to is None
    else:
        assert owner.kind is OwnerKind.BOT
        assert set_now <= {AlarmKind.FOLLOW_UP, AlarmKind.AGENT_LEFT}
    if case.status is CaseStatus.SNOOZED:
        assert AlarmKind.SNOOZE in set_now
    away = {one.agent_id for one in life.presence.values() if one.presence is Presence.AWAY}
    if life.office.roster and case.offered_at == life.now and case.offered_to is not None:
        assert case.offered_to.id not in away


@given(st.sampled_from(OFFICES), steps)
@settings(max_examples=150, deadline=None)
def test_somebody_always_looks_after_a_case(office: Office, happens: list[tuple[str, str]]) -> None:
    life = Life(office)
    life.ask()
    check(life)
    for does, what in happens:
        step(life, does, what)
        check(life)
    rings = 0
    while life.ring() is not None:
        rings += 1
        check(life)
        assert rings <= MOST_RINGS, [alarm for alarm in life.conversation.alarms]


@pytest.mark.parametrize("office", OFFICES)
def test_a_case_that_nobody_ever_looks_at_comes_to_its_end(office: Office) -> None:
    life = Life(office)
    life.ask()
    rung = [alarm.kind for alarm in iter(life.ring, None)]
    assert rung.count(AlarmKind.UNCLAIMED) == 2
    goes_on = office.pace.on_nobody == "bot"
    assert life.case.status is (CaseStatus.EXPIRED if goes_on else CaseStatus.QUEUED)
