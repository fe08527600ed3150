"""What must hold between settings, beyond each by itself: a name that is used must exist."""

from bot.app.escalation import build_policy
from bot.app.office import build_office
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.rollout import OTHER_NAME
from config.settings import Settings


def check_together(settings: Settings) -> None:
    """Refuse settings that can't be meant together.

    Raises:
        ConfigurationError: One sentence that names what is wrong.
    """
    build_office(settings)
    build_policy(settings)
    _check_topics(settings)


def check_change(before: Settings, after: Settings) -> None:
    """Refuse a step that would take effect at the next start alone.

    Raises:
        ConfigurationError: One sentence that says so.
    """
    first, second = before.memory.consent, after.memory.consent
    if first != second and "none" in {first, second}:
        raise ConfigurationError(
            f"memory.consent can't go from {first} to {second} while Relevo runs: put it into "
            "relevo.toml, and start Relevo again."
        )
    if before.timing.raised_tiers != after.timing.raised_tiers or before.tiers != after.tiers:
        _check_tiers(after)


def _check_topics(settings: Settings) -> None:
    known = [*(topic.name for topic in settings.topics), OTHER_NAME]
    for topic in settings.rollout.topics:
        if topic.name not in known:
            raise ConfigurationError(
                f"[[rollout.topics]] names {topic.name}, which [[topics]] does not have (there: "
                f"{', '.join(known) or 'none'}): correct the name or add it."
            )


def _check_tiers(settings: Settings) -> None:
    known = [tier.name for tier in settings.tiers]
    for name in settings.timing.raised_tiers:
        if name not in known:
            raise ConfigurationError(
                f"timing.raised_tiers names {name}, which [[tiers]] does not have (there: "
                f"{', '.join(known) or 'none'}): correct the name or add it."
            )
