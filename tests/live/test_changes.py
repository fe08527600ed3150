"""Changing settings while Relevo runs: what is allowed, refused, taken back, and seen elsewhere."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.app.live import Live
from bot.engine.audit import AuditTrail
from bot.engine.client.connection import run_command
from bot.engine.erasing.streams import Streams
from bot.engine.erasing.traces import Whose
from bot.engine.keys import SETTINGS_CHANNEL
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.steering import Edit, Editor, Origin, RefusedSettingError
from config.settings import Settings
from tests.live.kit import ana, base, opened, put, stored


@pytest.fixture
async def live(redis_client: Redis, tmp_path: Path) -> Live:
    return await opened(redis_client, base(tmp_path))


async def test_a_change_counts_here_at_once_and_elsewhere_when_it_is_followed(
    live: Live, redis_client: Redis
) -> None:
    other = await opened(redis_client, live.base)
    change = await put(live, "escalation.answer_above", 0.7)
    assert (change.number, change.old, change.new) == (
        1,
        {"escalation.answer_above": 0.5},
        {"escalation.answer_above": 0.7},
    )
    assert live.settings.escalation.answer_above == 0.7
    assert other.settings.escalation.answer_above == 0.5
    await other.refresh()
    assert other.settings == live.settings
    assert (await opened(redis_client, live.base)).settings == live.settings


async def test_what_is_told_is_heard_and_what_is_not_told_is_found(
    live: Live, redis_client: Redis
) -> None:
    told, looking = [await opened(redis_client, live.base) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        tasks_of = [
            tasks.create_task(told.run(every_seconds=60)),
            tasks.create_task(looking.run(every_seconds=0.05)),
        ]
        query = ("PUBSUB", "NUMSUB", SETTINGS_CHANNEL)
        await until(lambda: run_command(redis_client, *query), [SETTINGS_CHANNEL, 2])
        await put(live, "desk.brand", "Shop")
        await until(lambda: brand_of(told), "Shop")
        # Nothing is told of what another hand does: looking finds it all the same.
        await redis_client.delete("rv:{settings}:overlay")
        await until(lambda: brand_of(looking), "")
        for task in tasks_of:
            task.cancel()


async def brand_of(live: Live) -> str:
    return live.settings.desk.brand


async def until(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    deadline = time.monotonic() + 20
    while (found := await look()) != wanted:
        assert time.monotonic() < deadline, f"{found!r} is not {wanted!r}"
        await asyncio.sleep(0.005)


async def test_it_stands_as_if_it_stood_in_the_file(live: Live) -> None:
    assert live.base.escalation.model_fields_set == {"answer_above"}
    await put(live, "escalation.legal", "offer")
    assert live.settings.escalation.model_fields_set == {"answer_above", "legal"}
    await put(live, "desk.brand", "Shop")
    assert live.settings.desk.model_fields_set == {"brand"}


WRONG: list[tuple[Edit, str]] = [
    (
        Edit(path="escalation.answer_above", value=7),
        "escalation.answer_above (input should be less",
    ),
    (Edit(path="escalation.answer_above", value="high"), "input should be a valid number"),
    (Edit(path="escalation.mood_offer", value=0.9), "mood_hand_over is below mood_offer"),
    (Edit(path="escalation.answer", value=1), "do you mean escalation.answer_above?"),
    (Edit(path="escalation.rules", value=[{"teams": ["Night"], "legal": "offer"}]), "names Night"),
    (Edit(path="teams[Billing].hours", value="mo-fr"), "hours of team Billing can't be read"),
    (Edit(path="teams[Billing].time_zone", value="Mars/X"), "is no time zone"),
    (Edit(path="teams[Billing].overflow", value="Night"), "names Night, which [[teams]] does not"),
    (Edit(path="teams[Night].hours", value=""), "There is no teams[Night]"),
    (Edit(path="teams[Night]", removes=True), "There is no teams[Night]"),
    (Edit(path="teams[Night]", value={"name": "Day"}), "another name in its value"),
    (Edit(path="teams[Night]", value="x"), "is a table"),
    (Edit(path="teams[Billing].name", value="Money"), "is what the item is known by"),
    (Edit(path="teams[Billing].channel", value="slack:C1"), "is read at the start"),
    (Edit(path="teams[Night]", value={"channel": "slack:C1"}), "is read at the start"),
    (Edit(path="topics[refunds]", removes=True), "names refunds, which [[topics]] does not have"),
    (Edit(path="rollout.topics[lost]", value={"mode": "auto"}), "names lost, which [[topics]]"),
    (Edit(path="timing.raised_tiers", value=["gold"]), "names gold, which [[tiers]]"),
    (
        Edit(path="agents[slack:U1]", value={"name": "Al", "capacity": 0}),
        "agents[slack:U1].capacity",
    ),
    (Edit(path="memory.consent", value="none"), "can't go from opt-out to none"),
    (Edit(path="slack.bot_token", value="xoxb-1"), "RELEVO_SLACK__BOT_TOKEN of the environment"),
    (Edit(path="memory.previous_keys", value=[]), "is a secret"),
    (Edit(path="redis.deadline_seconds", value=1), "is read at the start"),
    (Edit(path="engine.concurrency", value=1), "RELEVO_ENGINE__CONCURRENCY, and start"),
    (Edit(path="desk.channel", value="slack:C1"), "is read at the start"),
    (Edit(path="desk", value={}), "is a whole table"),
    (Edit(path="desk.brand", removes=True), "can't be taken out"),
    (Edit(path="nonsense[", value=1), "There is no setting"),
    (Edit(path="nonsense["), "There is no setting"),
    (Edit(path=""), "There is no setting"),
]


async def test_what_is_wrong_is_refused_in_a_sentence_and_changes_nothing(
    live: Live, redis_client: Redis
) -> None:
    good = await put(live, "desk.brand", "Shop")
    before, known = live.settings, await stored(redis_client)
    for edit, sentence in WRONG:
        with pytest.raises(RefusedSettingError, match=re.escape(sentence)) as caught:
            await live.change([Edit(path="desk.language", value="es"), edit], ana())
        assert "\n" not in str(caught.value)
        assert live.settings == before, edit
    assert await stored(redis_client) == known
    assert await live.changes(10) == [good]


async def test_what_can_not_be_built_is_refused(live: Live, redis_client: Redis) -> None:
    def prepare(settings: Settings) -> Any:
        if settings.desk.brand == "Bad":
            raise ConfigurationError("It can't be built.")
        return lambda: built.append(settings.desk.brand)

    built: list[str] = []
    live.on_change(prepare)
    await put(live, "desk.brand", "Good")
    with pytest.raises(RefusedSettingError, match="It can't be built"):
        await put(live, "desk.brand", "Bad")
    other = await opened(redis_client, live.base)
    await put(other, "desk.brand", "Bad")
    await live.refresh()
    assert (live.settings.desk.brand, built) == ("Good", ["Good"])
    await put(other, "desk.brand", "Better")
    await live.refresh()
    assert (live.settings.desk.brand, built) == ("Better", ["Good", "Better"])


async def test_items_of_tables(live: Live) -> None:
    added = await live.change(
        [
            Edit(path="topics[fees]", value={"words": ["fee*"]}),
            Edit(path="teams[Fees]", value={"topics": ["fees"], "overflow": "Orders"}),
            Edit(path="teams[Fees].hours", value="sat 10:00-14:00"),
            Edit(path="teams[billing].first_reply.urgent", value=5),
            Edit(path="rollout.topics[refunds].mode", value="canary"),
        ],
        ana(),
    )
    assert added.old["teams[Fees]"] is None
    assert list(added.new) == [
        "topics[fees]",
        "teams[Fees]",
        "teams[Fees].hours",
        "teams[Billing].first_reply.urgent",
        "rollout.topics[refunds].mode",
    ]
    assert [team.name for team in live.settings.teams] == ["Billing", "Orders", "Fees"]
    assert live.settings.teams[2].hours == "sat 10:00-14:00"
    assert live.value("teams[billing].first_reply") == {"urgent": 5}
    assert live.value("rollout.topics[refunds]")["mode"] == "canary"
    removed = await live.change([Edit(path="teams[Billing]", removes=True)], ana())
    assert removed.new == {"teams[Billing]": None}
    assert [team.name for team in live.settings.teams] == ["Orders", "Fees"]
    await live.undo(removed.number, ana())
    assert live.value("teams[Billing].first_reply") == {"urgent": 5}
    await put(live, "teams[Billing].first_reply", None)
    assert live.value("teams[Billing].first_reply") == {}


async def test_none_lets_the_file_count_again(live: Live, redis_client: Redis) -> None:
    await put(live, "escalation.answer_above", 0.9)
    change = await put(live, "escalation.answer_above", None)
    assert change.new == {"escalation.answer_above": 0.5}
    assert live.settings == live.base
    assert await stored(redis_client) == {}
    assert live.view("escalation.answer_above").origin is Origin.FILE


async def test_a_change_is_taken_back_unless_a_later_one_is_about_the_same(live: Live) -> None:
    first = await put(live, "escalation.answer_above", 0.6)
    await put(live, "desk.brand", "Shop")
    third = await put(live, "escalation.answer_above", 0.7)
    with pytest.raises(RefusedSettingError, match="change 3 is about escalation.answer_above too"):
        await live.undo(first.number, ana())
    undo = await live.undo(third.number, ana())
    assert (undo.undoes, undo.new) == (3, {"escalation.answer_above": 0.6})
    with pytest.raises(RefusedSettingError, match="Change 3 was taken back already"):
        await live.undo(3, ana())
    assert (await live.undo(None, ana())).undoes == 2, "the last that is left"
    assert (await live.undo(None, ana())).undoes == 1
    assert live.settings == live.base
    with pytest.raises(RefusedSettingError, match="No setting was changed"):
        await live.undo(None, ana())
    assert (await live.undo(6, ana())).new == {"escalation.answer_above": 0.6}, "done again"
    with pytest.raises(RefusedSettingError, match="There is no change 99"):
        await live.undo(99, ana())


async def test_what_can_not_be_any_more_is_not_brought_back(live: Live) -> None:
    change = await put(live, "teams[Billing].topics", [])
    await live.change(
        [
            Edit(path="topics[refunds]", removes=True),
            Edit(path="rollout.topics[refunds]", removes=True),
        ],
        ana(),
    )
    with pytest.raises(RefusedSettingError, match="names refunds, which"):
        await live.undo(change.number, ana())
    assert live.settings.teams[0].topics == ()


async def test_the_same_event_changes_once(live: Live, redis_client: Redis) -> None:
    assert await live.done("event") is None
    first = await put(live, "desk.brand", "Shop", key="event")
    assert await put(live, "desk.brand", "Shop", key="event") == first
    await put(live, "desk.brand", "Other")
    again = await (await opened(redis_client, live.base)).undo(None, ana("event"))
    assert again == first == await live.done("event")
    assert live.settings.desk.brand == "Other"
    assert [change.number for change in await live.changes(10)] == [2, 1]


async def test_views_say_where_each_value_comes_from(live: Live, tmp_path: Path) -> None:
    await put(live, "desk.brand", "Shop")
    views = {view.path: view for view in live.views()}
    origins = {path: view.origin for path, view in views.items() if view.origin != "default"}
    assert origins == {
        "data_dir": Origin.ENVIRONMENT,
        "admins": Origin.FILE,
        "rollout.topics[refunds]": Origin.FILE,
        "escalation.answer_above": Origin.FILE,
        "desk.brand": Origin.CHAT,
        "topics[refunds]": Origin.FILE,
        "teams[Billing]": Origin.FILE,
        "teams[Orders]": Origin.FILE,
    }
    assert views["slack.bot_token"].is_secret
    assert views["slack.bot_token"].value is None
    assert views["escalation.legal"].choices == ("hand_over", "offer", "answer")
    assert [view.path for view in live.views("storm")] == [
        "storm.threads",
        "storm.digest_seconds",
        "storm.threads_a_digest",
    ]
    hours = live.view("teams[Billing].hours")
    assert (hours.value, hours.origin, hours.why_fixed) == ("mon-fri 09:00-17:00", Origin.FILE, "")
    assert live.view("teams[Billing].strategy").origin is Origin.DEFAULT
    assert live.value("data_dir") == str(tmp_path)


@pytest.mark.parametrize("path", ["slack.bot_token", "memory.key", "redis.url"])
async def test_a_secret_has_no_value_and_takes_none(live: Live, path: str) -> None:
    for look in (lambda: live.value(path), lambda: live.parsed(path, "hunter2")):
        with pytest.raises(RefusedSettingError, match="is a secret") as caught:
            look()
        assert "hunter2" not in str(caught.value)
    section = live.value(path.partition(".")[0])
    assert path.partition(".")[2] not in section


async def test_the_log_tells_of_a_path_and_of_what_is_below(live: Live) -> None:
    await put(live, "teams[Billing].hours", "mon 09:00-10:00")
    await put(live, "desk.brand", "Shop")
    await put(live, "teams[Billing].holidays", ["2026-12-25"])
    found = await live.changes(10, path="teams[Billing]")
    assert [change.number for change in found] == [3, 1]
    assert [change.number for change in await live.changes(1)] == [3]
    change = found[0]
    assert (change.actor_id, change.actor, change.place) == ("slack:T1:U1", "Ana", "slack:T1:D1")
    assert isinstance(change.at, datetime)


async def test_what_no_admin_s_turn_has_noted_is_in_the_audit_log(
    live: Live, redis_client: Redis
) -> None:
    await put(live, "desk.brand", "Shop")  # the turn's own plan notes that
    by = Editor(actor_id="relevo", actor="Relevo", place="", at=ana().at, key="watch")
    await live.change([Edit(path="rollout.topics[refunds].mode", value="human")], by)
    audit = AuditTrail(redis_client, deadline=5)
    (entry,) = await audit.latest(10)
    assert (entry.actor, entry.action) == ("Relevo", "settings set")
    assert entry.detail == '#2 rollout.topics[refunds].mode: "shadow" → "human"'
    assert await audit.latest(10, user="slack:U1") == []
    assert await audit.latest(10, actor_id="slack:T1:U1") == []


async def test_whoever_is_erased_is_named_no_more_and_their_change_can_be_taken_back(
    live: Live, redis_client: Redis
) -> None:
    await put(live, "desk.brand", "Shop")
    streams = Streams(redis_client, deadline=5)
    for who in ("slack:T1:U2", "slack:T1:U1"):
        (change,) = await live.changes(10)
        assert change.actor == "Ana"
        await streams.forget_names(Whose(identities=frozenset({who}), is_direct=True))
    (change,) = await live.changes(10)
    assert (change.actor_id, change.actor, change.place) == ("", "", "")
    noted = await AuditTrail(redis_client, deadline=5).latest(5)
    assert noted == [], "the turn's own plan has noted it, without a name"
    assert (await live.undo(change.number, ana())).new == {"desk.brand": ""}


async def test_many_at_once_lose_nothing_and_stand_in_order(
    live: Live, redis_client: Redis
) -> None:
    others = [live, await opened(redis_client, live.base), await opened(redis_client, live.base)]
    changes = await asyncio.gather(
        *(
            put(others[n % 3], f"escalation.{('unsure', 'repeat')[n % 2]}_limit", n + 1)
            for n in range(45)
        )
    )
    log = list(reversed(await live.changes(100)))
    assert [change.number for change in log] == list(range(1, 46))
    assert {change.number for change in changes} == set(range(1, 46))
    counting: dict[str, Any] = {}
    for change in log:
        (path,) = change.new
        assert change.old[path] == counting.get(path, 2), "each saw the one before"
        counting |= change.new
    for other in others:
        await other.refresh()
        assert {path: other.value(path) for path in counting} == counting
