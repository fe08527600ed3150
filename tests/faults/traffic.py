"""What customers and agents do while something breaks, drawn from one seed."""

import asyncio
from dataclasses import dataclass, field
from random import Random

from tests.faults.ledger import Ledger
from tests.faults.person import Doors, Person

QUESTIONS = (
    "How long does delivery take?",
    "How do I send something back?",
    "Can I change my order?",
    "My cast iron pan is rusty, what can I do?",
    "Where is my invoice?",
    "¿Cuánto tarda el envío?",
    "¿Cómo devuelvo un artículo?",
    "thanks",
    "qwertz uiop",
)
WISHES = ("I want to talk to a human please", "Quiero hablar con una persona", "human please")
CUSTOMERS = ("carla", "diego", "elena", "frank")
AGENTS = ("ana", "ben")
MOST_MESSAGES = 18
"""Of one customer: history and receipts of a conversation stay complete, so that all can be judged."""


@dataclass
class Crowd:
    """Everybody who writes during a run. The first two customers ask for a human, the others never.

    ``prefers`` is the door of the customers; the agents use the other one.
    """

    doors: Doors
    dice: Random
    prefers: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    _end: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.customers = [self._person("customer", name, self.prefers) for name in CUSTOMERS]
        self.agents = [self._person("agent", name, self.prefers + 1) for name in AGENTS]

    async def live(self) -> None:
        """Keep all pages connected until cancelled."""
        async with asyncio.TaskGroup() as pages:
            for person in (*self.customers, *self.agents):
                pages.create_task(person.live())

    async def write(self) -> None:
        """Write until ``stop``; returns once everything written is acknowledged."""
        async with asyncio.TaskGroup() as writing:
            for number, customer in enumerate(self.customers):
                writing.create_task(self._customer(customer, asks_human=number < 2))
            for number, agent in enumerate(self.agents):
                writing.create_task(self._agent(agent, number))

    def stop(self) -> None:
        """Let nobody begin another message."""
        self._end.set()

    def _person(self, role: str, name: str, door: int) -> Person:
        who = {"role": role, "id": name, "name": name.title()}
        return Person(
            who,
            doors=self.doors,
            prefers=door,
            ledger=self.ledger,
            dice=Random(self.dice.random()),
        )

    async def _customer(self, customer: Person, *, asks_human: bool) -> None:
        wish = self.dice.randrange(1, 4) if asks_human else -1
        for number in range(MOST_MESSAGES):
            if await self._pause(0.02, 0.3):
                return
            texts = WISHES if number in {wish, wish + 6} else QUESTIONS
            await customer.say(self.dice.choice(texts))

    async def _agent(self, agent: Person, number: int) -> None:
        """Work on every second thread that is opened, from its claim to its end."""
        done = 0
        while not await self._pause(0.02, 0.06):
            mine = [thread for thread in agent.threads if _owner_of(thread) == number]
            if done < len(mine):
                await self._work(agent, mine[done])
                done += 1

    async def _work(self, agent: Person, thread: str) -> None:
        await agent.say("/claim", thread=thread)
        for _ in range(self.dice.randrange(1, 4)):
            if await self._pause(0.02, 0.2):
                return
            await agent.say("/reply I am looking into it", thread=thread, delivers=True)
            if self.dice.random() < 0.3:
                await agent.say("only a note", thread=thread)
        if not await self._pause(0.02, 0.3):
            await agent.say(self.dice.choice(("/resolve", "/return")), thread=thread)

    async def _pause(self, least: float, most: float) -> bool:
        """Wait a while; True when it is time to go home."""
        try:
            async with asyncio.timeout(self.dice.uniform(least, most)):
                await self._end.wait()
        except TimeoutError:
            return False
        return True


def _owner_of(thread: str) -> int:
    return sum(thread.encode()) % len(AGENTS)
