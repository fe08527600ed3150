"""Whole conversations over the real engine, dispatcher, desk and Redis, with scripted knowledge."""

from dataclasses import dataclass, field, replace

from redis.asyncio import Redis

from bot.conversation.answering import Answering
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.understanding import LanguageDetector
from bot.engine.engine import Engine
from bot.engine.receipts import Receipts
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.turns import Receipt
from handoff.desk import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from tests.builders import a_conversation, a_message, a_press, an_agent
from tests.engine_kit import NotingScheduler, build_engine
from tests.fakes import RecordingAdapter, ScriptedKnowledge

DETECTOR = LanguageDetector(("en", "es", "fr", "de", "it", "pt"))


@dataclass
class Flow:
    """One customer, the desk, and everything between them."""

    redis: Redis
    knowledge: ScriptedKnowledge
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)
    customer: ConversationRef = field(default_factory=a_conversation)

    def __post_init__(self) -> None:
        self.use(self.knowledge)

    def use(self, knowledge: KnowledgeBase) -> None:
        """Answer from another knowledge base."""
        desk, policy = ChatDesk(language="en"), ThresholdPolicy(Thresholds())
        dispatcher = Dispatcher(
            detector=DETECTOR,
            answering=Answering(knowledge, policy, desk),
            commands=CustomerCommands(desk, policy),
            desk=desk,
        )
        self.engine: Engine = build_engine(
            self.redis, self.adapter, dispatcher, scheduler=NotingScheduler()
        )

    async def write(self, *texts: str) -> list[str]:
        """Write as the customer, all at once, and return what is shown to them next."""
        return await self._arrive(*(a_message(text, conversation=self.customer) for text in texts))

    async def press(self, action: str) -> list[str]:
        """Press a button as the customer."""
        return await self._arrive(a_press(action, conversation=self.customer))

    async def amend(self, message: IncomingMessage, text: str | None) -> list[str]:
        """Change a message, or take it back with None."""
        kind = MessageKind.DELETED if text is None else MessageKind.EDITED
        key = f"{message.event_key}-{kind}-{text}"
        return await self._arrive(replace(message, event_key=key, kind=kind, text=text or ""))

    async def arrive(self, message: IncomingMessage) -> list[str]:
        """Let one message arrive as it is."""
        return await self._arrive(message)

    async def agent(self, text: str, *, name: str = "Ana") -> list[str]:
        """Write as an agent in the newest case's thread; returns what is shown there next."""
        thread = self.adapter.threads()[-1]
        before = len(self.adapter.texts(thread))
        message = a_message(text, conversation=thread, author=an_agent(name))
        if text.startswith("case:"):
            message = a_press(text, conversation=thread, author=an_agent(name))
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(thread))
        return self.adapter.texts(thread)[before:]

    def desk(self) -> list[str]:
        """Everything in the newest case's thread."""
        return self.adapter.texts(self.adapter.threads()[-1])

    def last(self) -> OutgoingMessage:
        """The last message that the customer got."""
        mine = [item.message for item in self.adapter.shown if item.conversation == self.customer]
        return mine[-1]

    async def receipt(self) -> Receipt:
        """The newest receipt of the customer's conversation."""
        return (await Receipts(self.redis, deadline=1).latest(self.customer, 1))[0]

    async def _arrive(self, *messages: IncomingMessage) -> list[str]:
        before = len(self.adapter.texts(self.customer))
        for message in messages:
            await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(self.customer))
        return self.adapter.texts(self.customer)[before:]
