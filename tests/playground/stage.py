"""The playground on a stage of its own: the real adapter, edge and Redis, and a scripted core.

It lives in a thread with a loop of its own, because a browser is driven with blocking calls.
"""

import asyncio
import itertools
import threading
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from redis.asyncio import Redis

from adapters.playground import DeskFacts, PlaygroundAdapter, Transcript
from adapters.playground.feed import EVENTS_CHANNEL
from adapters.playground.parse import admin_conversation
from bot.edge import HttpEdge
from bot.engine.board import SharedBoard
from bot.engine.client.connection import connect
from bot.vocabulary.board import AgentPresence, Presence
from bot.vocabulary.cancellation import keeping_cancellation
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus, next_status
from bot.vocabulary.conversations import CaseFile, Memo
from bot.vocabulary.errors import InvalidTransitionError, StateUnavailableError
from bot.vocabulary.knowledge import Source
from bot.vocabulary.messages import (
    Button,
    ConversationRef,
    IncomingMessage,
    Link,
    MessageKind,
    OutgoingMessage,
)
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Decision, Outcome, Receipt
from tests.playground.steering import complete, steer

Result = TypeVar("Result")

UNDO_SECONDS = 2.0

CAST_IRON = OutgoingMessage(
    text=(
        "Cast iron lasts for generations when it stays **dry and oiled**:\n\n"
        "1. Wash it with hot water and a brush; a drop of soap is fine.\n"
        "2. Dry it on the hob for two minutes.\n"
        "3. Rub in a *thin* film of oil while it is warm.\n\n"
        "Never put it in the dishwasher. More in "
        "[Seasoning cast iron](https://casalumbre.example/care/cast-iron)."
    ),
    buttons=(
        Button(action="rate:up", label="Helpful"),
        Button(action="rate:down", label="Not helpful"),
        Button(action="human", label="Talk to a person"),
    ),
    sources=(
        Link(title="Cast iron care", url="https://casalumbre.example/care/cast-iron"),
        Link(title="Guarantee"),
    ),
)


def a_source(title: str, heading: str, score: float) -> Source:
    name = title.lower().replace(" ", "-")
    return Source(
        doc_id=name,
        title=title,
        heading=heading,
        url=f"https://casalumbre.example/{name}",
        score=score,
        language="en",
        excerpt=f"From {title}.",
    )


@dataclass
class ScriptedCore:
    """Answers what the tests ask; keeps everything that was accepted.

    ``failing`` makes it refuse to store, as when Redis is gone.
    """

    redis: Redis
    failing: bool = False
    accepted: list[IncomingMessage] = field(default_factory=list[IncomingMessage])
    receipts: dict[str, list[Receipt]] = field(default_factory=dict[str, list[Receipt]])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    memo: Memo = field(default_factory=Memo)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    seen: set[str] = field(default_factory=set[str])
    queue: asyncio.Queue[IncomingMessage] = field(default_factory=asyncio.Queue[IncomingMessage])

    async def intake(self, message: IncomingMessage) -> bool:
        if self.failing:
            raise StateUnavailableError("Redis is gone.")
        self.accepted.append(message)
        if message.event_key in self.seen:
            return False
        self.seen.add(message.event_key)
        self.queue.put_nowait(message)
        return True

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        return self.receipts.get(str(conversation), [])[:limit]

    async def file_of(self, thread: ConversationRef) -> CaseFile | None:
        case = self.cases.get(str(thread))
        return CaseFile(case=case, memo=self.memo) if case else None

    async def work(self, adapter: PlaygroundAdapter) -> None:
        while True:
            async with keeping_cancellation():
                await self._handle(adapter, await self.queue.get())

    async def _handle(self, adapter: PlaygroundAdapter, message: IncomingMessage) -> None:
        if message.conversation.thread_id:
            await self._desk(adapter, message)
        elif message.conversation == admin_conversation():
            await steer(adapter, message)
        elif message.kind in {MessageKind.NEW, MessageKind.PRESSED}:
            await self._customer(adapter, message)

    async def _customer(self, adapter: PlaygroundAdapter, message: IncomingMessage) -> None:
        words = message.text.lower()
        case = self._case_of(message.conversation)
        if case and case.is_open and case.thread:
            relayed = OutgoingMessage(text=message.text, speaker=message.author.display_name)
            await adapter.send(case.thread, relayed, key=message.event_key)
            return await self._receipt(message, Outcome.RELAYED, None, None, "the case is open")
        await adapter.typing(message.conversation)
        if message.action == "human" or "person" in words or "persona" in words:
            return await self._hand_over(adapter, message)
        if message.action:
            return await self._receipt(message, Outcome.NOTED, None, None, "rated")
        answer = CAST_IRON if "iron" in words else OutgoingMessage(text=f"You said: {message.text}")
        await adapter.send(message.conversation, answer, key=message.event_key)
        reasons = ("the best passage names every word of the question", "one rival, far behind")
        return await self._receipt(message, Outcome.ANSWERED, Decision.ANSWER, 0.86, *reasons)

    async def _hand_over(self, adapter: PlaygroundAdapter, message: IncomingMessage) -> None:
        name = message.author.display_name
        notice = OutgoingMessage(
            text="A person from the team takes over. You can write on meanwhile.",
            buttons=(Button(action="bot", label="Continue with the bot"),),
        )
        await adapter.send(message.conversation, notice, key=f"{message.event_key}:notice")
        number = next(self.numbers)
        card = OutgoingMessage(
            text=(
                f"**R-{number:04} · {name}** writes in *English*.\n\n"
                "- **Wants:** a person\n- **Tried:** one answer from the knowledge base\n"
                "- **Why now:** asked for a person"
            ),
            buttons=(Button(action="case:claim", label="Claim"),),
        )
        opened = await adapter.open_thread(
            adapter.desk, f"R-{number:04} · {name}: talk to a person", card, key=message.event_key
        )
        self.cases[str(opened.conversation)] = Case(
            id=f"R-{number:04}",
            conversation=message.conversation,
            customer=name,
            language="en",
            status=CaseStatus.QUEUED,
            reason=CaseReason.REQUESTED,
            opened_at=datetime.now(UTC),
            changed_at=datetime.now(UTC),
            thread=opened.conversation,
        )
        reasons = ("the customer asked for a person", "the case went to the queue")
        await self._receipt(message, Outcome.HANDED_OVER, Decision.HAND_OVER, 0.31, *reasons)

    async def _desk(self, adapter: PlaygroundAdapter, message: IncomingMessage) -> None:
        thread = str(message.conversation)
        case = self.cases[thread]
        verb, _, rest = (message.action or message.text).replace("case:", "/").partition(" ")
        if verb == "/reply":
            said = OutgoingMessage(text=rest, speaker=message.author.display_name)
            await adapter.send(case.conversation, said, key=message.event_key)
        elif verb in {"/away", "/back"}:
            await self._presence(message, Presence.AWAY if verb == "/away" else Presence.AVAILABLE)
        elif verb[1:] in set(CaseEvent):
            word = self._step(case, CaseEvent(verb[1:]), message)
            await adapter.send(message.conversation, word, key=message.event_key)
        await self.announce(case.conversation)

    async def _presence(self, message: IncomingMessage, presence: Presence) -> None:
        agent = Agent.of(message.author, message.conversation)
        said = AgentPresence(
            agent_id=agent.id, name=agent.name, presence=presence, at=message.sent_at
        )
        await SharedBoard(self.redis, deadline=5).note_presence(said)

    def _step(self, case: Case, event: CaseEvent, message: IncomingMessage) -> OutgoingMessage:
        try:
            status = next_status(case.status, event)
        except InvalidTransitionError as error:
            return OutgoingMessage(text=str(error))
        agent = Agent.of(message.author, message.conversation)
        self.cases[str(message.conversation)] = replace(
            case, status=status, agent=agent if event is CaseEvent.CLAIM else case.agent
        )
        return OutgoingMessage(text=f"{message.author.display_name}: {event}.")

    async def _receipt(
        self,
        message: IncomingMessage,
        outcome: Outcome,
        decision: Decision | None,
        confidence: float | None,
        *reasons: str,
    ) -> None:
        found = decision is Decision.ANSWER
        receipt = Receipt(
            turn_id=f"t-{message.event_key}",
            at=datetime.now(UTC),
            conversation=str(message.conversation),
            question=message.text,
            language=message.author.locale or "en",
            decision=decision,
            outcome=outcome,
            confidence=confidence,
            reasons=reasons,
            sources=(a_source("Cast iron care", "Every day", 0.91),) if found else (),
            considered=(
                a_source("Guarantee", "What is covered", 0.42),
                a_source("Enamel care", "", 0.38),
            ),
            duration_ms=12.4,
        )
        self.receipts.setdefault(str(message.conversation), []).insert(0, receipt)
        await self.announce(message.conversation)

    async def announce(self, conversation: ConversationRef) -> None:
        """Say as the engine does that a turn was stored."""
        text = f'{{"conversation": "{conversation}", "receipt": "x"}}'
        await self.redis.publish(EVENTS_CHANNEL, text)  # pyright: ignore[reportUnknownMemberType]

    def _case_of(self, conversation: ConversationRef) -> Case | None:
        found = [case for case in self.cases.values() if case.conversation == conversation]
        return found[-1] if found else None


class Stage:
    """Starts and stops the server of the page; its port and what Redis keeps stay the same."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stop = asyncio.Event()
        self._running: Future[None] | None = None
        self.port = 0
        self.redis = connect(redis_url, pool_size=16, deadline_seconds=5)
        self.core = ScriptedCore(redis=self.redis)
        self.adapter = PlaygroundAdapter(
            Transcript(self.redis),
            receipts=self.core,
            cases=self.core,
            desk=DeskFacts(board=SharedBoard(self.redis, deadline=5), undo_seconds=UNDO_SECONDS),
        )
        self.adapter.complete = complete

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/playground"

    def do(self, step: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(20)

    @property
    def thread(self) -> ConversationRef:
        """The thread of the only case."""
        [thread] = map(ConversationRef.parse, self.core.cases)
        return thread

    def change(self, thread: str = "", **fields: Any) -> None:
        """Let the case of a thread, or the only one, stand otherwise, and the page hear of it."""
        thread = thread or str(self.thread)
        self.core.cases[thread] = replace(self.core.cases[thread], **fields)
        self.do(self.core.announce(self.core.cases[thread].conversation))

    def show(self, message: OutgoingMessage, *, key: str, customer: bool = False) -> None:
        """Show a message in the thread of the only case, or to its customer."""
        place = self.core.cases[str(self.thread)].conversation if customer else self.thread
        self.do(self.adapter.send(place, message, key=key))

    def empty(self) -> None:
        """Forget everything that Redis keeps."""
        self.do(self._empty())

    def start(self) -> None:
        started = threading.Event()
        self._running = asyncio.run_coroutine_threadsafe(self._serve(started), self._loop)
        started.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        if self._running:
            self._running.result(20)

    def close(self) -> None:
        self.stop()
        self.do(self.redis.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._stop.clear()
        edge = HttpEdge("127.0.0.1", self.port, routes=self.adapter.routes(), ready=self._ready)
        async with edge, asyncio.TaskGroup() as tasks:
            self.port = edge.port
            running = [
                tasks.create_task(self.adapter.run(self.core.intake)),
                tasks.create_task(self.core.work(self.adapter)),
            ]
            started.set()
            await self._stop.wait()
            for task in running:
                task.cancel()

    async def _empty(self) -> None:
        await self.redis.flushall()  # pyright: ignore[reportUnknownMemberType]

    async def _ready(self) -> bool:
        return not self.core.failing
