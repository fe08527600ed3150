"""Opens the engine with all that stands behind it, and lets of it follow what settings change.

Connections, models, index, memory, board and adapters are opened once. Whatever is built from settings
that may change is built anew by ``Behaviour``, or told of the new ones in ``_followers``.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from docket import Docket
from redis.asyncio import Redis

from bot.app.admin import Administration, build_administration, let_complete
from bot.app.answers import build_budget, caps_of
from bot.app.live import Behaviour, Live
from bot.app.memory import MemoryParts, consent_rules, open_memory
from bot.app.models import open_models
from bot.app.moods import build_mood_reader
from bot.app.parts import (
    Behind,
    answering_from,
    build_detector,
    build_dispatcher,
    engine_options,
    open_index,
)
from bot.app.platforms import locate_desk, locate_teams, show_desk
from bot.app.rooms import build_rooms
from bot.conversation.understanding import LanguageDetector
from bot.engine.board import SharedBoard
from bot.engine.engine import Engine
from bot.engine.scheduler import DocketScheduler
from bot.engine.tools.budgets import SharedBudget
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.turns import TurnHandler
from config.settings import Settings
from knowledge import EmbeddedKnowledge
from knowledge.model import WritingModel

Role = Literal["all", "adapter", "worker"]

Adapters = Mapping[Platform, ChatAdapter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The engine, and what admins' commands need."""

    engine: Engine
    administration: Administration


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What answers are made of and is opened once: the index, models, the detector of languages."""

    detector: LanguageDetector
    index: EmbeddedKnowledge
    models: Sequence[WritingModel]

    def knowledge(self, settings: Settings) -> KnowledgeBase:
        """Return what answers by some settings."""
        return answering_from(settings, self.index, self.models)


async def open_engine(
    live: Live, redis: Redis, docket: Docket, adapters: Adapters, role: Role
) -> Assembled:
    """Open the engine and all that stands behind it; see ``open_relevo`` for what may go wrong."""
    settings = live.settings
    desk = await locate_desk(settings, adapters)
    # Also of teams that were taken out in chat, for they may come back.
    channels = await locate_teams(live.base, adapters, desk)
    budget = build_budget(settings, redis)
    models = open_models(settings, budget)
    memory = await _memory(live, redis, adapters, models) if role != "adapter" else MemoryParts()
    board = SharedBoard(redis, deadline=settings.redis.deadline_seconds)
    kept = await _open_kept(settings, models)
    administration = _administration(live, redis, adapters, kept, desk=desk, board=board)
    behind = Behind(
        place=desk,
        channels=channels,
        board=board,
        models=models,
        memories=memory.memories,
        reader=build_mood_reader(settings),
        live=live,
        admins=administration.office,
        authorise=administration.authorising.authorise,
    )
    behaviour = _behaviour(live, adapters, kept, behind)
    engine = Engine(
        redis,
        DocketScheduler(docket, deadline=settings.redis.deadline_seconds),
        adapters=adapters,
        handler=behaviour,
        authority=Authority(desk=desk, channels=tuple(channels.values())),
        options=engine_options(settings),
        board=board,
        maker=memory.maker,
        teaching=memory.teaching,
        ending=memory.ending,
    )
    live.on_change(behaviour.prepare)
    live.on_change(_followers(engine, budget, memory, adapters))
    let_complete(adapters, administration)
    return Assembled(engine=engine, administration=administration)


async def _memory(
    live: Live, redis: Redis, adapters: Adapters, models: Sequence[WritingModel]
) -> MemoryParts:
    def language() -> str:
        return live.settings.desk.language

    return await open_memory(live.settings, redis, adapters.values(), models, language=language)


async def _open_kept(settings: Settings, models: Sequence[WritingModel]) -> _Kept:
    detector = build_detector(settings)
    await asyncio.to_thread(detector.load)
    return _Kept(detector=detector, index=open_index(settings), models=models)


def _administration(
    live: Live,
    redis: Redis,
    adapters: Adapters,
    kept: _Kept,
    *,
    desk: ConversationRef,
    board: SharedBoard,
) -> Administration:
    rooms = build_rooms(
        live,
        redis,
        knowledge=lambda: kept.knowledge(live.settings),
        detector=kept.detector,
        board=board,
    )
    return build_administration(
        live, redis, adapters, desk=desk, rooms=rooms.rooms, documents=rooms.documents
    )


def _behaviour(live: Live, adapters: Adapters, kept: _Kept, behind: Behind) -> Behaviour:
    """Build the behaviour over what is kept."""

    def build(settings: Settings) -> TurnHandler:
        return build_dispatcher(
            settings, kept.knowledge(settings), kept.detector, adapters, behind=behind
        )

    return Behaviour(build, live.settings)


def _followers(
    engine: Engine, budget: SharedBudget, memory: MemoryParts, adapters: Adapters
) -> Callable[[Settings], Callable[[], None]]:
    """Say what is told of changed settings because it outlives the behaviour."""

    def prepare(settings: Settings) -> Callable[[], None]:
        def put() -> None:
            engine.presences.is_on = settings.desk.receipts
            budget.cap(caps_of(settings.llm))
            if memory.consent is not None:
                memory.consent.rules = consent_rules(settings)
            show_desk(settings, adapters)

        return put

    return prepare
