"""Opens the memory as the settings say: what is kept of persons, who learns, what is recalled, its end."""

from asyncio import to_thread
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from redis.asyncio import Redis

from adapters.personal import PERSONAL_SECTIONS
from bot.app.models import deadlines
from bot.conversation.remembering.exporting import Exports
from bot.engine.erasing.ending import Ending, EndingOptions, build_ending
from bot.engine.lessons import StoredOwners, Teaching
from bot.engine.persons.consent import Consent, Rules
from bot.engine.persons.merging import keep_both
from bot.engine.persons.stores import PersonStores, open_stores
from bot.engine.sealing.installation import KeySource
from bot.engine.sealing.rewrapping import Rewrapping
from bot.engine.sealing.sources import choose_source
from bot.memory.learning import PatternLearner
from bot.memory.profile import are_rivals
from bot.memory.recall.recaller import Recaller
from bot.memory.retention import Keeping
from bot.texts import say
from bot.vocabulary.files import FileMaker
from bot.vocabulary.memory import ConsentRule, Learner, Memories
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter, Forgetful
from config.settings import Settings
from knowledge.language.near_words import near_words
from knowledge.model import ModelFactWriter, WritingModel


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryParts:
    """The memory of an installation, for those who work with it; a process that does no work has none.

    ``maker`` writes the files that people are given of it, ``ending`` erases. The ``rules`` of
    ``consent`` may change. Without ``teaching``
    nothing is learnt of anybody, as where the settings allow no memory.
    """

    memories: Memories | None = None
    maker: FileMaker | None = None
    consent: Consent | None = None
    ending: Ending | None = None
    teaching: Teaching | None = None


async def open_memory(
    settings: Settings,
    redis: Redis,
    adapters: Collection[ChatAdapter],
    models: Sequence[WritingModel] = (),
    *,
    language: Callable[[], str] | None = None,
) -> MemoryParts:
    """Open all parts of the memory; with ``memory.use_model`` these models read what patterns miss.

    ``language`` says what agents read by now, if not always ``desk.language`` of the settings.

    Raises:
        ConfigurationError: The key is missing or wrong.
        StateUnavailableError: Redis did not answer in time.
    """
    persons = await open_persons(settings, redis)
    # The table is read once, so that nobody's turn waits for it.
    await to_thread(near_words, "", "en")
    ending = open_ending(settings, redis, persons, adapters, language=language)
    memories = persons.memories(
        Recaller(settings.memory.budget_tokens, near_words), ending.exporting.export
    )
    owners = StoredOwners(
        people=persons.people,
        vault=persons.vault,
        consent=persons.consent,
        tombstones=ending.tombstones,
    )
    teaching = Teaching(
        learner=build_learner(settings, models), owners=owners, simpler=build_learner(settings)
    )
    return MemoryParts(
        memories=memories,
        maker=Exports(memories),
        consent=persons.consent,
        ending=ending,
        teaching=None if settings.memory.consent == "none" else teaching,
    )


def build_learner(settings: Settings, models: Sequence[WritingModel] = ()) -> Learner:
    """Build who learns: careful patterns, and what a language model can quote beside them."""
    memory = settings.memory
    keeping = Keeping(
        fact_days=memory.fact_days,
        replaced_days=memory.replaced_days,
        episode_days=memory.episode_days,
        thread_days=memory.thread_days,
    )
    reads = memory.use_model and models
    writer = ModelFactWriter(models, deadlines(settings.llm)) if reads else None
    return PatternLearner(keeping, writer)


async def open_persons(settings: Settings, redis: Redis) -> PersonStores:
    """Open the stores of persons.

    Raises:
        ConfigurationError: The key is missing or wrong.
        StateUnavailableError: Redis did not answer in time.
    """
    memory = settings.memory
    days = max(memory.fact_days, memory.episode_days, memory.thread_days, memory.replaced_days)
    return await open_stores(
        redis,
        key_source(settings),
        consent_rules(settings),
        deadline=settings.redis.deadline_seconds,
        days=max(days, settings.conversation.history_days),
        merge=partial(keep_both, are_rivals=are_rivals),
    )


def consent_rules(settings: Settings) -> Rules:
    """Return whose memory may be on."""
    memory = settings.memory
    return Rules(rule=ConsentRule(memory.consent), off_in=frozenset(memory.off_in))


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
    *,
    language: Callable[[], str] | None = None,
) -> Ending:
    """Open what erases persons; of the ``adapters`` those count that keep what they show themselves.

    ``language`` is as in ``open_memory``.
    """

    def farewell() -> str:
        return say("memory.desk_erased", language() if language else settings.desk.language)

    options = EndingOptions(
        folder=settings.data_dir,
        tombstone_days=settings.memory.tombstone_days,
        farewell=farewell,
        sections=PERSONAL_SECTIONS,
        forgetful=tuple(adapter for adapter in adapters if isinstance(adapter, Forgetful)),
    )
    return build_ending(redis, persons, options, deadline=settings.redis.deadline_seconds)


def forgetful_adapters(settings: Settings, redis: Redis) -> tuple[ChatAdapter, ...]:
    """Build the adapters that keep what they show themselves, for a command beside a running Relevo."""
    from bot.app.platforms import build_adapter  # noqa: PLC0415 - builds no other platform

    return (build_adapter(Platform.PLAYGROUND, settings, redis),)
