"""The front door: it alone knows everybody, builds them from the settings and plugs them in.

- ``opening``: Redis, with the embedded server when it is asked for
- ``answers``: the rules around answers, and what models may cost
- ``escalation``: what decides when a human is asked in
- ``parts``: knowledge, behaviour, the engine's options
- ``assembling``: the engine with all that stands behind it, and what of it follows changed settings
- ``live``: the settings while they are changed
- ``admin``: the admins' office over them
- ``embeddings``: whose vectors stand for texts; ``reranking``: who orders what is found
- ``office``: the people behind the desk, and their hours
- ``copilot``: what agents are helped with
- ``aftercare``: what comes after a case
- ``memory``: what is remembered of people: kept, learnt, recalled and erased; ``memory_check``: how it is
- ``rollout``: how far the bot goes by itself
- ``rooms``: the rooms of admins' commands; ``library``, ``trials`` and ``measures``: what these look at
- ``moods``: who reads how customers feel
- ``models``: the language model that writes answers, when one is set
- ``wording``: who puts agents' texts into other words and languages
- ``stores``: the index that answers, on this machine or shared by many
- ``platforms``: an adapter for each platform that is set up, and the desk among them
- ``standin``: what adapters are lent where Redis is missing; ``alone``: one adapter by itself, for a look
- ``diagnosis``: looks at all of it without serving anyone, for ``relevo doctor``
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from docket import Docket
from redis.asyncio import Redis

from bot.app.admin import Administration, keep_menus
from bot.app.assembling import Role, open_engine
from bot.app.escalation import build_policy
from bot.app.live import Live, open_live
from bot.app.opening import open_redis, open_state
from bot.app.parts import build_detector, build_dispatcher, build_knowledge, build_refreshing
from bot.app.platforms import build_adapters
from bot.app.rollout import RolloutWatch, open_rollout_watch
from bot.edge import HttpEdge
from bot.engine.client.connection import check_server
from bot.engine.engine import Engine
from bot.engine.scheduler import open_docket, register
from bot.supervisor import keep_receiving
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from config.settings import ConfigurationProblem, Settings, load
from knowledge import Refreshing

logger = logging.getLogger(__name__)

AdapterBuilder = Callable[[Settings, Redis], dict[Platform, ChatAdapter]]


def read_settings(config: Path | None = None, **overrides: object) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: One sentence that names what is wrong and the cure.
    """
    try:
        return load(config, **overrides)
    except ConfigurationProblem as problem:
        raise ConfigurationError(str(problem)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevo:
    """A running installation's parts in this process."""

    engine: Engine
    docket: Docket
    edge: HttpEdge
    adapters: Mapping[Platform, ChatAdapter]
    watch: Callable[[], Awaitable[object]]
    live: Live
    administration: Administration
    refreshing: Refreshing
    rollout: RolloutWatch

    async def run(self, role: Role) -> None:
        """Receive and work until cancelled, then let running turns end."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.live.run())
            if role != "worker":
                adapters = list(self.adapters.values())
                tasks.create_task(keep_receiving(adapters, self.engine.inbox.accept))
                tasks.create_task(keep_menus(self.live, self.adapters))
            if role != "adapter":
                tasks.create_task(self.engine.work(self.docket))
                tasks.create_task(self.refreshing.run())
                tasks.create_task(self.rollout.run())
            await self.watch()


@asynccontextmanager
async def open_relevo(
    settings: Settings, *, role: Role = "all", build: AdapterBuilder = build_adapters
) -> AsyncGenerator[Relevo]:
    """Open everything that a process of this role needs; close it in reverse order.

    ``build`` makes the adapters, for whoever wants others than the settings name.

    Raises:
        ConfigurationError: Something can't be opened as it is set.
        ConnectionLostError: The desk's platform can't be reached.
    """
    async with AsyncExitStack() as stack:
        state = await stack.enter_async_context(open_state(settings))
        redis = await stack.enter_async_context(open_redis(settings, state.url))
        await _warn(redis, settings)
        docket = await stack.enter_async_context(open_docket(state.url))
        live = await open_live(settings, redis)
        adapters = await stack.enter_async_context(open_adapters(live.settings, redis, build))
        assembled = await open_engine(live, redis, docket, adapters, role)
        engine = assembled.engine
        register(docket, engine.duties, concurrency=settings.engine.concurrency)
        edge = await stack.enter_async_context(_edge(settings, adapters, engine.is_ready, role))
        yield Relevo(
            engine=engine,
            docket=docket,
            edge=edge,
            adapters=adapters,
            watch=state.watch,
            live=live,
            administration=assembled.administration,
            refreshing=build_refreshing(settings),
            rollout=open_rollout_watch(
                redis,
                settings=lambda: live.settings,
                live=live,
                desk=engine.authority.desk,
                set_alarm=engine.alarms.set,
            ),
        )


@asynccontextmanager
async def open_adapters(
    settings: Settings, redis: Redis, build: AdapterBuilder = build_adapters
) -> AsyncGenerator[dict[Platform, ChatAdapter]]:
    """Give the adapters of all platforms that are set up, and let go of their connections."""
    async with AsyncExitStack() as stack:
        adapters = build(settings, redis)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.close)
        yield adapters


async def _warn(redis: Redis, settings: Settings) -> None:
    warnings = await check_server(redis, deadline_seconds=settings.redis.deadline_seconds)
    if settings.redis.url.get_secret_value() != "embedded":
        for warning in warnings:
            logger.warning(warning)


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


__all__ = [
    "Relevo",
    "Role",
    "build_detector",
    "build_dispatcher",
    "build_knowledge",
    "build_policy",
    "open_relevo",
    "read_settings",
]
