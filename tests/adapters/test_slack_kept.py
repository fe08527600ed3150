"""What is remembered in the store is never more than so much, however long Relevo runs."""

import json
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from adapters.slack import drafts, marks, people, places, sessions, writers
from adapters.slack.adapter import TITLES, TITLES_KEPT
from adapters.slack.kept import Kept, Moment, by_field, by_profile, by_value
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.contracts.kit import says
from tests.platforms.slack.stage import DESK, DIRECT, place
from tests.platforms.slack.under_test import slack
from tests.tools import adapter_tools


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.SLACK).store


def profile(number: int) -> tuple[str, str]:
    return f"U{number}", json.dumps({"name": "Ana", "at": float(number)})


def thread(number: int) -> tuple[str, str]:
    return f"C1:{number}.000100", "eyes"


def stamped(number: int) -> tuple[str, str]:
    return f"k{number}-0", f"stream {number}.5"


@pytest.mark.parametrize(
    ("moment", "made"), [(by_profile, profile), (by_field, thread), (by_value, stamped)]
)
async def test_the_oldest_give_way(
    store: AdapterStore, moment: Moment, made: Callable[[int], tuple[str, str]]
) -> None:
    kept = Kept(store, "some", most=20, moment=moment)
    most = 0
    for number in [*range(50), *range(98, 49, -1), 99]:
        await kept.put(*made(number))
        most = max(most, len(await kept.read()))
    assert most <= 23
    assert await kept.get(made(99)[0]) == made(99)[1]
    assert await kept.get(made(0)[0]) is None


async def test_a_process_that_begins_finds_what_others_left(store: AdapterStore) -> None:
    await store.put("some", {f"C1:{number}.5": "1" for number in range(100)})
    await Kept(store, "some", most=20, moment=by_field).put("C1:100.5", "1")
    assert len(await store.read("some")) == 20


async def test_what_can_not_be_read_is_the_oldest(store: AdapterStore) -> None:
    await store.put(
        "some", {"what": "ever", **{f"k{number}": f"{number}.0" for number in range(9)}}
    )
    await Kept(store, "some", most=9, moment=by_value).put("k9", "9.0")
    assert await store.get("some", "what") is None
    profiles = dict(profile(number) for number in range(1, 10))
    await store.put("others", {"what": "ever", "none": "[]", **profiles})
    await Kept(store, "others", most=9, moment=by_profile).put(*profile(9))
    assert await store.read("others") == profiles


SECTIONS = {
    TITLES: (TITLES_KEPT, "C1:{}.0", "A case"),
    marks.SECTION: (marks.KEPT, "C1:{}.0", "eyes"),
    people.SECTION: (people.KEPT, "U{}", '{{"at": {}.0}}'),
    places.SECTION: (places.KEPT, "C1:{}.0", "{}.0"),
    writers.SECTION: (writers.KEPT, "C1:{}.0", "U1 T1 {}.0"),
    drafts.SECTION: (drafts.KEPT, "key{}", "stream {}.0"),
    sessions.TITLED: (sessions.KEPT, "C1:{}.0", "1"),
    sessions.AT_WORK: (sessions.KEPT, "C1:{}.0", "1"),
}


async def test_each_section_is_kept_small(redis_client: Redis, store: AdapterStore) -> None:
    for section, (most, field, value) in SECTIONS.items():
        fields = {field.format(n): value.format(n) for n in range(1, most + 500)}
        await store.put(section, fields)
    async with slack(redis_client, draft_seconds=0.0) as platform:
        adapter, stage = platform.adapter, platform.stage
        opened = await adapter.open_thread(place(DESK), "A case", says("Card."), key="k0")
        await adapter.mark_thread(opened.conversation, CaseStatus.CLAIMED)
        here = place(DIRECT, stage.post(place(DIRECT), "Hello")["ts"])
        await stage.write(here, "Where is it?")
        await adapter.typing(here)
        await adapter.preview(here, "It is in ", key="k1")
        for _ in range(200):
            if platform.server.asked("assistant.threads.setTitle"):
                break
            await platform.settle()
        sizes = {section: len(await store.read(section)) for section in SECTIONS}
        await adapter.send(here, says("It is here."), key="k1")
    assert {name: size for name, size in sizes.items() if size > SECTIONS[name][0]} == {}
