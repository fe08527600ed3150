"""What every kind of turn works with, and what follows once its plan is stored."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.engine import metrics
from bot.engine.alarms import Alarms
from bot.engine.keys import partition_of
from bot.engine.mailbox import Mailbox
from bot.engine.news import News
from bot.engine.plans import PlanStore, lanes_of, news_of
from bot.engine.scheduler import Scheduler
from bot.engine.sender import Sender
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.turns import Plan

TRIES = 3
"""Failed tries of one turn before what it was about goes to the dead letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a worker works with."""

    mailbox: Mailbox
    plans: PlanStore
    sender: Sender
    scheduler: Scheduler
    alarms: Alarms
    news: News

    async def follow_up(self, conversation: Conversation, plan: Plan) -> None:
        """Do at once what a stored plan leads to; what a crash leaves undone the sweeper finds.

        ``conversation`` is as it stood before the plan.
        """
        entry = news_of(plan, conversation)
        if entry is not None:
            await self.news.pass_on(entry)
        await self.alarms.schedule(conversation.ref, plan.alarms or ())
        await self.sender.show(conversation.ref, lanes_of(plan.deliveries))
        if plan.erases is not None:
            number = int(plan.receipt.at.timestamp() * 1000)
            await self.scheduler.erase(partition_of(str(conversation.ref)), number)
        failpoint("afterwards")


def measure(plan: Plan, started_at: datetime) -> None:
    """Count a turn whose plan is stored."""
    metrics.turns.labels(plan.outcome).inc()
    metrics.turn_seconds.observe((datetime.now(UTC) - started_at).total_seconds())


def new_turn_id() -> str:
    """Return a fresh id; with a position behind it, it fits a Discord nonce (25 characters)."""
    return secrets.token_hex(10)
