"""What is remembered in the store is never more than so much, however long Relevo runs."""

import json
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from adapters.kept import Kept, Moment, by_beginning, by_field, by_id, by_profile, by_value
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
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


def dated(number: int) -> tuple[str, str]:
    return f"#{number}", f"{number}.250 an action"


def numbered(number: int) -> tuple[str, str]:
    """Ids whose last digits no float can tell apart."""
    return str(10**18 + number), "{}"


@pytest.mark.parametrize(
    ("moment", "made"),
    [
        (by_profile, profile),
        (by_field, thread),
        (by_value, stamped),
        (by_beginning, dated),
        (by_id, numbered),
    ],
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


async def test_several_count_as_many_and_none_as_none(store: AdapterStore) -> None:
    kept = Kept(store, "some", most=20, spare=5, moment=by_id)
    for number in range(0, 96, 4):
        await kept.put_all(dict(numbered(number + one) for one in range(4)))
        assert len(await kept.read()) <= 24
    await kept.put_all({})


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
    ids = dict(numbered(number) for number in range(1, 10))
    await store.put("ids", {"what": "ever", **ids})
    await Kept(store, "ids", most=9, moment=by_id).put(*numbered(9))
    assert await store.read("ids") == ids
