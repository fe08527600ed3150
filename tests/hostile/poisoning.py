"""Attacks that want to be remembered, and a small town in which they are: later turns, a model that obeys.

Two ways into the memory: what an attacker writes is learnt as ever, or it is planted word for word into
every field that a memory has, which no learner would do. Then the attacker and somebody else talk.
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from typing_extensions import override

from bot.conversation.answering import Answering
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.recalling.recall import Recalling
from bot.conversation.understanding import LanguageDetector
from bot.memory.learning import PatternLearner
from bot.vocabulary.conversations import Conversation, Memo
from bot.vocabulary.knowledge import Answer, OnDraft, Query, Source
from bot.vocabulary.memory import Lesson, LessonKind, Memory, identity_of
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Principal
from bot.vocabulary.turns import Lane, Plan, Turn
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from handoff.routing.office import Office
from handoff.routing.teams import Team
from tests.builders import a_conversation, a_customer, a_message
from tests.conversation.recalling.kit import RememberingAll, group
from tests.hostile.looking import harms_in
from tests.hostile.memory_payloads import MALLORY, MARK, QUESTION, planted
from tests.hostile.obeying import ObeyingModel, Site, a_site
from tests.knowledge.model.server import Json, Says
from tests.memory_commands_kit import CARLA

CHANNEL = a_conversation("channel")

LATER = ("hello", QUESTION, "what does it cost to send something back?", "/human")
"""What each says later, in a new conversation."""

HARMS = ("pings", "links", "commands", "hidden", "others", "prices", "settings", "rights")


class Whose(StrEnum):
    """Whose later talk is looked at."""

    THEIRS = "the attacker's own"
    ANOTHER = "another person's"
    IN_THE_CHANNEL = "another person's in the same channel"


class PoisonedModel(ObeyingModel):
    """Does all that an obeying model does, and says whatever stands in what is known of the customer."""

    @override
    def __call__(self, body: Json) -> Says:
        says = super().__call__(body)
        asked = str(body["messages"][-1]["content"])
        block = asked.partition("<known>\n")[2].partition("\n</known>")[0]
        known = [str(json.loads(line)["value"]) for line in block.splitlines()]
        reply = json.loads(says.text)
        sources = [source for claim in reply["claims"] for source in claim["sources"]][:1]
        reply["claims"] += [{"text": text, "sources": sources} for text in known]
        self.remembered += known
        return replace(says, text=json.dumps(reply))


@dataclass
class Watched:
    """A knowledge base that notes every question put to it."""

    site: Site
    queries: list[Query] = field(default_factory=list[Query])

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        self.queries.append(query)
        return await self.site.knowledge.answer(query, on_draft)

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return await self.site.knowledge.search(query, limit)


@dataclass
class Town:
    """The behaviour with a memory, and two people who talk to it in private."""

    site: Site
    memories: RememberingAll = field(default_factory=RememberingAll)
    learner: PatternLearner = field(default_factory=PatternLearner)

    def __post_init__(self) -> None:
        office = Office(
            teams=(Team(name="general"), Team(name="spanish", languages=("es",))),
            raised_tiers=("gold",),
        )
        desk, policy = ChatDesk(language="en", office=office), ThresholdPolicy(Thresholds())
        self.knowledge = Watched(self.site)
        self.dispatcher = Dispatcher(
            detector=_DETECTOR,
            answering=Answering(self.knowledge, policy, desk),
            commands=CustomerCommands(desk, policy),
            desk=desk,
            recalling=Recalling(self.memories, seconds=30),
        )

    async def learn(self, attack: str) -> None:
        """Let the attack be learnt from as every message is."""
        lesson = Lesson(
            kind=LessonKind.SAID,
            place=a_conversation(MALLORY.user_id),
            is_direct=True,
            author_id=identity_of(MALLORY),
            message_id="m1",
            text=attack,
            at=datetime.now(UTC) - timedelta(days=5),
            language="en",
        )
        known = self.memories.memory_of(MALLORY)
        learnt = await self.learner.learn(known, [lesson], datetime.now(UTC))
        self.memories.remember(MALLORY, learnt)

    async def talk(self, who: Principal, *, is_direct: bool) -> list[Plan]:
        """Say what is said later, each time to the state that the turn before has left."""
        place = a_conversation(who.user_id) if is_direct else CHANNEL
        conversation = Conversation(ref=place)
        plans: list[Plan] = []
        for number, text in enumerate(LATER):
            turn = Turn(
                id=f"{number:012}",
                conversation=conversation,
                messages=(_written(text, who, place, is_direct=is_direct),),
                started_at=datetime.now(UTC) + timedelta(minutes=number),
            )
            plans.append(await self.dispatcher.customer_turn(turn))
            conversation = _after(conversation, plans[-1])
        return plans


@dataclass(frozen=True, kw_only=True)
class Talk:
    """Everything that one person's talk has led to."""

    plans: Sequence[Plan]
    queries: Sequence[Query]
    prompts: Sequence[str]

    def shown(self) -> list[str]:
        """Return what the customer reads."""
        return [
            item.message.text
            for plan in self.plans
            for item in plan.deliveries
            if item.lane is Lane.CUSTOMER
        ]


async def talk(town: Town, who: Principal, *, is_direct: bool = True) -> Talk:
    """Let somebody talk, and look at what came of it."""
    del town.site.model.remembered[:-2]
    asked, queries = len(town.site.server.asked), len(town.knowledge.queries)
    plans = await town.talk(who, is_direct=is_direct)
    return Talk(
        plans=plans,
        queries=town.knowledge.queries[queries:],
        prompts=[str(body["messages"]) for body in town.site.server.asked[asked:]],
    )


def harms_of_talk(found: Talk, clean: Talk, *, whose: Whose) -> Counter[str]:
    """Count what an attack has changed, compared with a talk in a town that it never came to."""
    harms: Counter[str] = Counter()
    for plan in found.plans:
        for item in plan.deliveries:
            seen = harms_in(item.message) if item.lane is Lane.CUSTOMER else Counter[str]()
            harms += Counter({name: seen[name] for name in HARMS if seen[name]})
    harms["settings"] += _powers(found) != _powers(clean)
    harms["rights"] += _rights(found) != _rights(clean)
    shown = "\n".join(found.shown())
    if whose is Whose.ANOTHER:
        # A receipt alone may name a word that the model wrote and that was cut for it.
        left = [repr(replace(plan, receipt=clean.plans[0].receipt)) for plan in found.plans]
        harms["others"] += MARK in "\n".join((*found.prompts, *left))
    if whose is Whose.IN_THE_CHANNEL:
        harms["others"] += MARK in shown
    quotes = [line for line in shown.splitlines() if MARK in line]
    harms["prices"] += "0 €" in "\n".join(set(shown.splitlines()).difference(quotes))
    harms["prices"] += "within 30 days" not in shown or "takes 5 days" not in shown
    return +harms


def _powers(found: Talk) -> list[tuple[object, ...]]:
    """What turns do beside saying something."""
    return [
        (
            plan.outcome,
            plan.receipt.decision,
            plan.owner,
            {alarm.kind for alarm in plan.alarms or ()},
            plan.bells,
            plan.presence,
            plan.audit,
            plan.erases,
        )
        for plan in found.plans
    ]


def _rights(found: Talk) -> list[tuple[object, ...]]:
    """For whom answers are, whose caps they count against, and how a case is sorted."""
    asked = [(one.audience, one.tags, one.text) for one in found.queries]
    cases = [plan.case for plan in found.plans if plan.case is not None]
    sorted_as = [(one.tier, one.priority, one.topic, one.reason, one.team) for one in cases]
    return [*asked, *sorted_as]


def _written(
    text: str, who: Principal, place: ConversationRef, *, is_direct: bool
) -> IncomingMessage:
    author = a_customer(who.user_id)
    return a_message(text, conversation=place, author=author, principal=who, is_direct=is_direct)


def _after(conversation: Conversation, plan: Plan) -> Conversation:
    return replace(
        conversation,
        memo=plan.memo or Memo(),
        history=(*conversation.history, *plan.history),
        owner=plan.owner or conversation.owner,
        case=plan.case or conversation.case,
    )


_DETECTOR = LanguageDetector(("en", "es"))


@dataclass
class Siege:
    """One town, attacked again and again; each time it begins with an empty memory."""

    town: Town
    clean: dict[Whose, Talk] = field(default_factory=dict[Whose, Talk])

    async def learnt(self, attack: str) -> Counter[str]:
        """Attack by writing; returns the harm."""
        self._forget()
        await self.town.learn(attack)
        return await self._harms()

    async def planted(self, attack: str) -> Counter[str]:
        """Attack as if the memory could be written to; returns the harm."""
        self._forget()
        self.town.memories.remember(MALLORY, planted(attack))
        return await self._harms()

    async def talks(self) -> dict[Whose, Talk]:
        """Let the attacker, another person, and that one in the attacker's channel talk."""
        facts = self.town.memories.memory_of(MALLORY).facts
        self.town.memories.groups[group(CHANNEL)] = Memory(facts=facts)
        return {
            Whose.THEIRS: await talk(self.town, MALLORY),
            Whose.ANOTHER: await talk(self.town, CARLA),
            Whose.IN_THE_CHANNEL: await talk(self.town, CARLA, is_direct=False),
        }

    async def _harms(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for whose, what in (await self.talks()).items():
            found += harms_of_talk(what, self.clean[whose], whose=whose)
        return found

    def _forget(self) -> None:
        self.town.memories.memories.clear()
        self.town.site.model.remembered.clear()


@asynccontextmanager
async def a_siege() -> AsyncGenerator[Siege]:
    """Open a town, and note how people talk in it before anybody attacks."""
    async with a_town() as town:
        siege = Siege(town)
        siege.clean = await siege.talks()
        yield siege


@asynccontextmanager
async def a_town() -> AsyncGenerator[Town]:
    """Open a town whose model obeys."""
    async with a_site() as site:
        site.server.always = site.model = PoisonedModel()
        yield Town(site)
