"""How a case begins: its thread with the briefing, what the customer hears, to whom it is offered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Decision, Delivery, Outcome, Plan, Receipt, Turn
from handoff.copilot.drafting import with_draft
from handoff.desk.briefing import Briefing
from handoff.desk.flooding import PRESSING, is_everywhere, quieted
from handoff.desk.moving import Moving
from handoff.desk.unattended import Unattended
from handoff.routing.office import Office
from handoff.saying.plans import opening_marker, to_customer
from handoff.saying.relays import relayed
from handoff.saying.style import DeskStyle
from handoff.timing.telling import wait_in_words, with_words

ID_LENGTH = 8
"""Hexadecimal digits of a case's id: of 10,000 open cases two have the same in one of 90 boards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Plans for the beginning of a case; without ``knows_queue`` no place in it is named.

    With ``offers_draft`` the bot's draft can be sent from the briefing.
    """

    style: DeskStyle
    office: Office
    knows_queue: bool = True
    offers_draft: bool = False

    def opened(self, turn: Turn, request: HandoverRequest, view: BoardView) -> Plan:
        """Open a new case in its team's queue."""
        case = self._placed(turn, request, view)
        briefing = self._briefing(case, turn, request)
        draft, memo = briefing.draft(), turn.conversation.memo
        drafts = with_draft(memo.drafts, draft) if draft else memo.drafts
        notice = to_customer(f"queued_{request.reason}", request.language, with_bot=True)
        why = "; ".join(request.reasons)
        return Plan(
            outcome=Outcome.HANDED_OVER,
            receipt=handover_receipt(turn, request),
            deliveries=(notice, *self._thread(case, turn, briefing)),
            history=(
                *customer_lines(turn.messages),
                opening_marker(case, self.style.language, why=why),
                bot_line(notice.message),
            ),
            amends=request.amends,
            owner=Owner(kind=OwnerKind.QUEUE),
            case=case,
            memo=replace(memo, language=request.language, offered=False, drafts=drafts),
        )

    def with_truth(self, plan: Plan, turn: Turn, request: HandoverRequest, view: BoardView) -> Plan:
        """Tell the customer how long it takes; while nobody is there the bot goes on, if that is set."""
        case = plan.case
        if case is None:
            return plan
        unattended = Unattended(style=self.style, office=self.office)
        if unattended.applies(case, view):
            return unattended.left(plan, turn.conversation, case, view)
        return self.with_wait(plan, case, request.language, view)

    def with_wait(self, plan: Plan, case: Case, language: str, view: BoardView) -> Plan:
        """Add to what a plan tells the customer how long it takes, as far as that is known."""
        expected = self.office.expected(case, view, view.at)
        if not self.knows_queue:
            expected = replace(expected, position=None)
        hours = self.office.team_of(case).hours
        return with_words(plan, wait_in_words(case, expected, hours, view.at, language))

    def _placed(self, turn: Turn, request: HandoverRequest, view: BoardView) -> Case:
        case = Case(
            id=f"R-{turn.id[:ID_LENGTH].upper()}",
            conversation=turn.conversation.ref,
            customer=turn.messages[-1].author.display_name,
            customer_id=turn.messages[-1].author.user_id,
            is_shared=not turn.messages[-1].is_direct,
            language=request.language,
            status=CaseStatus.QUEUED,
            reason=request.reason,
            opened_at=view.at,
            changed_at=view.at,
            trial=request.trial,
        )
        placed = self.office.placed(self.office.opened(case, request), view, view.at)
        is_flood = request.reason not in PRESSING and is_everywhere(case, view)
        return quieted(placed) if is_flood else placed

    def _briefing(self, case: Case, turn: Turn, request: HandoverRequest) -> Briefing:
        return Briefing(
            case=case,
            turn=turn,
            request=request,
            style=self.style,
            zone=self.office.team_of(case).hours.zone,
            offers_draft=self.offers_draft,
        )

    def _thread(self, case: Case, turn: Turn, briefing: Briefing) -> tuple[Delivery, ...]:
        """Open the case's thread; the briefing shortens, so what was just written follows in full."""
        written = [message for message in turn.messages if message.kind is MessageKind.NEW]
        shown = shown_in_thread(written, case, self.style.language)
        moving = Moving(style=self.style, office=self.office)
        opening = moving.placed(briefing.deliveries(), case)
        return (*opening, *shown, *moving.offered(case))


def shown_in_thread(
    messages: Sequence[IncomingMessage], case: Case | None, language: str
) -> tuple[Delivery, ...]:
    """Show in a case's thread what a customer wrote, changed or took back."""
    shown = (relayed(message, case, language) for message in messages)
    return tuple(delivery for delivery in shown if delivery is not None)


def handover_receipt(turn: Turn, request: HandoverRequest) -> Receipt:
    """Return the receipt of a hand-over, with what was looked up before it."""
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
