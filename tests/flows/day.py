"""A town of customers and agents on three platforms, and a diary of all that they say and see."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

from adapters.discord.parse import direct as discord_direct
from bot.engine.ratings import Ratings
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.surveys import Rating
from tests.flows.installation import Installation, eventually, installation, sees
from tests.platforms.discord import payloads
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.slack.stage import SlackStage
from tests.platforms.slack.stage import place as slack_place
from tests.platforms.stage import Seen, Someone, Stage
from tests.platforms.telegram.stage import TelegramStage
from tests.platforms.telegram.stage import place as telegram_place

TEAMS = [
    {"name": "help", "first_reply": {"normal": 30}},
    {"name": "billing", "topics": ["invoices"], "channel": ""},
]
TOPICS = [{"name": "invoices", "words": ["invoice", "invoices", "factura", "facturas"]}]


@dataclass
class Person:
    """Somebody on a platform, and where they write: their own conversation, or the desk."""

    name: str
    stage: Stage
    who: Someone
    place: ConversationRef


@dataclass
class Day:
    """The town, its diary, and what anybody can do in it."""

    here: Installation
    redis: Redis
    customers: dict[str, Person] = field(default_factory=dict[str, Person])
    agents: dict[str, Person] = field(default_factory=dict[str, Person])
    diary: list[str] = field(default_factory=list[str])

    def note(self, who: str, text: str) -> None:
        first, *more = text.strip().splitlines() or [""]
        self.diary.append(f"{who:>22}  {first}")
        self.diary += [f"{'':>22}  {line}" for line in more if line.strip()]

    def hour(self, title: str) -> None:
        self.diary.append(f"\n--- {title} ---")

    async def says(self, name: str, text: str) -> None:
        """A customer writes."""
        person = self.customers[name]
        self.note(f"{name} ({person.stage.platform})", text)
        await person.stage.write(person.place, text, who=person.who)

    async def hears(self, name: str, words: str) -> Seen:
        """A customer reads something with these words."""
        person = self.customers[name]
        seen = await sees(person.stage, person.place, words)
        self.note(f"→ {name}", seen.text)
        return seen

    async def presses(self, name: str, action: str) -> None:
        """A customer presses the newest button of which the action says so."""
        person = self.customers[name]
        await eventually(lambda: _buttons(person, person.place, action), f"{name}: {action}")
        message, found = _buttons(person, person.place, action)[-1]
        self.note(f"{name} ({person.stage.platform})", f"[{found}]")
        await person.stage.press(person.place, message, found, who=person.who)

    async def does(self, name: str, words: str, thread: ConversationRef) -> None:
        """An agent writes in a thread, with the prefix of verbs where it is one."""
        person = self.agents[name]
        self.note(f"{name} [desk, {person.stage.platform}]", words)
        await person.stage.write(thread, words, who=person.who)

    async def reads(self, name: str, words: str, thread: ConversationRef) -> None:
        """An agent reads something in a thread."""
        seen = await sees(self.agents[name].stage, thread, words)
        self.note(f"→ desk ({self.agents[name].stage.platform})", _short(seen.text))

    async def case_of(self, name: str, *, at: str) -> ConversationRef:
        """Wait until a customer's case has a thread at an agent's desk, and return it."""
        desk, customer = self.agents[at].stage, self.customers[name]

        def threads() -> list[ConversationRef]:
            return [
                one
                for one in desk.threads()
                if any(customer.who.name in item.text for item in desk.seen(one))
            ]

        await eventually(threads, f"a thread for {name}")
        return threads()[-1]

    async def later(self, name: str, kind: AlarmKind, about: str = "") -> None:
        """Let the time come for an alarm that is set in a customer's conversation."""
        past = datetime.now(UTC) - timedelta(seconds=5)
        bell = Bell(
            conversation=self.customers[name].place, alarm=Alarm(kind=kind, at=past, about=about)
        )
        await self.here.relevo.engine.alarms.set(bell)

    async def ratings(self) -> list[Rating]:
        """All that customers answered today."""
        return list(await Ratings(self.redis, deadline=5.0).since(datetime.min.replace(tzinfo=UTC)))

    def shown_to(self, name: str) -> str:
        person = self.customers[name]
        seen = person.stage.seen(person.place)
        return "\n".join(item.text for item in seen if item.by_relevo)


@asynccontextmanager
async def a_day(redis: Redis, redis_url: str, folder: Path) -> AsyncGenerator[Day]:
    """Open three platforms with six customers and three agents, and Relevo among them."""
    async with AsyncExitStack() as stack:
        stages = {name: await stack.enter_async_context(open_stage(name)) for name in PLATFORMS}
        people = _Town(stages)
        desk = stages[Platform.SLACK]
        running = installation(
            redis_url, folder, stages.values(), desk=desk, **_settings(people, stages)
        )
        here = await stack.enter_async_context(running)
        yield Day(here=here, redis=redis, customers=people.customers, agents=people.agents)


def _settings(people: "_Town", stages: dict[Platform, Stage]) -> dict[str, Any]:
    teams = [dict(team) for team in TEAMS]
    teams[1]["channel"] = stages[Platform.DISCORD].desk_setting
    seats = [
        {"id": f"slack:{people.agents['Ana'].who.user_id}", "name": "Ana", "teams": ["help"]},
        {
            "id": f"slack:{people.agents['Ben'].who.user_id}",
            "name": "Ben",
            "teams": ["help"],
            "lead": True,
        },
        {"id": f"discord:{people.agents['Cai'].who.user_id}", "name": "Cai", "teams": ["billing"]},
    ]
    return {"teams": teams, "topics": TOPICS, "agents": seats}


class _Town:
    """Lets six customers and three agents live on the platforms."""

    def __init__(self, stages: dict[Platform, Stage]) -> None:
        slack, discord, telegram = (stages[name] for name in PLATFORMS)
        assert isinstance(slack, SlackStage)
        assert isinstance(discord, DiscordStage)
        assert isinstance(telegram, TelegramStage)
        self.customers = {
            person.name: person
            for person in (
                self._on_slack(slack, 1, "Carla"),
                self._on_slack(slack, 2, "Diego"),
                self._on_discord(discord, 1, "Elena"),
                self._on_discord(discord, 2, "Finn"),
                self._on_telegram(telegram, 1, "Gustavo"),
                self._on_telegram(telegram, 2, "Hana"),
            )
        }
        self.agents = {
            "Ana": Person("Ana", slack, slack.agent, slack.channel),
            "Ben": self._slack_agent(slack, "Ben"),
            "Cai": self._discord_agent(discord, "Cai"),
        }

    def _on_slack(self, stage: SlackStage, number: int, name: str) -> Person:
        who, direct = Someone(user_id=f"U0DAY{number:05}", name=name), f"D0DAY{number:05}"
        stage.server.workspace.add_user(who.user_id, name)
        stage.server.workspace.add_channel(direct, is_im=True).members.add(who.user_id)
        return Person(name, stage, who, slack_place(direct))

    def _on_discord(self, stage: DiscordStage, number: int, name: str) -> Person:
        world, user, channel = stage.server.world, str(710 + number), str(720 + number)
        world.users[user] = payloads.user(user, name)
        world.members[user] = payloads.member()
        world.channels[channel] = payloads.direct(channel, world.users[user])
        return Person(name, stage, Someone(user_id=user, name=name), discord_direct(channel))

    def _on_telegram(self, stage: TelegramStage, number: int, name: str) -> Person:
        chat = 5550200 + number
        stage.server.world.add_person(chat, name)
        who = Someone(user_id=str(chat), name=name)
        return Person(name, cast("Stage", stage), who, telegram_place(chat))

    def _slack_agent(self, stage: SlackStage, name: str) -> Person:
        who = Someone(user_id="U0DAYBEN01", name=name)
        stage.server.workspace.add_user(who.user_id, name)
        return Person(name, stage, who, stage.channel)

    def _discord_agent(self, stage: DiscordStage, name: str) -> Person:
        world, user = stage.server.world, "730"
        world.users[user] = payloads.user(user, name)
        world.members[user] = payloads.member()
        return Person(name, stage, Someone(user_id=user, name=name), stage.channel)


def _buttons(person: Person, place: ConversationRef, action: str) -> list[tuple[str, str]]:
    return [
        (item.id, found)
        for item in person.stage.seen(place)
        for found in item.actions
        if action in found
    ]


def _short(text: str, lines: int = 12) -> str:
    kept = [line for line in text.splitlines() if line.strip()]
    more = [f"… ({len(kept) - lines} more lines)"] if len(kept) > lines else []
    return "\n".join(kept[:lines] + more)
