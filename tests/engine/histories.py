"""What happens to the engine in random histories: crashes, an echo with alarms, a moody platform."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from typing_extensions import override

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from bot.vocabulary.failpoints import FailpointName, arm, failpoint
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Plan, ShowDraft, Turn, unseen
from tests.engine_kit import EchoHandler

RINGS = "rings: "


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Bomb:
    """Goes off once, at the failpoint that it is set to."""

    at: FailpointName | None = None
    exploded: Counter[str] = field(default_factory=Counter[str])

    def pass_by(self, name: FailpointName) -> None:
        if name == self.at:
            self.at = None
            self.exploded[name] += 1
            raise Crash(name)


BOMB = Bomb()
arm(BOMB.pass_by)


class Answering(EchoHandler):
    """Passes the failpoints that lie in the real behaviour; each answer of the bot sets an alarm."""

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        failpoint("retrieved")
        failpoint("answered")
        plan = await super().customer_turn(turn, show)
        if turn.conversation.owner.kind is not OwnerKind.BOT or plan.case is not None:
            return plan
        alarm = Alarm(kind=AlarmKind.LAPSE, at=datetime.now(UTC), about=turn.id)
        return replace(plan, alarms=(*turn.conversation.alarms, alarm))

    @override
    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        plan = await super().alarm_turn(turn)
        if turn.alarm.kind is not AlarmKind.LAPSE:
            return plan
        message = OutgoingMessage(text=f"{RINGS}{turn.alarm.about}")
        return replace(plan, deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),))


@dataclass
class Mood:
    """What the platform does with the next send: take it, push back, or lose the answer."""

    kind: str = "fine"

    async def meet(self, _key: str) -> None:
        kind, self.kind = self.kind, "fine"
        await asyncio.sleep(0)
        if kind == "busy":
            raise RateLimitedError("slow down", retry_after=0.01)
        if kind == "lost":
            raise ConnectionLostError("no answer")
