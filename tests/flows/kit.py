"""Whole conversations over the real engine, dispatcher, desk and Redis, with scripted knowledge."""

from dataclasses import dataclass, field, replace
from typing import Any

from redis.asyncio import Redis

from bot.admin.authorising import AdminRules, Authorising
from bot.conversation.afterwards.after import Afterwards
from bot.conversation.answering import Answering
from bot.conversation.asking import Asking
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.escalating.listening import Listening
from bot.conversation.manners import Manners
from bot.conversation.recalling.recall import Recalling
from bot.conversation.remembering.commands import Remembering
from bot.conversation.remembering.exporting import Exports
from bot.conversation.remembering.requests import Rules
from bot.conversation.rollout.room import Rollout
from bot.conversation.rollout.rules import RolloutRules
from bot.conversation.rollout.shadowing import Shadowing
from bot.conversation.understanding import LanguageDetector
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.receipts import Receipts
from bot.rollout.comparing import is_as_good
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.memory import ConsentRule, Memories
from bot.vocabulary.messages import (
    ConversationRef,
    IncomingMessage,
    MessageKind,
    OutgoingMessage,
    Platform,
)
from bot.vocabulary.standing import Standing
from bot.vocabulary.turns import Lane, Receipt
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from tests.builders import a_conversation, a_message, a_press, an_agent
from tests.engine_kit import ADMIN, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter, ScriptedKnowledge

DETECTOR = LanguageDetector(("en", "es", "fr", "de", "it", "pt"))


class EverybodyIsMember:
    """A platform that calls each person a full member."""

    async def standing(self, user_id: str) -> Standing:
        del user_id
        return Standing.MEMBER


def a_platform_of_members() -> Authorising:
    """Return what authorises on it whoever is named as an admin."""

    async def rules() -> AdminRules:
        return AdminRules(admins={f"{Platform.PLAYGROUND}:{ADMIN}"})

    return Authorising({Platform.PLAYGROUND: EverybodyIsMember()}, rules)


@dataclass
class Flow:
    """One customer, the desk, and everything between them."""

    redis: Redis
    knowledge: ScriptedKnowledge
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)
    customer: ConversationRef = field(default_factory=a_conversation)
    chat_desk: ChatDesk = field(default_factory=lambda: ChatDesk(language="en", undo_seconds=0))
    manners: Manners = field(default_factory=Manners)
    asking: Asking = field(default_factory=Asking)
    policy: EscalationPolicy = field(default_factory=lambda: ThresholdPolicy(Thresholds()))
    listening: Listening = field(default_factory=Listening)
    after: Afterwards | None = None
    memories: Memories | None = None
    consent: ConsentRule = ConsentRule.OPT_OUT
    authorising: Authorising = field(default_factory=a_platform_of_members)
    modes: RolloutRules = field(default_factory=RolloutRules)

    def __post_init__(self) -> None:
        self.use(self.knowledge)

    def use(self, knowledge: KnowledgeBase, options: EngineOptions | None = None) -> None:
        """Answer from another knowledge base."""
        desk, policy, memories = self.chat_desk, self.policy, self.memories
        rules, authorise = Rules(consent=self.consent), self.authorising.authorise
        remembering = Remembering(memories, rules, authorise)
        self.dispatcher = Dispatcher(
            detector=DETECTOR,
            answering=Answering(knowledge, policy, desk, self.asking, self.modes),
            commands=CustomerCommands(desk, policy, self.asking, remembering, authorise),
            desk=desk,
            manners=self.manners,
            listening=self.listening,
            after=self.after,
            remembering=remembering,
            recalling=Recalling(memories),
            rollout=Rollout(
                self.modes,
                Shadowing(knowledge=knowledge, policy=policy, asking=self.asking),
                compare=is_as_good,
            ),
        )
        self.engine: Engine = build_engine(
            self.redis,
            self.adapter,
            self.dispatcher,
            scheduler=NotingScheduler(),
            options=options,
            maker=Exports(memories) if memories else None,
        )

    async def write(self, *texts: str) -> list[str]:
        """Write as the customer, all at once, and return what is shown to them next."""
        return await self._arrive(*(a_message(text, conversation=self.customer) for text in texts))

    async def press(self, action: str, **fields: Any) -> list[str]:
        """Press a button as the customer."""
        return await self._arrive(a_press(action, conversation=self.customer, **fields))

    async def rate(self, thumb: str, *, answer: int = -1, **fields: Any) -> list[str]:
        """Set a thumb (``up`` or ``down``) on a message that the customer got, the last by default."""
        shown = [item for item in self.adapter.shown if item.conversation == self.customer][answer]
        return await self.press(f"rate:{thumb}", id=self.adapter.id_of(shown), **fields)

    async def amend(self, message: IncomingMessage, text: str | None) -> list[str]:
        """Change a message, or take it back with None."""
        kind = MessageKind.DELETED if text is None else MessageKind.EDITED
        key = f"{message.event_key}-{kind}-{text}"
        return await self._arrive(replace(message, event_key=key, kind=kind, text=text or ""))

    async def arrive(self, message: IncomingMessage) -> list[str]:
        """Let one message arrive as it is."""
        return await self._arrive(message)

    async def agent(self, text: str, *, name: str = "Ana", **fields: Any) -> list[str]:
        """Write as an agent in the newest case's thread; returns what is shown there next.

        A text that begins with ``case:`` presses that button.
        """
        build = a_press if text.startswith("case:") else a_message
        values = {"conversation": self.thread, "author": an_agent(name)} | fields
        return await self.act(build(text, **values))

    async def act(self, message: IncomingMessage) -> list[str]:
        """Let an agent's message arrive as it is; returns what is shown in the thread next."""
        before = len(self.desk())
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(message.conversation))
        return self.desk()[before:]

    async def ring(self) -> list[str]:
        """Let the alarms ring that are due, and return what is shown to the customer next."""
        before = len(self.adapter.texts(self.customer))
        await self.engine.worker.ring(str(self.customer))
        return self.adapter.texts(self.customer)[before:]

    async def deliver(self) -> None:
        """Show what may be shown by now, as the sweeper would."""
        for lane in Lane:
            await self.engine.sender.deliver(ConversationKeys(self.customer).lane_name(lane))

    @property
    def thread(self) -> ConversationRef:
        """The newest case's thread."""
        return self.adapter.threads()[-1]

    def desk(self) -> list[str]:
        """Everything in the newest case's thread."""
        return self.adapter.texts(self.thread)

    def seen_by_agents(self) -> list[OutgoingMessage]:
        """Every message in the newest case's thread."""
        shown = self.adapter.shown
        return [item.message for item in shown if item.conversation == self.thread]

    def seen_by_customer(self) -> list[OutgoingMessage]:
        """Every message that the customer can read."""
        shown = self.adapter.shown
        return [item.message for item in shown if item.conversation == self.customer]

    def last(self) -> OutgoingMessage:
        """The last message that the customer got."""
        return self.seen_by_customer()[-1]

    async def conversation(self) -> Conversation:
        """The customer's conversation as it is stored."""
        mailbox = Mailbox(self.redis, deadline=1, lease_seconds=1)
        conversation, _ = await mailbox.read(self.customer)
        return conversation

    async def receipt(self) -> Receipt:
        """The newest receipt of the customer's conversation."""
        return (await Receipts(self.redis, deadline=1).latest(self.customer, 1))[0]

    async def _arrive(self, *messages: IncomingMessage) -> list[str]:
        before = len(self.adapter.texts(self.customer))
        for message in messages:
            await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(self.customer))
        return self.adapter.texts(self.customer)[before:]
