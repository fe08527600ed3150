"""The behaviour of bots whose engine is measured: one message for each turn, and nothing else."""

from abc import ABC, abstractmethod

from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import (
    AlarmTurn,
    Delivery,
    DeskTurn,
    Lane,
    Outcome,
    Plan,
    ShowDraft,
    Turn,
    unseen,
)


class OneMessage(ABC):
    """A ``TurnHandler`` without a desk."""

    @abstractmethod
    async def message(self, turn: Turn) -> OutgoingMessage:
        """Return the answer to a turn."""

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        del show
        message = await self.message(turn)
        receipt = receipt_of(
            turn, outcome=Outcome.ANSWERED, language="en", question="", reasons=("benchmark",)
        )
        return Plan(
            outcome=Outcome.ANSWERED,
            receipt=receipt,
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=message, fenced=True),),
            history=(*customer_lines(turn.messages), bot_line(message)),
        )

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        raise NotImplementedError(f"no desk in this benchmark: {turn.id}")

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        raise NotImplementedError(f"no alarms in this benchmark: {turn.id}")

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        raise RuntimeError(f"{turn.id} failed: {error}")
