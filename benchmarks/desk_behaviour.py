"""The behaviour behind the races: an echo that may be slow, with the real desk behind it."""

import asyncio
import random
from dataclasses import replace

from benchmarks.desk_ledger import Deed
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.folding import bot_line, customer_lines, fold
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import Author, ConversationRef, OutgoingMessage, Platform
from bot.vocabulary.people import Agent
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
from handoff.aftercare import Aftercare
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Seat, Team

DESK = ConversationRef(platform=Platform.PLAYGROUND, tenant_id="demo", channel_id="desk")
ANA, BEN = (Author(user_id=name.lower(), display_name=name) for name in ("Ana", "Ben"))

SLOW_SECONDS = 0.004
"""A slow answer of the bot takes this long at most: longer than what races with it."""


class Races:
    """The behaviour: an echo that may be slow, with the real desk behind it; each turn is noted."""

    def __init__(self, chance: random.Random) -> None:
        office = Office(
            teams=(Team(name="one", overflow="two"), Team(name="two")),
            roster=tuple(Seat(agent=Agent.of(one, DESK)) for one in (ANA, BEN)),
            pace=Pace(
                unclaimed_minutes=1e-6, offer_minutes=1e-6, idle_minutes=1e-6, on_nobody="bot"
            ),
            desk=DESK,
        )
        self.desk = ChatDesk(
            language="en", undo_seconds=0.002, aftercare=Aftercare(csat="off"), office=office
        )
        self.deeds: dict[str, Deed] = {}
        self._chance = chance

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        turn = replace(turn, messages=fold(turn.messages))
        text = " ".join(message.text for message in turn.messages)
        self.deeds[turn.id] = Deed(actor="customer", text=text)
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self._to_people(turn, text)
        if "/human" in text:
            return self.desk.hand_over(turn, _request(text))
        for _ in range(self._chance.randrange(3)):
            await show(f"bot: {text[: self._chance.randrange(1, 9)]}")
            await asyncio.sleep(self._chance.random() * SLOW_SECONDS)
        return _echo(turn, text)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        agent = Agent.of(turn.message.author, turn.message.conversation)
        self.deeds[turn.id] = Deed(actor=agent.id, text=turn.message.text)
        return await self.desk.agent_turn(turn)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        self.deeds[turn.id] = Deed(actor="clock", text=f"alarm {turn.alarm.kind}")
        return await self.desk.alarm_turn(turn)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        raise AssertionError(f"{turn.id} failed again and again: {error}")

    def _to_people(self, turn: Turn, text: str) -> Plan:
        case = turn.conversation.case
        if "/bot" in text and case is not None and case.is_open:
            return self.desk.cancel(turn, "en")
        return self.desk.relay(turn, "en")


def _echo(turn: Turn, text: str) -> Plan:
    message = OutgoingMessage(text=f"bot: {text}")
    return Plan(
        outcome=Outcome.ANSWERED,
        receipt=receipt_of(
            turn, outcome=Outcome.ANSWERED, language="en", question=text, reasons=("echo",)
        ),
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message, fenced=True),),
        history=(*customer_lines(turn.messages), bot_line(message)),
    )


def _request(text: str) -> HandoverRequest:
    return HandoverRequest(
        reason=CaseReason.REQUESTED, reasons=("asked",), language="en", question=text
    )
