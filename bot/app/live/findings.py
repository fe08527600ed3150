"""What ``relevo doctor`` says of the settings that were changed in chat."""

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.app.live.live import open_live
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings

SUBJECT = "changed settings"


async def live_findings(
    settings: Settings, redis: Redis | None
) -> tuple[Settings, Sequence[Finding]]:
    """Return the settings as they count, and name each change that counts no more."""
    if redis is None:
        return settings, ()
    try:
        live = await open_live(settings, redis)
    except ConfigurationError:
        return settings, ()  # whoever looks at the settings says it
    except StateUnavailableError as error:
        return settings, (_unread(str(error)),)
    if live.damage:
        return settings, (_unread(live.damage),)
    findings = [
        Finding(
            subject=SUBJECT,
            health=Health.WARNING,
            text=f"The change of {path} does not count any more, set it anew or correct the file: {why}",
        )
        for path, why in live.unfit.items()
    ]
    changed = len(live.changed) - len(live.unfit)
    if changed and not findings:
        text = f"{changed} settings were changed in chat: /settings show lists them."
        findings.append(Finding(subject=SUBJECT, health=Health.GOOD, text=text))
    return live.settings, findings


def _unread(why: str) -> Finding:
    text = f"What was changed in chat can't be read, so file and environment count alone: {why}"
    return Finding(subject=SUBJECT, health=Health.BROKEN, text=text)
