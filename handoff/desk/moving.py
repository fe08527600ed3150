"""A case that goes to a team with a channel of its own: a thread opens there, the old one is told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.texts import say
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.messages import ConversationRef, OutgoingMessage
from bot.vocabulary.turns import Delivery, DeskTurn, Lane, Plan
from handoff.routing.office import Office
from handoff.routing.teams import pinged
from handoff.saying.cards import facts_line, people_say, promise_lines
from handoff.saying.plans import QUEUED_BUTTONS, case_buttons, to_desk
from handoff.saying.style import DeskStyle
from handoff.saying.transcripts import pages, shown

NAME_LENGTH = 60
WORDS_SHOWN, WORDS_LENGTH = 3, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Lets the thread of a case be where its team works."""

    style: DeskStyle
    office: Office

    def moved(self, plan: Plan, conversation: Conversation, now: datetime) -> Plan:
        """Complete a plan by which a case changes to a team that works elsewhere.

        What the plan tells the thread stays in the old one, which nobody works in any more.
        """
        case, before = plan.case, conversation.case
        if case is None or before is None or case.id != before.id or not case.is_open:
            return plan
        channel = self._elsewhere(case, before)
        if channel is None:
            return plan
        told = tuple(_left_in(delivery, before.thread) for delivery in plan.deliveries)
        history = (*conversation.history, *plan.history)
        opened = (*self._opening(case, channel, now), *self._transcript(case, history))
        deliveries = (*told, *opened, *self.offered(case))
        return replace(plan, case=replace(case, thread=None), deliveries=deliveries)

    def placed(self, deliveries: tuple[Delivery, ...], case: Case) -> tuple[Delivery, ...]:
        """Let a case's thread open in the channel of its team."""
        channel = self.office.team_of(case).channel
        if channel is None:
            return deliveries
        return tuple(
            replace(one, channel=channel) if one.opens_thread is not None else one
            for one in deliveries
        )

    def opened(self, case: Case, conversation: Conversation, now: datetime) -> tuple[Delivery, ...]:
        """Open the thread of a case that has had none yet: one message with the customer's last words.

        A full transcript would cost each thread a second one where messages are scarce.
        """
        channel = self._channel(case)
        if channel is None:
            return ()
        words = [
            f"> {people_say(line.text, WORDS_LENGTH)}"
            for line in conversation.history
            if line.speaker is Speaker.CUSTOMER and line.text.strip()
        ]
        (opening,) = self._opening(case, channel, now)
        text = "\n".join((opening.message.text, "", *words[-WORDS_SHOWN:]))
        told = replace(opening, message=replace(opening.message, text=text))
        return (told, *self.offered(case))

    def _elsewhere(self, case: Case, before: Case) -> ConversationRef | None:
        """Return where a case goes on that has changed to a team which works in another place.

        The thread of one that waits for its turn opens there anyway.
        """
        if case.team == before.team or before.deferred:
            return None
        thread, channel = before.thread, self._channel(case)
        here = replace(thread, thread_id=None) if thread else self._channel(before)
        return None if here == channel else channel

    def _channel(self, case: Case) -> ConversationRef | None:
        """Return where the case's team works; of a team without a channel of its own, the desk."""
        return self.office.team_of(case).channel or self.office.desk

    def _opening(self, case: Case, channel: ConversationRef, now: datetime) -> Iterator[Delivery]:
        language = self.style.language
        text = "\n".join(self._card(case, now))
        buttons = case_buttons(language, *QUEUED_BUTTONS)
        yield Delivery(
            lane=Lane.DESK,
            message=OutgoingMessage(
                text=text, buttons=buttons, notifies=self._called(case, channel)
            ),
            opens_thread=f"{case.id} · {defanged(case.customer)}",
            marks=CaseStatus.QUEUED,
            channel=channel,
        )

    def _called(self, case: Case, channel: ConversationRef) -> tuple[str, ...]:
        """Call the lead of a team to what nobody has taken so far, unless it is offered to somebody."""
        lead = self.office.lead_of(self.office.team_of(case))
        if not case.unclaimed or case.offered_to is not None or lead is None:
            return ()
        return pinged(lead, channel)

    def _card(self, case: Case, now: datetime) -> Iterator[str]:
        language, zone = self.style.language, self.office.team_of(case).hours.zone
        name = people_say(case.customer, NAME_LENGTH)
        yield f"**{literal(case.id)}** · {name} · {case.conversation.platform} · {case.language}"
        yield ""
        yield f"- {facts_line(case, language)}"
        for line in promise_lines(case, now, zone, language):
            yield f"- {line}"
        yield ""
        yield say("briefing.help", language, prefix=self.style.prefix)

    def _transcript(self, case: Case, history: tuple[HistoryLine, ...]) -> Iterator[Delivery]:
        zone = self.office.team_of(case).hours.zone
        found = pages(history, zone, self.style.language)
        if found:
            message = shown(found, 1, self.style.prefix, self.style.language)
            yield Delivery(lane=Lane.DESK, message=message)

    def offered(self, case: Case) -> Iterator[Delivery]:
        """Call the agent to whom a case is offered, in a thread that is still to open."""
        agent = case.offered_to
        if agent is None:
            return
        language, prefix = self.style.language, self.style.prefix
        told = to_desk("timing.offered_desk", language, prefix=prefix, agent=agent.name)
        ids = pinged(agent, self._channel(case))
        yield replace(told, message=replace(told.message, notifies=ids))


def shown_where_asked(plan: Plan, turn: DeskTurn) -> Plan:
    """Answer an agent in the thread where they wrote, which may be one that the case has left."""
    here, case = turn.message.conversation, turn.conversation.case
    if case is None or here == case.thread:
        return plan
    deliveries = (
        replace(one, place=here) if one.lane is Lane.DESK and one.place is None else one
        for one in plan.deliveries
    )
    return replace(plan, deliveries=tuple(deliveries))


def _left_in(delivery: Delivery, thread: ConversationRef | None) -> Delivery:
    """Show in the old thread what was meant for it; nobody presses a button or is pinged there.

    One that is still to open is the lane's own place until the new one is open.
    """
    if delivery.lane is not Lane.DESK or delivery.place is not None:
        return delivery
    message = replace(delivery.message, buttons=(), notifies=())
    return replace(delivery, message=message, place=thread, marks=None)
