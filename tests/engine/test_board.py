"""The board follows the truth: at least once, never backwards, and whatever was left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine import codec
from bot.engine.board import SharedBoard, Truth
from bot.engine.client.connection import run_command
from bot.engine.codec import StoredNews
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.shared_keys import BoardKeys
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.board import AgentPresence, Presence, Wait
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.failpoints import FailpointName, arm
from bot.vocabulary.messages import ConversationRef, File, OutgoingMessage, SentMessage
from bot.vocabulary.turns import DeskTurn, Plan
from tests.builders import a_conversation, a_customer, a_message, an_agent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter

CUSTOMER = a_conversation()
OTHER = a_conversation("c2")
ANA = AgentPresence(
    agent_id="playground:ana", name="Ana", presence=Presence.AWAY, at=datetime.now(UTC)
)


class CrashError(BaseException):
    """The process is gone."""


@dataclass
class Bomb:
    """Goes off at the failpoint that it is set to."""

    at: FailpointName | None = None

    def pass_by(self, name: FailpointName) -> None:
        if name == self.at:
            self.at = None
            raise CrashError(name)


BOMB = Bomb()
arm(BOMB.pass_by)


class Announcing(EchoHandler):
    """Adds presence and bells to what agents do."""

    presence: AgentPresence | None = None
    bells: tuple[Bell, ...] = ()

    @override
    async def desk_turn(self, turn: DeskTurn) -> Plan:
        plan = await super().desk_turn(turn)
        return replace(plan, presence=self.presence, bells=self.bells)


@dataclass
class Forgetful(RecordingAdapter):
    """Loses threads: what is written into a lost one is refused."""

    gone: set[ConversationRef] = field(default_factory=set[ConversationRef])

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if conversation in self.gone:
            raise DeliveryError("the thread was deleted", thread_gone=True)
        return await super().send(conversation, message, key=key, files=files)


class Interrupted(SharedBoard):
    """Something happens between the moment it reads the truth and the moment it shows it."""

    def __init__(self, redis: Redis, *, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(redis, deadline=5)
        self.meanwhile = [meanwhile]

    @override
    async def _truth(self, ref: ConversationRef) -> Truth:
        truth = await super()._truth(ref)
        if self.meanwhile:
            await self.meanwhile.pop()()
        return truth


@dataclass
class Office:
    """Two processes, each with its own copy of the board."""

    redis: Redis
    handler: Announcing = field(default_factory=Announcing)
    adapter: Forgetful = field(default_factory=Forgetful)
    scheduler: NotingScheduler = field(default_factory=NotingScheduler)

    def __post_init__(self) -> None:
        self.first, self.second = (
            build_engine(self.redis, self.adapter, self.handler, scheduler=self.scheduler)
            for _ in range(2)
        )

    async def customer(self, text: str, ref: ConversationRef = CUSTOMER) -> None:
        message = a_message(text, conversation=ref, author=a_customer(ref.channel_id))
        await self.first.inbox.accept(message)
        await self.first.worker.serve(str(ref))

    async def agent(self, text: str, which: int = -1) -> None:
        thread = self.adapter.threads()[which]
        await self.first.inbox.accept(a_message(text, conversation=thread, author=an_agent()))
        await self.first.worker.serve(str(thread))

    async def statuses(self, board: SharedBoard | None = None) -> dict[str, str]:
        board = board or self.second.board
        await board.refresh()
        cases = board.view().cases.values()
        return {case.conversation.channel_id: case.status for case in cases}

    async def news(self, ref: ConversationRef = CUSTOMER) -> list[str]:
        return await run_command(self.redis, "LRANGE", ConversationKeys(ref).news, 0, -1)


@pytest.fixture
def office(redis_client: Redis) -> Office:
    return Office(redis_client)


async def test_all_see_the_open_cases_and_their_threads(office: Office) -> None:
    await office.customer("a human please")
    await office.customer("a human please", OTHER)
    assert await office.statuses() == {"c1": "queued", "c2": "queued"}
    threads = {case.thread for case in office.second.board.view().cases.values()}
    assert threads == set(office.adapter.threads())
    await office.agent("/claim")
    assert await office.statuses() == {"c1": "queued", "c2": "claimed"}
    await office.agent("/resolve")
    assert await office.statuses() == {"c1": "queued"}
    assert await office.news() == await office.news(OTHER) == []


async def test_a_thread_that_is_opened_again_is_seen(office: Office) -> None:
    await office.customer("a human please")
    office.adapter.gone.add(office.adapter.threads()[-1])
    await office.customer("hello?")
    await office.statuses()
    [case] = office.second.board.view().cases.values()
    assert case.thread == office.adapter.threads()[-1]


async def test_who_changed_it_sees_it_at_once(office: Office) -> None:
    await office.customer("a human please")
    assert len(office.first.board.view().cases) == 1
    assert not office.second.board.view().cases


async def test_what_has_not_changed_is_not_read_again(office: Office) -> None:
    await office.customer("a human please")
    board = office.second.board
    await board.refresh()
    before = board.view()
    await board.refresh()
    assert board.view().cases is before.cases
    assert board.view().at >= before.at


@pytest.mark.parametrize("crash", ["committed", "sent", "settled"])
async def test_news_that_a_crash_left_behind_are_passed_on(
    office: Office, crash: FailpointName
) -> None:
    BOMB.at = crash
    with pytest.raises(BaseException, match=r".*"):
        await office.customer("a human please")
    assert BOMB.at is None
    await office.second.sweeper.sweep()
    await asyncio.sleep(1)
    await office.second.sweeper.sweep()
    assert await office.statuses() == {"c1": "queued"}
    assert await office.news() == []


async def test_news_that_come_late_or_twice_change_nothing(office: Office) -> None:
    await office.customer("a human please")
    await office.agent("/claim")
    await office.agent("/resolve")
    entry = StoredNews(id="late", conversation=CUSTOMER, case=True)
    await office.first.news.pass_on(entry)
    await office.first.news.pass_on(entry)
    assert await office.statuses() == {}


async def test_an_older_look_at_a_conversation_never_replaces_a_newer_one(
    office: Office,
) -> None:
    """Two processes read the truth, the slower one an older one."""
    keys, other = BoardKeys(), office.second.board
    await office.customer("a human please")
    old = await run_command(office.redis, "HGET", keys.cases, str(CUSTOMER))
    stamp, _, _ = (await run_command(office.redis, "HGET", keys.stamps, str(CUSTOMER))).partition(
        "|"
    )
    await office.agent("/claim")
    await office.agent("/resolve")
    changed = await other._put_case(
        keys=[keys.cases, keys.stamps, keys.edition], args=[str(CUSTOMER), stamp, old, 0, 0]
    )
    assert changed == 0
    assert await office.statuses() == {}


async def test_a_wait_is_noted_once(office: Office) -> None:
    await office.customer("a human please")
    await office.agent("/claim")
    await office.agent("/release")
    await office.agent("/claim")
    board = office.second.board
    await board.refresh()
    waits = board.view().waits
    assert len(waits) == 2
    assert all(0 <= wait.seconds < 60 for wait in waits)
    wait = Wait(team="b", seconds=3, at=datetime.now(UTC))
    for _ in range(2):
        await board.note_wait(wait, key="k")
    await board.refresh()
    assert board.view().waits == (wait, *waits)


async def test_what_an_agent_said_last_of_being_there_counts(office: Office) -> None:
    await office.customer("a human please")
    office.handler.presence = ANA
    await office.agent("/claim")
    earlier = replace(ANA, presence=Presence.AVAILABLE, at=ANA.at - timedelta(seconds=5))
    office.handler.presence = earlier
    await office.agent("a note")
    board = office.second.board
    await board.refresh()
    assert board.view().presence == {ANA.agent_id: ANA}


async def test_a_bell_of_a_plan_rings_in_the_other_conversation(office: Office) -> None:
    await office.customer("a human please")
    alarm = Alarm(kind=AlarmKind.DIGEST, at=datetime.now(UTC))
    office.handler.bells = (Bell(conversation=OTHER, alarm=alarm),)
    await office.agent("/claim")
    conversation, _ = await Mailbox(office.redis, deadline=5, lease_seconds=5).read(OTHER)
    assert conversation.alarms == (alarm,)
    assert [reference for reference, _ in office.scheduler.rings] == [str(OTHER)]


async def test_a_bell_that_a_crash_kept_back_rings_all_the_same(office: Office) -> None:
    await office.customer("a human please")
    alarm = Alarm(kind=AlarmKind.DIGEST, at=datetime.now(UTC))
    office.handler.bells = (Bell(conversation=OTHER, alarm=alarm),)
    BOMB.at = "committed"
    with pytest.raises(BaseException, match=r".*"):
        await office.agent("/claim")
    await office.second.sweeper.sweep()
    conversation, _ = await Mailbox(office.redis, deadline=5, lease_seconds=5).read(OTHER)
    assert conversation.alarms == (alarm,)


async def test_a_board_that_was_lost_is_made_again(office: Office) -> None:
    await office.customer("a human please")
    await office.customer("a human please", OTHER)
    await office.agent("/claim")
    keys = BoardKeys()
    await office.redis.delete(keys.cases, keys.stamps, keys.edition)
    await office.first.board.repair()
    assert await office.statuses() == {"c1": "queued", "c2": "claimed"}


async def test_a_case_that_is_erased_or_wrongly_shown_goes_with_the_next_repair(
    office: Office,
) -> None:
    await office.customer("a human please")
    await office.customer("a human please", OTHER)
    keys = ConversationKeys(CUSTOMER)
    await office.redis.delete(keys.state)
    await office.redis.zrem(keys.open_cases, keys.reference)
    await office.first.board.repair()
    assert await office.statuses() == {"c2": "queued"}
    await office.customer("a human please")
    assert await office.statuses() == {"c1": "queued", "c2": "queued"}


async def test_news_that_come_while_a_repair_looks_are_not_undone_by_it(office: Office) -> None:
    await office.customer("a human please")
    board = Interrupted(office.redis, meanwhile=partial(office.agent, "/claim"))
    await board.repair()
    assert not board.meanwhile
    assert await office.statuses() == {"c1": "claimed"}


async def test_what_cannot_be_read_hides_nothing_else(office: Office) -> None:
    """Another version may have written it."""
    await office.customer("a human please")
    keys, strange = BoardKeys(), str(OTHER)
    await run_command(office.redis, "HSET", keys.cases, strange, '{"status": "strange"}')
    await run_command(office.redis, "HSET", keys.presence, "playground:x", "1|strange")
    await run_command(office.redis, "LPUSH", keys.waits, "1|strange")
    await run_command(office.redis, "INCR", keys.edition)
    await run_command(office.redis, "HSET", ConversationKeys(OTHER).state, "case", "strange")
    assert await office.statuses() == {"c1": "queued"}
    await office.first.board.repair()
    assert await office.statuses() == {"c1": "queued"}


async def test_news_that_cannot_be_read_hold_up_no_others(office: Office) -> None:
    await office.customer("a human please")
    key = ConversationKeys(CUSTOMER).news
    await run_command(office.redis, "LPUSH", key, *(["strange"] * 120))
    BOMB.at = "committed"
    with pytest.raises(BaseException, match=r".*"):
        await office.agent("/claim")
    for _ in range(2):
        await office.second.sweeper.sweep()
    assert await office.statuses() == {"c1": "claimed"}
    assert await office.news() == ["strange"] * 120, "they are left to a worker that can read them"


async def test_a_bell_for_what_cannot_be_read_fails_no_turn(office: Office) -> None:
    await office.customer("a human please")
    await run_command(office.redis, "HSET", ConversationKeys(OTHER).state, "case", "strange")
    alarm = Alarm(kind=AlarmKind.DIGEST, at=datetime.now(UTC))
    office.handler.bells = (Bell(conversation=OTHER, alarm=alarm),)
    shown = len(office.adapter.shown)
    await office.agent("/claim")
    assert len(office.adapter.shown) > shown
    assert await office.statuses() == {"c1": "claimed"}
    assert len(await office.news()) == 1, "the bell is left to a worker that can read it"


async def test_the_copy_stays_fresh_while_a_long_repair_is_made(office: Office) -> None:
    await office.customer("a human please")
    still_at_it = asyncio.Event()
    board = Interrupted(office.redis, meanwhile=partial(_until_set, still_at_it))
    running = asyncio.create_task(board.run(0.01))
    async with asyncio.timeout(5):
        while board.meanwhile:  # noqa: ASYNC110 - what is waited for is not ours to signal
            await asyncio.sleep(0.01)
        await office.agent("/claim")
        while _statuses(board) != {CaseStatus.CLAIMED}:  # noqa: ASYNC110 - neither is this
            await asyncio.sleep(0.01)
    still_at_it.set()
    running.cancel()
    await asyncio.wait([running])


def _statuses(board: SharedBoard) -> set[CaseStatus]:
    return {case.status for case in board.view().cases.values()}


async def _until_set(event: asyncio.Event) -> None:
    await event.wait()


async def test_stamps_do_not_stay_for_ever(office: Office) -> None:
    await office.customer("a human please")
    await office.agent("/resolve")
    keys = BoardKeys()
    assert await office.redis.hlen(keys.stamps) == 1
    await office.first.board.repair()
    assert await office.redis.hlen(keys.stamps) == 1
    await run_command(office.redis, "HSET", keys.stamps, str(CUSTOMER), "9|1000000000")
    await office.first.board.repair()
    assert await office.redis.hlen(keys.stamps) == 0


async def test_a_fresh_copy_knows_all_of_it(office: Office) -> None:
    await office.customer("a human please")
    board = SharedBoard(office.redis, deadline=5)
    assert not board.view().cases
    running = asyncio.create_task(board.run(0.01))
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.wait([running])
    [case] = board.view().cases.values()
    assert case.status is CaseStatus.QUEUED
    assert codec.loads(codec.case, codec.dumps(codec.case, case)) == case
