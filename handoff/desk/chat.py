"""The desk: a customer's conversation goes to people, and comes back."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile

from bot.texts import say
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.board import Board, BoardView
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Conversation, Owner, OwnerKind, Speaker
from bot.vocabulary.folding import amends_of, bot_line, customer_lines
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.memory import Memories
from bot.vocabulary.mood import Heard
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AlarmTurn, Delivery, DeskTurn, Outcome, Plan, Turn
from handoff.aftercare import Aftercare
from handoff.agents.noting import Normalise
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.duty import CopilotDuty
from handoff.copilot.help import Copilot
from handoff.desk.clock import DeskClock
from handoff.desk.danger import with_danger
from handoff.desk.moving import Moving, shown_where_asked
from handoff.desk.opening import Opening, shown_in_thread
from handoff.desk.reopening import Reopening
from handoff.handback import memo_after
from handoff.routing.office import ANYONE, Office
from handoff.saying.plans import changed, returned_marker, to_customer, to_desk
from handoff.saying.refusals import with_refusals
from handoff.saying.relays import THUMBS
from handoff.saying.style import AgentsAs, DeskStyle
from handoff.storm.control import StormPace, completed, deferred
from handoff.storm.drain import Drain
from handoff.timing.settling import settled
from handoff.timing.waking import woken_by_customer

_UNREAD = datetime.fromtimestamp(0, UTC)


class ChatDesk:
    """The desk in a chat channel, one thread for each case.

    For most of its settings see ``DeskStyle``. ``office`` are the people behind it, ``board`` shows
    all cases; without them whoever is there works, and nothing is known of other cases. ``memories``
    are what is remembered of customers, ``normalise`` is how it holds what agents note.
    """

    def __init__(  # noqa: PLR0913 (one for each setting)
        self,
        *,
        language: str,
        prefix: str = "/",
        undo_seconds: float = 5.0,
        agents_as: AgentsAs = "name",
        brand: str = "",
        aftercare: Aftercare | None = None,
        office: Office | None = None,
        board: Board | None = None,
        copilot: Copilot | None = None,
        storm: StormPace | None = None,
        remembers: bool = True,
        memories: Memories | None = None,
        normalise: Normalise | None = None,
    ) -> None:
        self._language = language
        self._style = style = DeskStyle(
            language=language,
            prefix=prefix,
            undo_seconds=undo_seconds,
            agents_as=agents_as,
            brand=brand,
            aftercare=aftercare or Aftercare(),
            remembers=remembers,
        )
        self._office = office = office or ANYONE
        self._board = board
        self._verbs = AgentVerbs(style, office, board, copilot, memories, normalise)
        self._moving = Moving(style=style, office=office)
        self._storm = storm or StormPace()
        drain = Drain(style, office, self._storm, view=self._view, opens=self._moving.opened)
        self._clock = DeskClock(style, office, {**self._verbs.duties, **drain.duties})
        self._opening = Opening(
            style=style,
            office=office,
            knows_queue=board is not None,
            offers_draft=copilot is not None,
        )
        self._reopening = Reopening(style=style, office=office)
        self._copilot = CopilotDuty(copilot, style) if copilot is not None else None

    def hand_over(self, turn: Turn, request: HandoverRequest) -> Plan:
        """See ``Desk.hand_over``."""
        view = self._view()
        plan = self._reopening.reopened(turn, request, view, view.at)
        if plan is None:
            plan = self._opening.opened(turn, request, view)
        plan = self._opening.with_truth(plan, turn, request, view)
        if self._office.desk is not None:
            plan = deferred(plan, turn.conversation, view, self._storm, self._office.desk)
        plan = self._helped(plan, turn, request.language, view.at, has_draft=True)
        return settled(plan, turn.conversation, self._office, view.at)

    def relay(self, turn: Turn, language: str, *, concern: Heard | None = None) -> Plan:
        """See ``Desk.relay``."""
        conversation, view = turn.conversation, self._view()
        case, woken = woken_by_customer(conversation.case, turn.messages, self._style)
        shown = shown_in_thread(turn.messages, conversation.case, self._language)
        # Whoever is in danger must not read that nobody has time.
        in_danger = concern is not None and concern.is_urgent
        notice = () if in_danger or _knows_it_waits(turn) else (_still_queued(language),)
        texts = (message.text for message in turn.messages)
        plan = Plan(
            outcome=Outcome.RELAYED,
            receipt=receipt_of(
                turn,
                question=" ".join(texts),
                language=language,
                outcome=Outcome.RELAYED,
                reasons=(say("handoff.reason_with_people", self._language),),
            ),
            deliveries=(*shown, *woken, *notice),
            history=(*customer_lines(turn.messages), *(bot_line(item.message) for item in notice)),
            amends=amends_of(turn.messages),
            memo=replace(conversation.memo, language=language),
            case=case,
        )
        if notice and conversation.case is not None:
            plan = self._opening.with_wait(plan, conversation.case, language, view)
        plan = with_danger(plan, conversation.case, concern, self._style, self._office)
        plan = self._helped(plan, turn, language, view.at)
        plan = self._completed(plan, conversation, view.at)
        return settled(plan, conversation, self._office, view.at)

    def cancel(self, turn: Turn, language: str) -> Plan:
        """See ``Desk.cancel``."""
        case = turn.conversation.case
        if case is None or not case.is_open:
            raise LookupError("There is no open case to cancel.")
        notice = to_customer("cancelled_customer", language)
        left = replace(to_desk("customer_left", self._language), marks=CaseStatus.RESOLVED)
        plan = Plan(
            outcome=Outcome.COMMANDED,
            receipt=receipt_of(
                turn,
                question="",
                language=language,
                outcome=Outcome.COMMANDED,
                reasons=(say("handoff.reason_customer_left", self._language),),
            ),
            deliveries=(notice, left),
            history=(
                returned_marker(self._language, CaseEvent.CANCEL),
                bot_line(notice.message),
            ),
            owner=Owner(),
            memo=memo_after(turn.conversation, case, language, self._style),
            # Whoever had it may want to be reminded of it.
            case=replace(changed(case, CaseEvent.CANCEL, case.agent), snoozed_until=None),
        )
        plan = self._completed(plan, turn.conversation, self._view().at)
        return settled(plan, turn.conversation, self._office, self._view().at)

    async def agent_turn(self, turn: DeskTurn) -> Plan:
        """See ``Desk.agent_turn``."""
        plan = shown_where_asked(await self._verbs.work(turn), turn)
        plan = self._moving.moved(plan, turn.conversation, turn.at)
        return settled(plan, turn.conversation, self._office, turn.at)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """See ``Desk.alarm_turn``."""
        if turn.alarm.kind is AlarmKind.COPILOT and self._copilot is not None:
            return await self._copilot.ring(turn)
        plan = self._clock.ring(turn, self._view(turn.at))
        plan = self._completed(plan, turn.conversation, turn.at)
        plan = self._moving.moved(plan, turn.conversation, turn.at)
        return settled(plan, turn.conversation, self._office, turn.at, turn.alarm)

    def with_refusals(self, plan: Plan, case: Case | None) -> Plan:
        """See ``Desk.with_refusals``."""
        return with_refusals(plan, case, self._language)

    def _completed(self, plan: Plan, conversation: Conversation, now: datetime) -> Plan:
        """Let a thread that waits for its turn be opened now, or nothing be said there yet."""
        return completed(plan, conversation, now, self._moving.opened)

    def _view(self, now: datetime | None = None) -> BoardView:
        """Return the board; without one, and until it was first read, an empty one of now."""
        view = self._board.view() if self._board is not None else None
        if view is None or view.at <= _UNREAD:
            return BoardView(at=now or datetime.now(UTC))
        return view

    def _helped(
        self, plan: Plan, turn: Turn, language: str, now: datetime, *, has_draft: bool = False
    ) -> Plan:
        """Let the copilot look at what the customer wrote, after it was shown."""
        if self._copilot is None or plan.owner == Owner():
            return plan
        alarms = self._copilot.alarms(turn.messages, language, now, has_draft=has_draft)
        if not alarms:
            return plan
        still_set = turn.conversation.alarms if plan.alarms is None else plan.alarms
        return replace(plan, alarms=(*still_set, *alarms))


def _still_queued(language: str) -> Delivery:
    return to_customer("still_queued", language, with_bot=True)


def _knows_it_waits(turn: Turn) -> bool:
    """Whether someone has the case, or the customer was told since it changed hands that not.

    The hand-over itself says the first word; the first message after it gets the second, the others
    none: a notice for each would be nagging. A thumb waits for nothing.
    """
    only_rates = all(message.action in THUMBS for message in turn.messages)
    if turn.conversation.owner.kind is not OwnerKind.QUEUE or only_rates:
        return True
    speakers = [line.speaker for line in turn.conversation.history]
    since = list(takewhile(lambda speaker: speaker is not Speaker.MARKER, reversed(speakers)))
    return since.count(Speaker.BOT) > 1
