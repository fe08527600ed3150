"""A storm: a thousand customers are handed over within ten seconds, and the desk's channel is slow.

    python -m benchmarks storm

The channel takes 20 messages a minute, five at once, as a Telegram group does; customers are on
platforms without such a limit. First all of it happens in real time: how long does each customer wait
for the truth? Then time runs sixty times faster at the desk (1,200 messages a minute, a digest each half
second), until every case has its thread: are all of them there, and in which order did they open?
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from redis.asyncio import Redis
from typing_extensions import override

from benchmarks.report import percentile, show
from bot.engine.board import SharedBoard
from bot.engine.client.connection import connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.mailbox import Mailbox
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.cases import Case, CaseReason, Priority
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    File,
    IncomingMessage,
    OutgoingMessage,
    Platform,
    SentMessage,
)
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import AlarmTurn, DeskTurn, Plan, ShowDraft, Turn, unseen
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office
from handoff.storm.control import StormPace
from tests.fakes import RecordingAdapter

ESCALATIONS, SECONDS = 1_000, 10.0
FASTER = 60
DESK = ConversationRef(platform=Platform.PLAYGROUND, tenant_id="demo", channel_id="desk")
GOLD_EACH = 10
"""Each tenth customer is of a tier that goes first."""

_CASE = re.compile(r"R\\?-[0-9A-F]{8}")


@dataclass
class SlowGroup(RecordingAdapter):
    """Takes so many messages a second in the desk's channel; notes when customers were told."""

    rate: float = 20 / 60
    burst: float = 5.0
    told: dict[str, float] = field(default_factory=dict[str, float])
    opened: dict[str, str] = field(default_factory=dict[str, str])
    """Key of each thread's opening → its case, in their order."""
    digests: list[float] = field(default_factory=list[float])
    _tokens: float = 5.0
    _at: float = field(default_factory=time.monotonic)

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if conversation.channel_id == DESK.channel_id:
            self._take()
            if conversation.thread_id is None:
                self.digests.append(time.monotonic())
        else:
            self.told.setdefault(conversation.channel_id, time.monotonic())
        return await super().send(conversation, message, key=key, files=files)

    @override
    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        self._take()
        found = _CASE.search(title)
        self.opened[key] = found[0] if found else title
        return await super().open_thread(channel, title, first, key=key)

    def _take(self) -> None:
        now = time.monotonic()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            raise RateLimitedError("slow down", retry_after=(1 - self._tokens) / self.rate)
        self._tokens -= 1


class Escalating:
    """Hands every customer over."""

    def __init__(self, board: SharedBoard, pace: StormPace) -> None:
        office = Office(desk=DESK, raised_tiers=("gold",))
        self._desk = ChatDesk(language="en", office=office, board=board, storm=pace)

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        del show
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self._desk.relay(turn, "en")
        is_gold = int(turn.conversation.ref.channel_id[1:]) % GOLD_EACH == 0
        request = HandoverRequest(
            reason=CaseReason.FAILURE,
            reasons=("the model is down",),
            language="en",
            question=turn.messages[-1].text,
            tier="gold" if is_gold else None,
        )
        return self._desk.hand_over(turn, request)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        return await self._desk.agent_turn(turn)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        return await self._desk.alarm_turn(turn)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        raise AssertionError(f"{turn.id} failed again and again: {error}")


@dataclass
class Installation:
    """One worker over one Redis."""

    redis: Redis
    url: str
    adapter: SlowGroup = field(default_factory=SlowGroup)

    async def work(self, pace: StormPace, during: asyncio.Event, ready: asyncio.Event) -> None:
        """Work until ``during`` is over."""
        board = SharedBoard(self.redis, deadline=10)
        async with open_docket(self.url) as docket:
            engine = Engine(
                self.redis,
                DocketScheduler(docket, deadline=10),
                adapters={Platform.PLAYGROUND: self.adapter},
                handler=Escalating(board, pace),
                authority=Authority(desk=DESK),
                options=EngineOptions(join=0, deadline=10),
                board=board,
            )
            self.inbox = engine.inbox
            register(docket, engine.duties)
            working = asyncio.create_task(engine.work(docket))
            ready.set()
            await during.wait()
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    async def cases(self) -> list[Case]:
        mailbox = Mailbox(self.redis, deadline=10, lease_seconds=5)
        found = [(await mailbox.read(ref))[0].case for ref in map(_customer, range(ESCALATIONS))]
        return [case for case in found if case is not None]


def _customer(number: int) -> ConversationRef:
    return replace(DESK, channel_id=f"c{number}")


async def escalate(installation: Installation) -> dict[str, float]:
    """Let all customers ask for a person within ten seconds; returns when each was accepted."""
    begun, accepted = time.monotonic(), dict[str, float]()
    for number in range(ESCALATIONS):
        due = begun + number * SECONDS / ESCALATIONS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        ref = _customer(number)
        message = IncomingMessage(
            event_key=f"e{number}",
            id=f"m{number}",
            conversation=ref,
            author=Author(user_id=ref.channel_id, display_name=f"Customer {number}"),
            text="nothing works",
            sent_at=datetime.now(UTC),
        )
        accepted[ref.channel_id] = time.monotonic()
        await installation.inbox.accept(message)
    return accepted


async def storm(installation: Installation) -> dict[str, float]:
    """Play the storm in real time; returns how long each customer waited for the truth."""
    over, ready = asyncio.Event(), asyncio.Event()
    working = asyncio.create_task(installation.work(StormPace(), over, ready))
    await ready.wait()
    accepted = await escalate(installation)
    async with asyncio.timeout(120):
        while len(installation.adapter.told) < ESCALATIONS or not installation.adapter.digests:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    over.set()
    await working
    return {name: installation.adapter.told[name] - at for name, at in accepted.items()}


async def drain(installation: Installation) -> float:
    """Let the desk drain with time running faster; returns how long that took."""
    adapter = installation.adapter
    adapter.rate *= FASTER
    over, ready = asyncio.Event(), asyncio.Event()
    pace = StormPace(digest_seconds=30 / FASTER)
    begun = time.monotonic()
    working = asyncio.create_task(installation.work(pace, over, ready))
    async with asyncio.timeout(300):
        while len(adapter.opened) < ESCALATIONS:  # noqa: ASYNC110 - a figure, no signal
            await asyncio.sleep(0.1)
    seconds = time.monotonic() - begun
    await asyncio.sleep(1)  # until the last one is recorded
    over.set()
    await working
    return seconds


def overtaken(opened: Sequence[str], cases: Sequence[Case], at_once: int) -> int:
    """Count the threads that opened before one that pressed more and had waited longer."""
    rank = {
        case.id: (case.priority is not Priority.HIGH, case.queued_at or case.opened_at)
        for case in cases
    }
    ranks = [rank[case] for case in opened[at_once:]]
    worst, overtakes = None, 0
    for one in reversed(ranks):
        overtakes += worst is not None and one > worst
        worst = one if worst is None else min(worst, one)
    return overtakes


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-storm-") as folder:
        async with EmbeddedServer(folder=Path(folder) / "redis", fsync="everysec") as server:
            redis = connect(server.url, pool_size=64, deadline_seconds=10)
            installation = Installation(redis=redis, url=server.url)
            waits = sorted((await storm(installation)).values())
            cases = await installation.cases()
            at_once = sum(not case.deferred for case in cases)
            opened_before, digests = len(installation.adapter.opened), installation.adapter.digests
            show(
                f"{ESCALATIONS} escalations in {SECONDS:.0f} s into 20 messages a minute",
                {
                    "cases in the queue": len(cases),
                    "customers told": len(waits),
                    "told within 5 s": sum(wait <= 5 for wait in waits),
                    "told, p50 / p95 / max, s": " / ".join(
                        f"{value:.2f}"
                        for value in (percentile(waits, 50), percentile(waits, 95), waits[-1])
                    ),
                    "threads not deferred": at_once,
                    "threads open by then": opened_before,
                    "digests": len(digests),
                },
            )
            seconds = await drain(installation)
            opened = [*installation.adapter.opened.values()]
            cases = await installation.cases()
            threads = {case.thread for case in cases}
            show(
                f"drained {FASTER} times faster",
                {
                    "seconds": round(seconds, 1),
                    "cases with a thread": len(threads - {None}),
                    "threads opened": len(opened),
                    "opened out of order": overtaken(opened, cases, at_once),
                    "digests": len(installation.adapter.digests),
                },
            )
            await redis.aclose()


if __name__ == "__main__":
    uvloop.run(main())
