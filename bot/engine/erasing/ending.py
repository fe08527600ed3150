"""The end of what is kept of persons: erasing, erasing again after a restored backup, and what they may take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.engine.erasing.caches import Caches
from bot.engine.erasing.eraser import Erasing, Stores
from bot.engine.erasing.erasures import Erasures
from bot.engine.erasing.everybody import AllPersons
from bot.engine.erasing.exporting import Exporting
from bot.engine.erasing.replaying import Replaying
from bot.engine.erasing.rewriting import Rewriting
from bot.engine.erasing.streams import Streams
from bot.engine.erasing.tombstones import FILE_NAME, PURPOSE, TombstoneFile, Tombstones
from bot.engine.erasing.wiping import Wiping
from bot.engine.persons.registry import PersonRegistry
from bot.engine.persons.stores import PersonStores
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Forgetful


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ends and what takes along, over the same stores."""

    tombstones: Tombstones
    erasures: Erasures
    erasing: Erasing
    replaying: Replaying
    exporting: Exporting


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingOptions:
    """How persons are erased.

    ``folder`` is where tombstones are kept outside of Redis, for ``tombstone_days``. ``farewell`` is what
    the desk hears of an open case whose customer is gone. ``sections`` are those of each platform's adapter
    in which people's ids, names or words may stand; ``forgetful`` are adapters that keep what they show.
    """

    folder: Path
    tombstone_days: int
    farewell: Callable[[], str]
    sections: Mapping[Platform, tuple[str, ...]] = field(
        default_factory=dict[Platform, tuple[str, ...]]
    )
    forgetful: Sequence[Forgetful] = ()


def build_ending(
    redis: Redis, persons: PersonStores, options: EndingOptions, *, deadline: float
) -> Ending:
    """Build what ends, over all stores of persons."""
    tombstones = _tombstones(redis, persons, options, deadline)
    caches = Caches(redis=redis, sections=options.sections, deadline=deadline)
    erasures, streams = Erasures(redis, deadline=deadline), Streams(redis, deadline=deadline)
    erasing = Erasing(
        erasures,
        Stores(
            registry=PersonRegistry(persons.people, persons.codes),
            groups=persons.vault,
            tombstones=tombstones,
            wiping=Wiping(redis, deadline=deadline, farewell=options.farewell),
            streams=streams,
            caches=caches,
            rewriting=Rewriting(redis, deadline=deadline),
            forgetful=options.forgetful,
        ),
    )
    everybody = AllPersons(redis=redis, deadline=deadline)
    return Ending(
        tombstones=tombstones,
        erasures=erasures,
        erasing=erasing,
        replaying=Replaying(tombstones, everybody, persons.people.part, erasures, erasing),
        exporting=Exporting(
            redis=redis,
            people=persons.people,
            vault=persons.vault,
            consent=persons.consent,
            streams=streams,
            caches=caches,
            deadline=deadline,
        ),
    )


def _tombstones(
    redis: Redis, persons: PersonStores, options: EndingOptions, deadline: float
) -> Tombstones:
    def digest(account: str) -> str:
        return persons.keyring.mark(PURPOSE, account)

    return Tombstones(
        redis=redis,
        file=TombstoneFile(path=options.folder / FILE_NAME),
        digest=digest,
        keep=timedelta(days=options.tombstone_days),
        deadline=deadline,
    )
