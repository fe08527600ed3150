"""All stores of persons over one Redis, under one keyring."""

from dataclasses import dataclass

from redis.asyncio import Redis

from bot.engine.keys import DAY_SECONDS
from bot.engine.persons.codes import Codes
from bot.engine.persons.consent import Consent, Rules
from bot.engine.persons.joining import Merge
from bot.engine.persons.lookups import Lookups
from bot.engine.persons.memories import Export, PersonMemories, Recaller
from bot.engine.persons.merging import keep_both
from bot.engine.persons.people import People
from bot.engine.persons.vault import Vault
from bot.engine.sealing.installation import KeySource, open_keyring
from bot.engine.sealing.keyring import Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStores:
    """Who is who, what is remembered of them, and what they allow."""

    keyring: Keyring
    vault: Vault
    people: People
    consent: Consent
    codes: Codes
    lookups: Lookups

    def memories(self, recaller: Recaller, export: Export) -> PersonMemories:
        """Return the memory as turns and customers reach it."""
        return PersonMemories(
            self.lookups,
            self.people,
            self.vault,
            self.consent,
            self.codes,
            recaller=recaller,
            export=export,
        )


async def open_stores(
    redis: Redis,
    source: KeySource,
    rules: Rules,
    *,
    deadline: float,
    days: int,
    merge: Merge = keep_both,
) -> PersonStores:
    """Open the stores; ``days`` is the longest that anything is kept after it was last written.

    Raises:
        ConfigurationError: The key is missing or wrong.
        StateUnavailableError: Redis did not answer in time.
    """
    keyring = await open_keyring(redis, source, deadline=deadline)
    seconds = days * DAY_SECONDS
    vault = Vault(redis, keyring, deadline=deadline, seconds=seconds)
    people = People(redis, vault, deadline=deadline, seconds=seconds, merge=merge)
    return PersonStores(
        keyring=keyring,
        vault=vault,
        people=people,
        consent=Consent(people, rules),
        codes=Codes(redis, people, keyring, deadline=deadline),
        lookups=Lookups(redis, people, vault, deadline=deadline),
    )
