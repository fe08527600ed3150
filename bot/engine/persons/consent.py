"""Whether somebody's memory is on: the rule of the settings, the places without any, their own switch.

Switching it off stops learning and recall at once; what is remembered stays as it is until it expires or
is forgotten (``/forget``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.engine.persons.people import People
from bot.engine.persons.records import SWITCH, Person, Switch
from bot.vocabulary.memory import ConsentRule

WORDING = "1"
"""The version of what customers are told about memory; another one stands beside each switch from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rule of the settings; ``off_in`` are places (``platform:tenant``) without any memory."""

    rule: ConsentRule = ConsentRule.OPT_OUT
    off_in: Collection[str] = ()

    def allow(self, account: str) -> bool:
        """Whether there may be any memory of an account."""
        return self.rule is not ConsentRule.NONE and account.rpartition(":")[0] not in self.off_in

    def is_on(self, person: Person, account: str) -> bool:
        """Whether what an account says may be learnt, and what is known of the person be used there."""
        if not self.allow(account):
            return False
        return person.switch.is_on if person.switch else self.rule is ConsentRule.OPT_OUT


class Consent:
    """The switches of all persons. Raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(self, people: People, rules: Rules) -> None:
        self.rules = rules
        self._people = people

    async def set(self, account: str, *, on: bool) -> bool:
        """Switch a person's memory on or off; False where the settings allow none."""
        if not self.rules.allow(account):
            return False
        switch = Switch(is_on=on, at=datetime.now(UTC), account=account, wording=WORDING)
        identities, noted = self._people.identities, False
        while not noted:
            person = await self._people.person_of(account)
            noted = await identities.note(person, account, SWITCH, switch.as_text())
        await identities.keep(await self._people.person_of(account))
        return True

    async def is_on(self, account: str) -> bool:
        """Whether the memory of the person with this account is on there."""
        return self.rules.is_on(await self._people.person_of(account), account)
