"""The watch over quality: one step back, one proposal, each told once whatever crashes between."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.app.live import Live, open_live
from bot.app.rollout import SettingsRolloutBoard, open_rollout_board, open_rollout_watch
from bot.app.rollout.watching import Pending
from bot.conversation.rollout.notices import Notice, NoticeKind
from bot.engine.audit import AuditTrail
from bot.engine.evidence import EvidenceReader, RolloutStore
from bot.engine.keys import ConversationKeys
from bot.engine.shared_keys import RolloutKeys
from bot.vocabulary.alarms import Bell
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.rollout import Arm, EvidenceKind, RolloutMode
from bot.vocabulary.steering import Edit, Editor
from bot.vocabulary.turns import Lane
from config.settings import Settings, load
from knowledge import EmbeddedKnowledge
from tests.builders import DESK
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.rollout.rolling import PARCEL, RETURN, a_flow, rules
from tests.rollout.seeding import BADLY, NOW, TOPICS, WELL, a_fall, seed


def settings(mode: RolloutMode, **rollout: Any) -> Settings:
    """Settings with two topics, the first of them in a mode."""
    own = {"topics": [{"name": "Returns", "mode": mode.value}], "evidence": 40}
    return load(None, data_dir="unused", topics=TOPICS, rollout=own | rollout)


@dataclass
class Office:
    """A desk, an engine and live settings over one Redis; each watch is a worker's."""

    redis: Redis
    flow: Flow
    live: Live
    crashes: list[str] = field(default_factory=list[str])

    async def look(self, *, workers: int = 1) -> None:
        """Let workers look at the same time, and let what they set ring."""
        watches = [
            open_rollout_watch(
                self.redis,
                settings=lambda: self.live.settings,
                live=self.live,
                desk=DESK,
                set_alarm=self._set_alarm,
            )
            for _ in range(workers)
        ]
        await asyncio.gather(*(watch.look() for watch in watches))
        await self.redis.delete(RolloutKeys().lease)  # they end, and others begin
        await self.rings()

    async def _set_alarm(self, bell: Bell) -> None:
        crash = self.crashes.pop(0) if self.crashes else ""
        if crash != "before":
            await self.flow.engine.alarms.set(bell)
        if crash:
            raise StateUnavailableError("Redis did not answer: try again.")

    async def rings(self) -> None:
        await self.flow.engine.worker.ring(str(DESK))
        for lane in Lane:
            await self.flow.engine.sender.deliver(ConversationKeys(DESK).lane_name(lane))

    def told(self) -> list[OutgoingMessage]:
        return [item.message for item in self.flow.adapter.shown if item.conversation == DESK]

    def mode(self) -> str:
        return self.live.value("rollout.topics[Returns].mode")


async def office(redis: Redis, base: Settings) -> Office:
    flow = Flow(redis=redis, knowledge=ScriptedKnowledge())
    return Office(redis=redis, flow=flow, live=await open_live(base, redis))


async def test_a_fall_takes_a_topic_one_step_back_and_the_desk_reads_why_once(
    redis_client: Redis,
) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO))
    await a_fall(redis_client)
    await here.look(workers=3)
    await here.look(workers=2)
    assert here.mode() == "canary"
    [change] = await here.live.changes(10)
    assert (change.actor_id, change.actor) == ("relevo", "Relevo")
    assert dict(change.new) == {"rollout.topics[Returns].mode": "canary"}
    [told] = here.told()
    assert "**Returns**: taken back by itself from *auto* to *canary*" in told.text
    assert "before, 95 % of 40 did" in told.text
    assert [button.action for button in told.buttons] == ["admin:/settings undo change=1"]
    [entry] = await AuditTrail(redis_client, deadline=5).latest(9)
    assert entry.actor_id == "relevo"
    assert "canary" in entry.detail


async def test_a_canary_is_taken_back_to_the_copilot(redis_client: Redis) -> None:
    here = await office(redis_client, settings(RolloutMode.CANARY))
    await a_fall(redis_client, RolloutMode.CANARY)
    await here.look()
    assert here.mode() == "copilot"


@pytest.mark.parametrize(
    ("went", "demotes"), [(WELL * 5, True), (WELL * 3 + BADLY * 20, False), (WELL, True)]
)
async def test_without_a_fall_or_the_wish_nothing_is_changed(
    redis_client: Redis, went: list[bool], *, demotes: bool
) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO, demotes=demotes))
    await seed(redis_client, went)
    await here.look()
    assert here.mode() == "auto"
    assert here.told() == []


async def test_whose_mode_an_admin_has_put_back_is_watched_from_then_on(
    redis_client: Redis,
) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO))
    await a_fall(redis_client)
    await here.look()
    by = Editor(actor_id="slack:T:U", actor="Ada", place="", at=datetime.now(UTC), key="undo")
    await here.live.undo(1, by)
    assert here.mode() == "auto"
    await here.look()
    assert here.mode() == "auto"
    assert len(here.told()) == 1


@pytest.mark.parametrize("crash", ["before", "after"])
async def test_a_crash_around_the_telling_neither_loses_nor_doubles_it(
    redis_client: Redis, crash: str
) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO))
    await a_fall(redis_client)
    here.crashes = [crash, crash]
    for _ in range(2):
        with pytest.raises(StateUnavailableError):
            await here.look()
        await redis_client.delete(RolloutKeys().lease)
        await here.rings()
    assert here.mode() == "canary"
    await here.look()
    await here.look()
    assert len(here.told()) == 1
    assert len(await here.live.changes(10)) == 1


async def test_what_an_admin_has_changed_meanwhile_is_left_alone(redis_client: Redis) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO))
    fallen = Notice(
        kind=NoticeKind.DEMOTED,
        topic="Returns",
        before=RolloutMode.AUTO,
        after=RolloutMode.CANARY,
        of=40,
        percent=50,
    )
    pending = TypeAdapter(Pending).dump_json(Pending(notice=fallen, at=NOW)).decode()
    await RolloutStore(redis_client, deadline=5).note("demoted|Returns", pending)
    by = Editor(actor_id="slack:T:U", actor="Ada", place="", at=datetime.now(UTC), key="human")
    await here.live.change([Edit(path="rollout.topics[Returns].mode", value="human")], by)
    await here.look()
    assert here.mode() == "human", "a step back is none forward"
    assert here.told() == []
    assert await RolloutStore(redis_client, deadline=5).notices() == {}


async def test_all_else_can_fall_without_the_topics_that_follow_it(redis_client: Redis) -> None:
    here = await office(redis_client, settings(RolloutMode.SHADOW))
    await a_fall(redis_client, topic="")
    await here.look()
    assert here.live.value("rollout.mode") == "canary"
    assert here.live.value("rollout.topics[Delivery].mode") == "auto"
    assert here.mode() == "shadow"
    assert "**everything else**" in here.told()[0].text


async def test_numbers_that_speak_for_a_step_are_proposed_once_a_week_and_nothing_changes(
    redis_client: Redis,
) -> None:
    here = await office(redis_client, settings(RolloutMode.SHADOW))
    await seed(
        redis_client, WELL * 6, mode=RolloutMode.SHADOW, arm=Arm.HUMAN, kind=EvidenceKind.DRAFT
    )
    await here.look(workers=2)
    await here.look()
    [told] = here.told()
    assert "**Returns**: ready to go from *shadow* to *copilot*" in told.text
    assert "120 silent drafts" in told.text
    assert "95 % [90–98] were as good" in told.text
    assert [one.action for one in told.buttons] == ["admin:/mode mode=copilot topic=Returns"]
    assert here.mode() == "shadow"
    assert await here.live.changes(10) == []
    week = (NOW - timedelta(days=8)).timestamp()
    await redis_client.hset(RolloutKeys().proposed, "Returns|copilot", str(week))
    await here.look()
    assert len(here.told()) == 2


async def test_little_evidence_proposes_nothing(redis_client: Redis) -> None:
    here = await office(redis_client, settings(RolloutMode.SHADOW))
    await seed(
        redis_client, [True] * 39, mode=RolloutMode.SHADOW, arm=Arm.HUMAN, kind=EvidenceKind.DRAFT
    )
    await here.look()
    assert here.told() == []


def a_board(redis: Redis, live: Live) -> SettingsRolloutBoard:
    return open_rollout_board(redis, settings=lambda: live.settings, live=live)


async def test_the_board_counts_since_the_mode_was_set(redis_client: Redis) -> None:
    here = await office(redis_client, settings(RolloutMode.CANARY))
    await seed(redis_client, BADLY * 3, mode=RolloutMode.CANARY)
    await seed(redis_client, WELL, mode=RolloutMode.CANARY, arm=Arm.HUMAN, begin=timedelta(hours=2))
    board = a_board(redis_client, here.live)
    returns, delivery, other = await board.topics()
    assert (returns.mode, returns.since, returns.share) == (RolloutMode.CANARY, None, 0.1)
    assert (returns.bot.good, returns.bot.of) == (3, 6)
    assert (returns.people.good, returns.people.of) == (19, 20)
    assert (delivery.topic, other.topic) == ("Delivery", "")
    by = Editor(actor_id="slack:T:U", actor="Ada", place="", at=datetime.now(UTC), key="k")
    await here.live.change([Edit(path="rollout.topics[Returns].mode", value="auto")], by)
    await here.live.change([Edit(path="rollout.topics[Returns].threshold", value=0.7)], by_key(by))
    returns, *_ = await board.topics()
    assert (returns.mode, returns.since, returns.threshold) == (RolloutMode.AUTO, by.at, 0.7)
    assert (returns.bot.of, returns.people.of) == (0, 0)
    late = replace(by, at=NOW + timedelta(hours=1), key="a third")
    rows = [{"name": "Returns", "mode": "human"}]
    await here.live.change([Edit(path="rollout.topics", value=rows)], late)
    returns, *_ = await board.topics()
    assert (returns.mode, returns.since) == (RolloutMode.HUMAN, late.at)


async def test_two_who_read_at_the_same_time_see_each_thing_once(redis_client: Redis) -> None:
    await seed(redis_client, [True] * 5)
    reader = EvidenceReader(redis_client, deadline=5)
    await asyncio.gather(reader.all(), reader.all())
    assert len(await reader.all()) == 5


def by_key(by: Editor) -> Editor:
    return Editor(actor_id=by.actor_id, actor=by.actor, place="", at=by.at, key="another")


async def test_topics_are_found_in_what_was_asked_and_mask_what_is_personal(
    redis_client: Redis, documents: EmbeddedKnowledge
) -> None:
    here = await office(redis_client, settings(RolloutMode.AUTO))
    asked = ["is there a gift voucher?", "can I buy a gift voucher for carla@example.com?"]
    for text in (
        *asked,
        "where do I use a gift voucher?",
        "a gift voucher by mail?",
        RETURN,
        PARCEL,
    ):
        flow = a_flow(redis_client, documents, rules(RolloutMode.HUMAN))
        await flow.write(text)
        await flow.agent("/resolve")
    [found] = await a_board(redis_client, here.live).discover()
    assert found.count == 4
    assert "voucher" in found.name.lower()
    assert not any("carla" in example for example in found.examples)
