"""Looks at the memory for ``relevo doctor``: its key, its tombstones, erasures that come to no end."""

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.app.memory import key_source
from bot.engine.erasing.erasures import Erasures
from bot.engine.erasing.tombstones import FILE_NAME, TombstoneFile
from bot.engine.sealing.installation import keyring_of, read_installation
from bot.vocabulary.errors import RelevoError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings

LATE_SECONDS = 3600.0
"""An erasure takes seconds, and its last look comes two minutes later."""


async def memory_findings(settings: Settings, redis: Redis | None) -> Sequence[Finding]:
    """Say how the memory is, changing nothing; nothing where Redis is missing."""
    if redis is None:
        return ()
    try:
        health, text = await _looked(settings, redis)
    except RelevoError as error:
        health, text = Health.BROKEN, str(error)
    return (Finding(subject="memory", health=health, text=text),)


async def _looked(settings: Settings, redis: Redis) -> tuple[Health, str]:
    deadline = settings.redis.deadline_seconds
    source = key_source(settings)
    fields = await read_installation(redis, deadline=deadline)
    if fields:
        await keyring_of(fields, source)
    TombstoneFile(path=settings.data_dir / FILE_NAME).check()
    late = await Erasures(redis, deadline=deadline).late(LATE_SECONDS)
    if late:
        return Health.WARNING, (
            f"{late} erasures were asked for more than an hour ago and are not done: the log of a "
            "worker names the cause, so put that right."
        )
    if not fields:
        return Health.GOOD, "Nothing is remembered yet: its key is made at the first start."
    return Health.GOOD, "What is remembered can be decrypted, and no erasure waits."
