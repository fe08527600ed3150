"""What stands in the thread a moment after a customer has written: what it means, and a draft.

It comes behind the customer's own words, which never wait for a model: an alarm of the conversation
asks for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.texts import say
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.copilot import Draft
from bot.vocabulary.messages import IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Outcome, Plan
from handoff.copilot.help import Copilot
from handoff.copilot.showing import shown_draft
from handoff.copilot.verbs import ID_LENGTH, with_drafts
from handoff.saying.style import DeskStyle


class CopilotDuty:
    """Rings for one message of a customer whose case is open."""

    def __init__(self, copilot: Copilot, style: DeskStyle) -> None:
        self._copilot = copilot
        self._home = style.language

    def alarms(
        self,
        messages: Sequence[IncomingMessage],
        language: str,
        now: datetime,
        *,
        has_draft: bool = False,
    ) -> tuple[Alarm, ...]:
        """Return what is to ring at once for what a customer has just written.

        With ``has_draft`` there is one already, as in a briefing.
        """
        interpreter = self._copilot.interpreter
        translates = interpreter is not None and interpreter.is_needed(language)
        drafts = not has_draft and self._copilot.drafts_itself and self._copilot.drafter is not None
        if not (translates or drafts):
            return ()
        return tuple(
            Alarm(kind=AlarmKind.COPILOT, at=now, about=message.id)
            for message in messages
            if message.kind is MessageKind.NEW and message.text.strip()
        )

    async def ring(self, turn: AlarmTurn) -> Plan:
        """Show what the message means; with the newest one, and somebody at it, also a draft."""
        conversation, case = turn.conversation, turn.conversation.case
        line = _line(conversation, turn.alarm.about)
        if case is None or not case.is_open or case.deferred or line is None:
            return _silent(turn, ())
        meaning = await self._meaning(conversation, case, line)
        draft = await self._draft(turn, case, line)
        deliveries = tuple(
            Delivery(lane=Lane.DESK, message=meaning) for _ in (meaning,) if meaning is not None
        )
        if draft is None:
            return _silent(turn, deliveries)
        plan = _silent(turn, (*deliveries, await self._card(conversation, case, draft)))
        return replace(plan, memo=with_drafts(conversation.memo, draft))

    async def _meaning(
        self, conversation: Conversation, case: Case, line: HistoryLine
    ) -> OutgoingMessage | None:
        interpreter = self._copilot.interpreter
        language = conversation.memo.language or case.language
        said = interpreter and await interpreter.for_agent(
            line.text, customer=language, asker=_asker(case)
        )
        if not said:
            return None
        name = literal(defanged(line.name))
        # What a customer wrote leads nowhere from a card of the desk, in any language.
        text = say("copilot.customer_says", self._home, customer=name, text=defanged(said))
        return OutgoingMessage(text=text)

    async def _draft(self, turn: AlarmTurn, case: Case, line: HistoryLine) -> Draft | None:
        drafter, conversation = self._copilot.drafter, turn.conversation
        is_newest = line == _newest(conversation)
        is_quiet = case.trial is not None and case.trial.is_quiet
        wanted = self._copilot.drafts_itself and is_newest and not is_quiet
        wanted = wanted and case.status is CaseStatus.CLAIMED
        if drafter is None or not wanted:
            return None
        return await drafter.draft(
            conversation,
            draft_id=turn.id[:ID_LENGTH],
            language=conversation.memo.language or case.language,
            asker=_asker(case),
        )

    async def _card(self, conversation: Conversation, case: Case, draft: Draft) -> Delivery:
        interpreter = self._copilot.interpreter
        meaning = interpreter and await interpreter.for_agent(
            draft.text, customer=draft.language, asker=_asker(case)
        )
        confidence = "–" if draft.confidence is None else f"{draft.confidence:.2f}"
        heading = say("copilot.draft", self._home, confidence=confidence)
        targets = (self._home,) if interpreter and interpreter.translator else ()
        return shown_draft(
            draft,
            heading,
            home=self._home,
            targets=targets,
            meaning=meaning,
            past=conversation.past,
        )


def _line(conversation: Conversation, message_id: str) -> HistoryLine | None:
    """Find the customer's line; None when it was taken back, or the history is past it."""
    return next((one for one in _customers(conversation) if one.message_id == message_id), None)


def _newest(conversation: Conversation) -> HistoryLine | None:
    """The customer's last line, unless an agent has answered since."""
    spoken = [
        line for line in conversation.history if line.speaker in {Speaker.CUSTOMER, Speaker.AGENT}
    ]
    last = spoken[-1] if spoken else None
    return last if last is not None and last.speaker is Speaker.CUSTOMER else None


def _customers(conversation: Conversation) -> list[HistoryLine]:
    return [line for line in conversation.history if line.speaker is Speaker.CUSTOMER]


def _asker(case: Case) -> str:
    """Whose budget it counts against: the agent's who has the case, else the desk's as a whole."""
    place = case.conversation
    return case.agent.id if case.agent else f"{place.platform}:{place.tenant_id}:desk"


def _silent(turn: AlarmTurn, deliveries: tuple[Delivery, ...]) -> Plan:
    receipt = receipt_of(
        turn,
        outcome=Outcome.NOTED,
        language=turn.conversation.memo.language or "en",
        question="",
        reasons=("copilot",),
    )
    return Plan(outcome=Outcome.NOTED, receipt=receipt, deliveries=deliveries)
