"""A customer who needs people again for the same matter: their case goes on where it was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.texts import say
from bot.texts.defanged import defanged
from bot.texts.likeness import content_words, share
from bot.texts.literal import literal
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus, Priority
from bot.vocabulary.conversations import Conversation, HistoryLine, Owner, OwnerKind, Speaker
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import MessageKind, OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Delivery, Lane, Outcome, Plan, Turn
from handoff.desk.flooding import PRESSING, is_often
from handoff.desk.opening import handover_receipt, shown_in_thread
from handoff.handback import lines_of, opened_again
from handoff.routing.choosing import is_there
from handoff.routing.office import Office
from handoff.routing.priority import level, priority_of
from handoff.routing.teams import pinged
from handoff.saying.cards import people_say
from handoff.saying.plans import QUEUED_BUTTONS, case_buttons, marker, to_customer
from handoff.saying.style import DeskStyle

SAME_MATTER = 0.5
"""Share (0..1) of a question's words that were in the case before, from which on it is about that."""

LINES_SHOWN = 8
LINE_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """Opens the last case again instead of a new one, for as long as ``Aftercare`` allows it."""

    style: DeskStyle
    office: Office

    def reopened(
        self, turn: Turn, request: HandoverRequest, view: BoardView, now: datetime
    ) -> Plan | None:
        """Return the plan by which the last case goes on; None when a new one has to begin."""
        case = turn.conversation.case
        if case is None or not self._goes_on(case, turn, request, now):
            return None
        often = request.reason not in PRESSING and is_often(turn.conversation, now)
        again = self._queued(case, turn.conversation, request, view, now, often=often)
        notice = self._notice(again, request, often=often)
        why = "; ".join(request.reasons)
        return Plan(
            outcome=Outcome.HANDED_OVER,
            receipt=handover_receipt(turn, request),
            deliveries=(notice, *self._shown(again, turn, request, often=often)),
            history=(
                *customer_lines(turn.messages),
                marker("after.marker_reopened", self.style.language, why=why),
                bot_line(notice.message),
            ),
            amends=request.amends,
            owner=Owner(kind=OwnerKind.QUEUE),
            case=again,
            memo=replace(turn.conversation.memo, language=request.language, offered=False),
        )

    def _goes_on(self, case: Case, turn: Turn, request: HandoverRequest, now: datetime) -> bool:
        if case.is_open or case.thread is None or case.closed_by is CaseEvent.MERGE:
            return False
        if not turn.messages or case.customer_id not in {turn.messages[-1].author.user_id, None}:
            return False
        if is_often(turn.conversation, now):
            return True
        if request.reason in PRESSING or not self.style.aftercare.may_reopen(case, now):
            return False
        return request.reason is CaseReason.REQUESTED or _is_same_matter(
            request.question, turn.conversation, case
        )

    def _queued(
        self,
        case: Case,
        conversation: Conversation,
        request: HandoverRequest,
        view: BoardView,
        now: datetime,
        *,
        often: bool,
    ) -> Case:
        """Let the case wait again, offered first to whoever had it and is there."""
        again = replace(
            opened_again(case),
            language=request.language,
            trial=request.trial or case.trial,
            feeling=request.mood.feeling,
            tier=request.tier or case.tier,
            priority=Priority.LOW if often else self._priority(case, request),
        )
        placed = self.office.placed(again, view, now)
        earlier = _who_had_it(case, conversation)
        if earlier is None or not self._takes(earlier, again, view, now):
            return placed
        return replace(placed, offered_to=earlier, offered_at=now, offers=case.offers + 1)

    def _takes(self, agent: Agent, case: Case, view: BoardView, now: datetime) -> bool:
        is_open = self.office.team_of(case).hours.is_open(now)
        return is_open and is_there(agent, view) and self.office.may_be_given(agent.id, case)

    def _priority(self, case: Case, request: HandoverRequest) -> Priority:
        found = priority_of(
            reason=request.reason,
            feeling=request.mood.feeling,
            concern=request.concern.concern if request.concern else None,
            tier=request.tier,
            raised_tiers=self.office.raised_tiers,
        )
        return max(found, case.priority, key=level)

    def _notice(self, case: Case, request: HandoverRequest, *, often: bool) -> Delivery:
        """Tell the customer; of whoever had it only where names are shown and they are asked."""
        language = request.language
        if often:
            return to_customer("after.asked_often", language, with_bot=True)
        if request.reason is not CaseReason.REQUESTED:
            return to_customer(f"queued_{request.reason}", language, with_bot=True)
        agent = case.offered_to
        if agent is not None and self.style.shows_names:
            return to_customer(
                "after.asked_again_customer", language, with_bot=True, agent=agent.name
            )
        return to_customer("after.asked_again_brand", language, with_bot=True)

    def _shown(
        self, case: Case, turn: Turn, request: HandoverRequest, *, often: bool
    ) -> tuple[Delivery, ...]:
        """Show in the case's thread why it is open again, and what the customer has just written."""
        written = [item for item in turn.messages if item.kind is MessageKind.NEW]
        opening = Delivery(
            lane=Lane.DESK,
            message=self._opening(case, turn, request, often=often),
            marks=CaseStatus.QUEUED,
        )
        return (opening, *shown_in_thread(written, case, self.style.language))

    def _opening(
        self, case: Case, turn: Turn, request: HandoverRequest, *, often: bool
    ) -> OutgoingMessage:
        language, agent = self.style.language, case.offered_to
        text = say(
            "after.asked_again_desk",
            language,
            why=literal(defanged("; ".join(request.reasons))),
            question=people_say(request.question, LINE_LENGTH),
        )
        lines = "\n".join(_since_then(turn.conversation))
        if lines:
            text = f"{text}\n\n{say('after.since_then_desk', language, lines=lines)}"
        return OutgoingMessage(
            text=text,
            buttons=case_buttons(language, *QUEUED_BUTTONS),
            notifies=pinged(agent, case.thread) if agent and not often else (),
        )


def _is_same_matter(question: str, conversation: Conversation, case: Case) -> bool:
    """Whether what is asked is mostly in words that customer and agents used in the case."""
    speakers = {Speaker.CUSTOMER, Speaker.AGENT}
    end = len(conversation.history) - len(_after_the_end(conversation.history))
    before = conversation.history[:end]
    said = [line.text for line in before if line.speaker in speakers]
    agents = [line.text for line in conversation.memo.humans_said]
    known = frozenset[str]().union(*map(content_words, [*said, *agents, case.resolution]))
    return share(question, known) >= SAME_MATTER


def _who_had_it(case: Case, conversation: Conversation) -> Agent | None:
    if case.agent is not None:
        return case.agent
    for line in reversed(lines_of(conversation, case)):
        if line.speaker is Speaker.AGENT and line.author_id is not None:
            return Agent(id=line.author_id, name=line.name)
    return None


def _since_then(conversation: Conversation) -> list[str]:
    """Return what customer and bot have said since the case was closed."""
    lines = _after_the_end(conversation.history)
    said = [line for line in lines if line.speaker in {Speaker.CUSTOMER, Speaker.BOT}]
    return [
        f"- {people_say(line.name, LINE_LENGTH)}: {people_say(line.text, LINE_LENGTH)}"
        for line in said[-LINES_SHOWN:]
    ]


def _after_the_end(history: Sequence[HistoryLine]) -> tuple[HistoryLine, ...]:
    """Return what stands behind the last change of hands."""
    for position in reversed(range(len(history))):
        if history[position].speaker is Speaker.MARKER:
            return tuple(history[position + 1 :])
    return tuple(history)
