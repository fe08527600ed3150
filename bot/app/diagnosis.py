"""Looks at an installation without serving anyone: all that is set, from Redis to the desk."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from redis.asyncio import Redis

from bot.app.alone import NOWHERE
from bot.app.embeddings import embedding_findings
from bot.app.escalation import escalation_findings
from bot.app.live.findings import live_findings
from bot.app.memory_check import memory_findings
from bot.app.models import check_finding, model_specs
from bot.app.moods import mood_findings
from bot.app.office import office_findings
from bot.app.opening import find_state, open_redis
from bot.app.platforms import build_adapter, desk_adapter, platforms_set_up
from bot.app.reranking import reranking_findings
from bot.app.standin import UNREAD, tools_without_redis
from bot.app.stores import open_knowledge, weaviate_findings
from bot.engine.client.connection import check_server
from bot.vocabulary.errors import AuthenticationError, RelevoError, StateUnavailableError
from bot.vocabulary.knowledge import review_day
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter, Finding, Health
from config.settings import Settings
from knowledge.answering.calibration import CalibrationFile, calibration_path
from knowledge.labels import is_overdue

NO_PLATFORM = Finding(
    subject="platforms",
    health=Health.BROKEN,
    text="No platform is set up: begin with 'relevo init', or set slack.bot_token, discord.token or "
    "telegram.token.",
)


async def diagnose(settings: Settings) -> Sequence[Finding]:
    """Look at everything that the settings name, and say how each is and what helps."""
    findings: list[Finding] = []
    async with _redis(settings, findings) as redis, AsyncExitStack() as stack:
        settings, changed = await live_findings(settings, redis)
        findings.extend(changed)
        findings.append(await asyncio.to_thread(_knowledge, settings))
        findings.extend(await weaviate_findings(settings))
        findings.extend(await asyncio.to_thread(embedding_findings, settings))
        findings.extend(await asyncio.to_thread(reranking_findings, settings))
        findings.extend(await asyncio.to_thread(mood_findings, settings))
        findings.extend([await check_finding(settings, spec) for spec in model_specs(settings.llm)])
        findings.extend(office_findings(settings))
        findings.extend(escalation_findings(settings))
        findings.extend(await memory_findings(settings, redis))
        adapters: dict[Platform, ChatAdapter] = {}
        for platform in platforms_set_up(settings):
            try:
                adapters[platform] = await _adapter(platform, settings, redis, stack)
            except RelevoError as error:
                findings.append(_broken(platform, error))
            else:
                stack.push_async_callback(adapters[platform].close)
        # Adapters look at the desk's channel more closely once they know which it is.
        desk = await _desk(settings, adapters)
        for adapter in adapters.values():
            if redis is not None or adapter.platform is not Platform.PLAYGROUND:
                found = await _platform(adapter)
                own_desk = f"{adapter.platform} desk"
                findings.extend(one for one in found if _is_news(one, own_desk, desk))
        if not platforms_set_up(settings):
            findings.append(NO_PLATFORM)
        findings.append(desk)
    return findings


@asynccontextmanager
async def _redis(settings: Settings, findings: list[Finding]) -> AsyncGenerator[Redis | None]:
    """Open Redis as ``run`` would; one that can't be used is a finding, and None."""
    async with AsyncExitStack() as stack:
        found: Redis | None = None
        try:
            address = await stack.enter_async_context(find_state(settings))
            checked = await stack.enter_async_context(open_redis(settings, address))
            seconds = settings.redis.deadline_seconds
            warnings = await check_server(checked, deadline_seconds=seconds)
        except RelevoError as error:
            findings.append(_broken("redis", error))
        else:
            found = checked
            embedded = settings.redis.url.get_secret_value() == "embedded"
            findings.append(_redis_finding([] if embedded else warnings))
        yield found


async def _adapter(
    platform: Platform, settings: Settings, redis: Redis | None, stack: AsyncExitStack
) -> ChatAdapter:
    """Build an adapter; without Redis one with which a look is possible all the same."""
    if redis is not None:
        return build_adapter(platform, settings, redis)
    nobody = await stack.enter_async_context(open_redis(settings, NOWHERE))
    return build_adapter(platform, settings, nobody, tools_without_redis())


def _is_news(finding: Finding, own_desk: str, desk: Finding) -> bool:
    """Whether a platform's finding says more than that Redis is missing, or of the desk the same.

    ``own_desk`` is the subject under which the platform tells of the desk.
    """
    if finding.text == UNREAD:
        return False
    return replace(finding, subject=desk.subject) != desk or finding.subject != own_desk


def _redis_finding(warnings: Sequence[str]) -> Finding:
    if warnings:
        return Finding(subject="redis", health=Health.WARNING, text=" ".join(warnings))
    return Finding(subject="redis", health=Health.GOOD, text="Redis answers and keeps its data.")


def _knowledge(settings: Settings) -> Finding:
    try:
        knowledge = open_knowledge(settings)
        try:
            documents = knowledge.documents_now()
            knowledge.passages_now()  # refused when they are of other vectors
            CalibrationFile(
                calibration_path(settings.data_dir)
            ).current()  # refused when unreadable
        finally:
            knowledge.close_now()
    except RelevoError as error:
        return _broken("knowledge", error)
    count = len(documents)
    if not count:
        text = "There are no documents, so every question goes to a person: relevo kb add FOLDER."
        return Finding(subject="knowledge", health=Health.WARNING, text=text)
    late = sum(is_overdue(document.review_by, review_day()) for document in documents)
    if late:
        text = (
            f"The review date of {late} of {count} documents has passed, so that answers from them "
            "count less: relevo kb list --overdue."
        )
        return Finding(subject="knowledge", health=Health.WARNING, text=text)
    return Finding(subject="knowledge", health=Health.GOOD, text=f"{count} documents are loaded.")


async def _platform(adapter: ChatAdapter) -> Sequence[Finding]:
    try:
        found = await adapter.diagnose()
    except RelevoError as error:
        return [_broken(adapter.platform, error)]
    return [replace(one, subject=_on(adapter.platform, one.subject)) for one in found]


def _on(platform: Platform, subject: str) -> str:
    """Say whose token or channel it is, where the adapter has not."""
    return subject if subject.lower().startswith(platform) else f"{platform} {subject}"


async def _desk(settings: Settings, adapters: dict[Platform, ChatAdapter]) -> Finding:
    name = settings.desk.channel.partition(":")[0]
    if name in set(platforms_set_up(settings)) - set(adapters):
        text = f"The desk is on {name}, which can't be used as it is set: put that right first."
        return Finding(subject="desk", health=Health.BROKEN, text=text)
    try:
        adapter, channel_id = desk_adapter(settings, adapters)
        desk = await adapter.locate(channel_id)
    except AuthenticationError:
        text = f"The desk can't be looked at: put the token of {name} right first."
        return Finding(subject="desk", health=Health.BROKEN, text=text)
    except StateUnavailableError:
        text = "The desk can't be looked at: put Redis right first."
        return Finding(subject="desk", health=Health.BROKEN, text=text)
    except RelevoError as error:
        return _broken("desk", error)
    return Finding(subject="desk", health=Health.GOOD, text=f"Cases are opened in {desk}.")


def _broken(subject: str, error: RelevoError) -> Finding:
    return Finding(subject=subject, health=Health.BROKEN, text=str(error))
