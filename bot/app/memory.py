"""Opens what is kept of persons, and its end, as the settings say."""

from collections.abc import Collection

from redis.asyncio import Redis

from adapters.personal import PERSONAL_SECTIONS
from bot.engine.persons.consent import Rules
from bot.engine.persons.ending import Ending, EndingOptions, build_ending
from bot.engine.persons.installation import KeySource
from bot.engine.persons.rewrapping import Rewrapping
from bot.engine.persons.sources import choose_source
from bot.engine.persons.stores import PersonStores, open_stores
from bot.texts import say
from bot.vocabulary.memory import ConsentRule
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter, Forgetful
from config.settings import Settings


async def open_persons(settings: Settings, redis: Redis) -> PersonStores:
    """Open the stores of persons.

    Raises:
        ConfigurationError: The key is missing or wrong.
        StateUnavailableError: Redis did not answer in time.
    """
    memory = settings.memory
    rules = Rules(rule=ConsentRule(memory.consent), off_in=frozenset(memory.off_in))
    days = max(memory.fact_days, memory.episode_days, memory.thread_days, memory.replaced_days)
    return await open_stores(
        redis,
        key_source(settings),
        rules,
        deadline=settings.redis.deadline_seconds,
        days=max(days, settings.conversation.history_days),
    )


def key_source(settings: Settings) -> KeySource:
    """Say where the tenant keys come from.

    Raises:
        ConfigurationError: What the settings say can't be meant.
    """
    memory = settings.memory
    return choose_source(
        key=memory.key.get_secret_value(),
        previous=[key.get_secret_value() for key in memory.previous_keys],
        command=memory.key_command,
        folder=settings.data_dir,
    )


def build_rewrapping(settings: Settings, redis: Redis) -> Rewrapping:
    """Build what wraps all data keys anew."""
    return Rewrapping(redis, key_source(settings), deadline=settings.redis.deadline_seconds)


def open_ending(
    settings: Settings,
    redis: Redis,
    persons: PersonStores,
    adapters: Collection[ChatAdapter],
) -> Ending:
    """Open what erases persons; of the ``adapters`` those count that keep what they show themselves."""
    options = EndingOptions(
        folder=settings.data_dir,
        tombstone_days=settings.memory.tombstone_days,
        farewell=say("memory.desk_erased", settings.desk.language),
        sections=PERSONAL_SECTIONS,
        forgetful=tuple(adapter for adapter in adapters if isinstance(adapter, Forgetful)),
    )
    return build_ending(redis, persons, options, deadline=settings.redis.deadline_seconds)


def forgetful_adapters(settings: Settings, redis: Redis) -> tuple[ChatAdapter, ...]:
    """Build the adapters that keep what they show themselves, for a command beside a running Relevo."""
    from bot.app.platforms import build_adapter  # noqa: PLC0415 - builds no other platform

    return (build_adapter(Platform.PLAYGROUND, settings, redis),)
