"""What ``relevo doctor`` says of the settings that were changed in chat."""

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.app.live.live import open_live
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings

SUBJECT = "changed settings"


async def live_findings(
    settings: Settings, redis: Redis | None
) -> tuple[Settings, Sequence[Finding]]:
    """Return the settings as they count, and name each change that counts no more.

    Raises:
        StateUnavailableError: Redis did not answer in time.
    """
    if redis is None:
        return settings, ()
    try:
        live = await open_live(settings, redis)
    except ConfigurationError:
        return settings, ()  # whoever looks at the settings says it
    if live.damage:
        text = f"What was changed in chat can't be read, so file and environment count alone: {live.damage}"
        return settings, (Finding(subject=SUBJECT, health=Health.BROKEN, text=text),)
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
