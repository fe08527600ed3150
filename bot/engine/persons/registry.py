"""Who is who, for whoever erases: a person with all accounts and places, and their end."""

from collections.abc import Iterable, Sequence

from bot.engine.codec import Trodden
from bot.engine.erasing.eraser import Entry
from bot.engine.persons.codes import Codes
from bot.engine.persons.identities import HOPS
from bot.engine.persons.people import People
from bot.engine.persons.records import Visit, group_of
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef


class PersonRegistry:
    """See ``Registry``."""

    def __init__(self, people: People, codes: Codes) -> None:
        self._people = people
        self._codes = codes

    async def entry_of(self, identity: str) -> Entry | None:
        """See ``Registry.entry_of``."""
        person = await self._people.find(identity)
        if person is None:
            return None
        visits = await self._people.visits(person)
        return Entry(person=person.id, accounts=person.accounts, places=_places(visits))

    async def places_of(self, accounts: Sequence[str]) -> Sequence[Trodden]:
        """See ``Registry.places_of``."""
        found: list[Visit] = []
        for account in accounts:
            person = await self._people.find(account)
            visits = await self._people.visits(person) if person else ()
            found += [visit for visit in visits if visit.account == account]
        return _places(found)

    async def end(self, person: str, accounts: Sequence[str]) -> None:
        """See ``Registry.end``."""
        for account in accounts:
            await self._codes.revoke(account)
        for _ in range(HOPS):
            if await self._people.end(person, accounts):
                return
        raise StateUnavailableError("A person changes too fast to be erased: it is tried again.")

    async def forget_author(self, place: ConversationRef, accounts: Iterable[str]) -> None:
        """Forget that accounts wrote in a shared place."""
        for account in accounts:
            await self._people.places.forget_author(group_of(place), account)


def _places(visits: Iterable[Visit]) -> tuple[Trodden, ...]:
    """Return each place once."""
    found = {Trodden(place=visit.place, is_direct=visit.is_direct): None for visit in visits}
    return tuple(found)
