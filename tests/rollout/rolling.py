"""Conversations in each mode over the real engine, with real documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis

from bot.conversation.afterwards.after import Afterwards
from bot.conversation.asking import Asking, Matter
from bot.conversation.rollout.rules import RolloutRules, TopicRule
from bot.engine.evidence import EvidenceReader
from bot.vocabulary.knowledge import Answer, KnowledgeBase, OnDraft, Query, Source
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.rollout import Evidence, EvidenceKind, RolloutMode
from handoff.aftercare import Aftercare
from handoff.copilot.drafting import Drafter
from handoff.copilot.help import Copilot
from handoff.desk.chat import ChatDesk
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from tests.builders import a_conversation
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

DOCUMENTS = {
    "returns": "# Returning a pan\n\nSend the pan back within 30 days in its box. Returning it is free.",
    "delivery": "# When a parcel arrives\n\nA parcel arrives within 3 working days with our courier.",
}
RETURN = "how do I return a pan?"
PARCEL = "when does my parcel arrive?"
SAID = "Send the pan back within 30 days in its box."


def open_documents(folder: Path) -> EmbeddedKnowledge:
    """Return real knowledge of a few documents."""
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.md").write_text(f"---\nid: {name}\nlang: en\n---\n{text}\n")
    opened = open_embedded(folder / "data")
    ingest(opened, sorted(folder.glob("*.md")))
    return opened


@dataclass
class Counted:
    """Counts what is looked up in another knowledge base."""

    inner: KnowledgeBase
    asked: list[str] = field(default_factory=list[str])

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        self.asked.append(query.text)
        return await self.inner.answer(query, on_draft)

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return await self.inner.search(query, limit)


def matter_of(text: str, language: str) -> Matter:
    """Know two topics by a word."""
    del language
    return Matter(subject="Returns" if "pan" in text.lower() else None)


def rules(mode: RolloutMode, share: float = 0.5, **topics: RolloutMode) -> RolloutRules:
    """Return the rules with one mode for all, and others for some topics."""
    own = {name: TopicRule(mode=one, share=share) for name, one in topics.items()}
    return RolloutRules(general=TopicRule(mode=mode, share=share), topics=own)


def a_flow(
    redis: Redis,
    knowledge: KnowledgeBase,
    mode: RolloutMode | RolloutRules = RolloutMode.AUTO,
    *,
    customer: ConversationRef | None = None,
    **desk: object,
) -> Flow:
    """Return a customer's conversation in a mode, with a copilot at the desk."""
    flow = Flow(
        redis=redis,
        knowledge=ScriptedKnowledge(),
        customer=customer or a_conversation(),
        chat_desk=ChatDesk(
            language="en",
            undo_seconds=0,
            aftercare=Aftercare(csat="scale"),
            copilot=Copilot(drafter=Drafter(knowledge=knowledge)),
            **desk,  # pyright: ignore[reportArgumentType]
        ),
        after=Afterwards(),
        asking=Asking(matter_of=matter_of),
        modes=mode if isinstance(mode, RolloutRules) else rules(mode),
    )
    flow.use(knowledge)
    return flow


def change_to(flow: Flow, knowledge: KnowledgeBase, mode: RolloutMode | RolloutRules) -> None:
    """Let another mode hold from the next turn on, as a changed setting does."""
    flow.modes = mode if isinstance(mode, RolloutRules) else rules(mode)
    flow.use(knowledge)


async def seen(redis: Redis) -> list[Evidence]:
    """Return all that was seen, in its order."""
    return list(await EvidenceReader(redis, deadline=5).all())


async def kinds(redis: Redis) -> list[tuple[EvidenceKind, bool]]:
    """Return what was seen and whether it was good."""
    return [(one.kind, one.good) for one in await seen(redis)]
