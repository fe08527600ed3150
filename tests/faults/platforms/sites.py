"""A platform with several customers, how it tells Relevo what they write, and all that goes wrong.

``Site`` is what faults and crowd know of a platform; ``slack``, ``discord`` and ``telegram`` are the
three, Slack and Telegram once more over HTTP.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, ClassVar

from aiohttp import ClientError

from bot.vocabulary.messages import ConversationRef, Platform
from tests.faults.platforms.ledger import Entry, Ledger, Telling
from tests.platforms.stage import Seen, Someone, Stage, said_by_relevo

CUSTOMERS = 4
SLOW_SECONDS = 1.6
"""An answer that takes so long comes after the deadline of a send (``worker.SEND_SECONDS``)."""

RETRIES = (0.05, 0.4, 1.5)
"""When an event that was not acknowledged is told again: Slack's schedule, in a hurry."""

ACK_SECONDS = 0.7


class How(StrEnum):
    """What happens to one send."""

    LIMITED = "limited"
    LIMITED_FOR_ALL = "limited for all"
    BROKEN = "5xx"
    DONE_BROKEN = "done, 5xx"
    DROPPED = "dropped"
    DONE_DROPPED = "done, dropped"
    SLOW = "slow"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One send that goes wrong; ``seconds`` is how long the platform asks to wait, None if unsaid."""

    how: How
    seconds: float | None = None
    status: int = 500


@dataclass(slots=True, kw_only=True)
class Customer:
    """Somebody and their conversation with the bot: private, or ``among_others`` in a channel or group.

    There the first message names the bot; where there are threads, that begins the conversation's own.
    """

    who: Someone
    place: ConversationRef
    among_others: bool = False

    @property
    def name(self) -> str:
        """How the ledger calls them."""
        return self.who.name


Doors = Callable[[], Sequence[int]]
"""The ports of the living processes."""


@dataclass
class Site(ABC):
    """See the module. ``tasks`` runs tellings in the background until the run ends.

    ``size`` is how many customers live there, ``among_others`` how many of them in a channel or group.
    """

    stage: Stage
    dice: Random
    tasks: asyncio.TaskGroup
    doors: Doors
    ledger: Ledger = field(default_factory=Ledger)
    customers: list[Customer] = field(default_factory=list[Customer])
    size: int = CUSTOMERS
    among_others: int = 1
    busy: int = 0
    _telling: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    name: ClassVar[str] = ""
    platform: ClassVar[Platform]
    keeps_order: ClassVar[bool] = True
    """Whether the platform hands events out in their order, one after the other."""

    def __post_init__(self) -> None:
        self.populate()

    def populate(self) -> None:
        """Let customers live there."""
        for number in range(1, self.size + 1):
            among_others = number > self.size - self.among_others
            self.customers.append(self.settle(number, among_others=among_others))

    @abstractmethod
    def settle(self, number: int, *, among_others: bool) -> Customer:
        """Let one customer live there."""

    # What the adapter is built with

    @property
    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The arguments of the adapter."""

    @abstractmethod
    async def ready(self) -> None:
        """Return when events reach Relevo."""

    # What customers do and see

    async def write(self, customer: Customer, words: str = "hello") -> Entry:
        """Let a customer write; the platform tells it, or hands it out, meanwhile."""
        entry = self.ledger.write(customer.name, words)
        await self.send(customer, entry)
        return entry

    @abstractmethod
    async def send(self, customer: Customer, entry: Entry) -> None:
        """Let a message that stands in the ledger be written, and told."""

    async def write_in_a_gap(self, customer: Customer) -> Entry:
        """Write while nobody listens, for longer than the platform tries to tell."""
        return await self.write(customer)

    async def write_mixed_up(self, customer: Customer, count: int) -> list[Entry]:
        """Write several messages that are told in parallel, the last one first."""
        raise NotImplementedError(self.name)

    def replies(self, customer: Customer) -> list[str]:
        """Return what a customer sees of Relevo, oldest first."""
        return said_by_relevo(self.seen(customer.place))

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        """Return all that is visible in a place."""
        return self.stage.seen(place)

    # What goes wrong

    @abstractmethod
    def trouble(self, *troubles: Trouble) -> None:
        """Let the next sends go wrong, one after the other."""

    @abstractmethod
    def troubles_left(self) -> int:
        """Return how many of them were not met yet."""

    @abstractmethod
    async def tell_again(self, entry: Entry, times: int) -> None:
        """Tell something that was told before, several times at once."""

    @abstractmethod
    async def babble(self) -> None:
        """Tell something that can't be read, among the good."""

    @abstractmethod
    async def cut(self) -> None:
        """Cut all connections by which events come, without a word."""

    def forget(self) -> None:
        """Forget what a platform forgets after a long while: sessions, keys of sends."""
        return

    # Telling

    async def tell(self, entry: Entry, once: Callable[[Telling], Awaitable[bool]]) -> None:
        """Tell an event until it is acknowledged or the platform has had enough."""
        for pause in (*RETRIES, None):
            entry.tellings += 1
            entry.told = Telling(time.monotonic())
            entry.is_acknowledged = await once(entry.told)
            entry.told.ended = time.monotonic()
            if entry.is_acknowledged:
                return
            if pause is not None:
                await asyncio.sleep(pause * self.dice.uniform(0.8, 1.2))
        entry.is_held = True

    async def through_a_door(
        self, deliver: Callable[[int], Awaitable[bool]], telling: Telling | None
    ) -> bool:
        """Call one of the living processes by its port; whether it acknowledged in time."""
        if not (ports := self.doors()):
            return False
        port = self.dice.choice(ports)
        if telling is not None:
            telling.port = port
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return await deliver(port)
        except (ClientError, OSError, TimeoutError):
            return False

    def in_background(self, work: Awaitable[None]) -> None:
        """Do something meanwhile; ``busy`` counts what is not done."""

        async def do() -> None:
            try:
                await work
            finally:
                self.busy -= 1

        self.busy += 1
        self._telling.add(task := self.tasks.create_task(do()))
        task.add_done_callback(self._telling.discard)

    def end(self) -> None:
        """Tell nothing more."""
        for task in set(self._telling):
            task.cancel()
