"""The front door: it alone knows everybody, builds them from the settings and plugs them in."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docket import Docket
from redis.asyncio import Redis

from adapters.playground import PlaygroundAdapter, Transcript
from bot.conversation.answering import Answering
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.understanding import LanguageDetector
from bot.edge import HttpEdge
from bot.engine.cases import Cases
from bot.engine.client.connection import check_server, connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.receipts import Receipts
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.platforms import ChatAdapter
from config.settings import ConfigurationProblem, Settings, load
from handoff.desk import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from knowledge import open_embedded

logger = logging.getLogger(__name__)

Role = Literal["all", "adapter", "worker"]


def read_settings(config: Path | None = None, **overrides: object) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: One sentence that names what is wrong and the cure.
    """
    try:
        return load(config, **overrides)
    except ConfigurationProblem as problem:
        raise ConfigurationError(str(problem)) from None


def build_knowledge(settings: Settings) -> KnowledgeBase:
    """Open the index that the settings name."""
    return open_embedded(settings.data_dir)


def build_policy(settings: Settings) -> EscalationPolicy:
    """Build the escalation policy with the thresholds of the settings."""
    escalation = settings.escalation
    return ThresholdPolicy(
        Thresholds(
            answer_above=escalation.answer_above,
            unsure_limit=escalation.unsure_limit,
            rejection_limit=escalation.rejection_limit,
        ),
        language=settings.desk.language,
    )


def build_detector(settings: Settings) -> LanguageDetector:
    """Build the language detector for the languages that customers may write."""
    return LanguageDetector(settings.conversation.languages)


def build_dispatcher(
    settings: Settings, knowledge: KnowledgeBase, detector: LanguageDetector
) -> Dispatcher:
    """Build the behaviour behind the engine."""
    desk = ChatDesk(language=settings.desk.language)
    policy = build_policy(settings)
    return Dispatcher(
        detector=detector,
        answering=Answering(knowledge, policy, desk),
        commands=CustomerCommands(desk, policy),
        desk=desk,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevo:
    """A running installation's parts in this process."""

    engine: Engine
    docket: Docket
    edge: HttpEdge
    adapters: Mapping[Platform, ChatAdapter]
    watch: Callable[[], Awaitable[object]]

    async def run(self, role: Role) -> None:
        """Receive and work until cancelled, then let running turns end."""
        async with asyncio.TaskGroup() as tasks:
            if role != "worker":
                for adapter in self.adapters.values():
                    tasks.create_task(adapter.run(self.engine.inbox.accept))
            if role != "adapter":
                tasks.create_task(self.engine.work(self.docket))
            await self.watch()


@asynccontextmanager
async def open_relevo(settings: Settings, *, role: Role = "all") -> AsyncGenerator[Relevo]:
    """Open everything that a process of this role needs; close it in reverse order.

    Raises:
        ConfigurationError: Something can't be opened as it is set.
    """
    async with AsyncExitStack() as stack:
        state = await stack.enter_async_context(open_state(settings))
        redis = connect(
            state.url,
            pool_size=settings.redis.pool_size,
            deadline_seconds=settings.redis.deadline_seconds,
        )
        stack.push_async_callback(redis.aclose)
        await _warn(redis, settings)
        docket = await stack.enter_async_context(open_docket(state.url))
        adapters = build_adapters(settings, redis)
        detector = build_detector(settings)
        await asyncio.to_thread(detector.load)
        engine = Engine(
            redis,
            DocketScheduler(docket, deadline=settings.redis.deadline_seconds),
            adapters=adapters,
            handler=build_dispatcher(settings, build_knowledge(settings), detector),
            desk_channel=desk_channel(settings),
            options=engine_options(settings),
        )
        register(docket, engine.duties, concurrency=settings.engine.concurrency)
        edge = await stack.enter_async_context(_edge(settings, adapters, engine.is_ready, role))
        yield Relevo(engine=engine, docket=docket, edge=edge, adapters=adapters, watch=state.watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The Redis of this process, and what raises ``StateUnavailableError`` when it ends by itself."""

    url: str
    watch: Callable[[], Awaitable[object]]


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncGenerator[State]:
    """Give the address of Redis, starting the embedded server when that is asked for."""
    url = settings.redis.url.get_secret_value()
    if url != "embedded":
        yield State(url=url, watch=asyncio.Event().wait)
        return
    folder = settings.data_dir / "redis"
    async with EmbeddedServer(folder=folder, fsync=settings.redis.fsync) as server:
        yield State(url=server.url, watch=server.wait_dead)


async def _warn(redis: Redis, settings: Settings) -> None:
    warnings = await check_server(redis, deadline_seconds=settings.redis.deadline_seconds)
    if settings.redis.url.get_secret_value() != "embedded":
        for warning in warnings:
            logger.warning(warning)


def build_adapters(settings: Settings, redis: Redis) -> dict[Platform, ChatAdapter]:
    """Build an adapter for each platform that is set up.

    Raises:
        ConfigurationError: None is.
    """
    adapters: dict[Platform, ChatAdapter] = {}
    deadline = settings.redis.deadline_seconds
    if settings.playground.enabled:
        adapters[Platform.PLAYGROUND] = PlaygroundAdapter(
            Transcript(redis, deadline=deadline),
            receipts=Receipts(redis, deadline=deadline),
            cases=Cases(redis, deadline=deadline),
        )
    if not adapters:
        raise ConfigurationError(
            "No platform is set up, so nobody can write to Relevo: set playground.enabled = true "
            "in relevo.toml, or try relevo demo."
        )
    return adapters


def desk_channel(settings: Settings) -> ConversationRef:
    """Read where agents work.

    Raises:
        ConfigurationError: The setting is empty, or names no channel that a desk can be in.
    """
    channel = settings.desk.channel
    if not channel:
        raise ConfigurationError(
            "desk.channel is not set, so nobody could be handed over to a person: "
            "set it to playground:desk."
        )
    if channel == "playground:desk":
        return PlaygroundAdapter.desk
    raise ConfigurationError(f"desk.channel = {channel!r} is no desk: use playground:desk.")


def engine_options(settings: Settings) -> EngineOptions:
    """Translate the settings into the engine's options."""
    engine, conversation = settings.engine, settings.conversation
    return EngineOptions(
        deadline=settings.redis.deadline_seconds,
        join=engine.join_seconds,
        lease=engine.lease_seconds,
        sweep=engine.sweep_seconds,
        drain=engine.drain_seconds,
        send=engine.send_seconds,
        # Who sends may also need the deadline to record it before another may send again.
        lane_lease=engine.send_seconds + settings.redis.deadline_seconds,
        concurrency=engine.concurrency,
        history_lines=conversation.history_lines,
        history_days=conversation.history_days,
    )


@asynccontextmanager
async def _edge(
    settings: Settings,
    adapters: Mapping[Platform, ChatAdapter],
    ready: Callable[[], Awaitable[bool]],
    role: Role,
) -> AsyncGenerator[HttpEdge]:
    serving = adapters.values() if role != "worker" else ()
    routes = [route for adapter in serving for route in adapter.routes()]
    edge = HttpEdge(settings.http.host, settings.http.port, routes=routes, ready=ready)
    async with edge:
        yield edge
