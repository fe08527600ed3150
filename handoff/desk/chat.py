"""The desk: a customer's conversation goes to people, and comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile

from bot.texts import say
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Memo, Owner, OwnerKind, Speaker
from bot.vocabulary.folding import amends_of, bot_line, customer_lines
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import (
    AlarmTurn,
    Decision,
    Delivery,
    DeskTurn,
    Outcome,
    Plan,
    Receipt,
    Turn,
)
from handoff.agents.verbs import AgentVerbs
from handoff.desk.briefing import opening
from handoff.desk.clock import DeskClock
from handoff.saying.plans import changed, opening_marker, returned_marker, to_customer, to_desk
from handoff.saying.refusals import with_refusals
from handoff.saying.relays import THUMBS, relayed
from handoff.saying.style import AgentsAs, DeskStyle


class ChatDesk:
    """The desk in a chat channel, one thread for each case. For its settings see ``DeskStyle``."""

    def __init__(
        self,
        *,
        language: str,
        prefix: str = "/",
        undo_seconds: float = 5.0,
        agents_as: AgentsAs = "name",
        brand: str = "",
    ) -> None:
        self._language = language
        self._style = DeskStyle(
            language=language,
            prefix=prefix,
            undo_seconds=undo_seconds,
            agents_as=agents_as,
            brand=brand,
        )
        self._verbs = AgentVerbs(self._style)
        self._clock = DeskClock(self._style)

    def hand_over(self, turn: Turn, request: HandoverRequest) -> Plan:
        """See ``Desk.hand_over``."""
        case = _new_case(turn, request)
        thread = opening(case, turn, request, self._style)
        notice = to_customer(f"queued_{request.reason}", request.language, with_bot=True)
        why = "; ".join(request.reasons)
        return Plan(
            outcome=Outcome.HANDED_OVER,
            receipt=_handover_receipt(turn, request),
            # The briefing shortens; what the customer has just written follows it in full.
            deliveries=(notice, thread, *self._relayed(_written(turn), case)),
            history=(
                *customer_lines(turn.messages),
                opening_marker(case, self._language, why=why),
                bot_line(notice.message),
            ),
            amends=request.amends,
            owner=Owner(kind=OwnerKind.QUEUE),
            case=case,
            memo=replace(turn.conversation.memo, language=request.language, offered=False),
        )

    def relay(self, turn: Turn, language: str) -> Plan:
        """See ``Desk.relay``."""
        shown = self._relayed(turn.messages, turn.conversation.case)
        notice = () if _knows_it_waits(turn) else (_still_queued(language),)
        texts = (message.text for message in turn.messages)
        return Plan(
            outcome=Outcome.RELAYED,
            receipt=receipt_of(
                turn,
                question=" ".join(texts),
                language=language,
                outcome=Outcome.RELAYED,
                reasons=(say("handoff.reason_with_people", self._language),),
            ),
            deliveries=(*shown, *notice),
            history=(*customer_lines(turn.messages), *(bot_line(item.message) for item in notice)),
            amends=amends_of(turn.messages),
            memo=replace(turn.conversation.memo, language=language),
        )

    def cancel(self, turn: Turn, language: str) -> Plan:
        """See ``Desk.cancel``."""
        case = turn.conversation.case
        if case is None or not case.is_open:
            raise LookupError("There is no open case to cancel.")
        notice = to_customer("cancelled_customer", language)
        left = replace(to_desk("customer_left", self._language), marks=CaseStatus.RESOLVED)
        return Plan(
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
            memo=Memo(language=language, greeted=True),
            case=changed(case, CaseEvent.CANCEL),
        )

    async def agent_turn(self, turn: DeskTurn) -> Plan:
        """See ``Desk.agent_turn``."""
        return self._verbs.handle(turn)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """See ``Desk.alarm_turn``."""
        return self._clock.ring(turn)

    def with_refusals(self, plan: Plan, case: Case | None) -> Plan:
        """See ``Desk.with_refusals``."""
        return with_refusals(plan, case, self._language)

    def _relayed(
        self, messages: Sequence[IncomingMessage], case: Case | None
    ) -> tuple[Delivery, ...]:
        shown = (relayed(message, case, self._language) for message in messages)
        return tuple(delivery for delivery in shown if delivery is not None)


def _handover_receipt(turn: Turn, request: HandoverRequest) -> Receipt:
    base = replace(
        receipt_of(
            turn,
            question=request.question,
            language=request.language,
            outcome=Outcome.HANDED_OVER,
            reasons=request.reasons,
        ),
        decision=Decision.HAND_OVER,
        owner=OwnerKind.QUEUE,
    )
    if request.answer is None:
        return base
    return replace(
        base,
        confidence=request.answer.confidence.value,
        sources=request.answer.sources,
        considered=request.answer.considered,
    )


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


def _new_case(turn: Turn, request: HandoverRequest) -> Case:
    now = datetime.now(UTC)
    return Case(
        id=f"R-{turn.id[:5].upper()}",
        conversation=turn.conversation.ref,
        customer=turn.messages[-1].author.display_name,
        customer_id=turn.messages[-1].author.user_id,
        language=request.language,
        status=CaseStatus.QUEUED,
        reason=request.reason,
        opened_at=now,
        changed_at=now,
    )


def _written(turn: Turn) -> tuple[IncomingMessage, ...]:
    return tuple(message for message in turn.messages if message.kind is MessageKind.NEW)
