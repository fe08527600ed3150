"""No update that is broken, endless or of unknown shape stops the reading."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.parse import read_update, to_message
from adapters.telegram.places import Place
from tests.adapters.telegram_parse.kit import (
    AT,
    MARTA,
    NOW,
    PRIVATE,
    SCENE,
    THINGS,
    Json,
    in_desk,
    message,
    query,
    reaction,
    reads,
)
from tests.platforms.telegram.spec import description, type_violations


def test_broken_characters_are_mended() -> None:
    found = reads(message=message("half \ud83d and \ud83d\ude00 \x00"))
    assert found.text == "half \ufffd and 😀 \x00"
    found.text.encode()
    name: Json = MARTA | {"first_name": "\ud83dM\u202earta\u200b"}
    assert reads(message=message() | {"from": name}).author.display_name == "\ufffdMarta"


def test_an_endless_text_is_cut() -> None:
    assert len(reads(message=message("x" * 50_000)).text) == 40_000


BROKEN: list[Any] = [
    None,
    5,
    "x",
    [],
    {},
    {"update_id": "x"},
    {"update_id": 1, "message": 5},
    {"update_id": 1, "message": {"date": AT, "chat": PRIVATE}},
    {"update_id": 1, "message": message() | {"date": "soon"}},
    {"update_id": 1, "message": message() | {"date": 10**20}},
    {"update_id": 1, "message": message() | {"entities": [{}]}},
    {"update_id": 1, "message": message() | {"from": 7}},
    {"update_id": 1, "callback_query": {"id": 1}},
    {"update_id": 1, "message_reaction": {}},
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
def test_what_can_not_be_read_is_none(raw: object) -> None:
    assert read_update(raw) is None or to_message(certain(raw), SCENE, own=None, now=NOW) is None


def certain(raw: object) -> Any:
    return read_update(raw)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, inner in cast("Json", value).items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(cast("list[Any]", value)):
            yield from leaves(inner, (*path, number))


def damaged(value: Any, path: tuple[Any, ...], damage: object) -> Any:
    if not path:
        return damage
    copy: Any = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = damage
    return copy


WHOLE: list[Json] = [
    {"update_id": 1, "message": in_desk("/reply @relevo_bot hi", reply_to_message=message())},
    {"update_id": 1, "edited_message": message("x", edit_date=AT)},
    {"update_id": 1, "message": message(None, **THINGS["sticker"][0], caption="a")},
    {"update_id": 1, "callback_query": query()},
    {"update_id": 1, "message_reaction": reaction("👍")},
]

NOTHING_OF_IT: list[object] = [None, True, [], {}, "", "x", 0, -1, 10**30, 1.5, [None], {"a": {}}]

DAMAGE = st.sampled_from(NOTHING_OF_IT) | st.integers() | st.text()


@given(st.data())
def test_no_damage_stops_the_reading(data: st.DataObject) -> None:
    """Any part of an update may be anything: it is read, or it is passed over."""
    whole = data.draw(st.sampled_from(WHOLE))
    path = data.draw(st.sampled_from(list(leaves(whole))))
    damage = data.draw(DAMAGE)
    update = read_update(damaged(whole, path, damage))
    if update is None:
        return
    try:
        found = to_message(update, SCENE, own=Place(chat_id=5), now=NOW)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        return
    assert found is None or found.event_key


def test_the_fixtures_are_checked_where_the_description_is_here() -> None:
    if description() is not None:
        assert type_violations("Update", {"update_id": 1, "message": {"message_id": 1}})
