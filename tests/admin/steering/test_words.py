"""/tone, /desk, /canned, and the names that admins type."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.admin.steering.naming import fold, means, nearest
from bot.admin.steering.reading import is_withdrawn, items_of, minutes_of, share_of
from tests.admin.rooms_kit import PEOPLE, Chamber, a_chamber


async def test_the_tone_is_shown_set_and_taken_back(chamber: Chamber) -> None:
    assert "(nothing) (default)" in (await chamber.does("/tone")).text
    reply = await chamber.does("/tono cercano y breve", language="es")
    assert chamber.live.settings.answers.tone == "cercano y breve"
    assert "Hecho" in reply.text
    assert "already" in (await chamber.does("/tone cercano y breve")).text
    await chamber.does("/tone default")
    assert chamber.live.settings.answers.tone == ""
    assert "already" in (await chamber.does("/tone default")).text
    for line in ("/tone", "/desk set brand"):
        assert "no secrets" in (await chamber.does(f"{line} sk-abcdefghij1234567890")).text
    assert len(await chamber.live.changes(10)) == 2


async def test_the_desk_is_shown_with_origins_and_set(chamber: Chamber) -> None:
    await chamber.does("/desk set undo_seconds 9")
    text = (await chamber.does("/desk show")).text
    assert "undo\\_seconds: **9\\.0** (changed in chat)" in text
    assert "language: **en** (default)" in text
    await chamber.does("/desk set idioma es")
    assert chamber.live.settings.desk.language == "es"


async def test_canned_replies_keep_their_other_language(chamber: Chamber) -> None:
    await chamber.does('/canned set name="Refund sent" language=en text=Your money is on its way.')
    await chamber.does("/canned set refund-sent español Tu dinero va en camino.")
    (reply,) = chamber.live.settings.canned
    assert reply.name == "refund-sent"
    assert reply.text == {"en": "Your money is on its way.", "es": "Tu dinero va en camino."}
    assert "refund-sent" in (await chamber.does("/canned list")).text
    removed = await chamber.does("/canned remove refund")
    assert chamber.live.settings.canned == ()
    await chamber.presses(removed, "Undo")
    assert len(chamber.live.settings.canned) == 1


async def test_a_turn_that_runs_again_says_again_what_it_did(chamber: Chamber) -> None:
    for line in ("/team remove care", "/mode shadow", "/topics set New one, two"):
        first = await chamber.does(line, key=f"same {line}")
        again = await chamber.does(line, key=f"same {line}")
        assert again.detail == first.detail
        assert "#" in again.detail
    assert len(await chamber.live.changes(10)) == 3


async def test_of_many_who_change_one_list_at_once_nobody_is_lost(
    redis_client: Redis, tmp_path: Path
) -> None:
    chambers = [await a_chamber(redis_client, tmp_path, **PEOPLE) for _ in range(3)]
    days = [f"2027-02-{day:02}" for day in range(1, 16)]
    lines = [f"/holidays billing add {day}" for day in days]
    pairs = zip(lines, chambers * 5, strict=True)
    replies = await asyncio.gather(*(chamber.does(line) for line, chamber in pairs))
    assert all("closed on" in reply.text for reply in replies), [one.text for one in replies]
    await chambers[0].live.refresh()
    assert sorted(chambers[0].live.settings.teams[1].holidays) == days


async def test_long_lists_are_read_page_by_page(chamber: Chamber) -> None:
    for number in range(20):
        await chamber.does(f"/canned set reply-{number:02} en text {number}")
    first = await chamber.does("/canned list")
    assert "Page 1 of 2" in first.text
    assert "reply-19" not in first.text
    second = await chamber.presses(first, "More")
    assert "reply-19" in second.text
    assert [one.label for one in second.buttons] == ["‹ Back"]


@pytest.mark.parametrize(
    ("typed", "names", "meant"),
    [
        ("facturacion", ("Facturación", "Envíos"), "Facturación"),
        ("ENV", ("Facturación", "Envíos"), "Envíos"),
        ("care", ("Care", "Care Plus"), "Care"),
        ("plus", ("Care", "Care Plus"), "Care Plus"),
        ("car", ("Care", "Care Plus"), None),
        ("biling", ("Billing",), None),
        ("", ("Billing",), None),
    ],
)
def test_a_name_is_meant_only_when_it_is_clear(
    typed: str, names: tuple[str, ...], meant: str | None
) -> None:
    assert means(typed, names) == meant


def test_a_misspelling_is_near() -> None:
    assert nearest("biling", ("Billing", "Care")) == ("Billing",)


@settings(max_examples=40)
@given(st.lists(st.text(min_size=1, max_size=8), max_size=6))
def test_a_name_itself_is_always_meant(names: list[str]) -> None:
    for name in {name.strip() for name in names if fold(name)}:
        known = [one.strip() for one in names]
        assert nearest(name, known)[0] == name


@settings(max_examples=40)
@given(st.integers(min_value=0, max_value=100))
def test_shares_and_percents_are_the_same(number: int) -> None:
    assert share_of(f"{number} %") == number / 100
    assert share_of(f"{number / 100}") == number / 100


def test_lists_minutes_and_the_words_that_take_back() -> None:
    assert items_of("a, b;b\nc,,") == ("a", "b", "c")
    assert minutes_of("urgent=5, 30") == {"urgent": 5.0, "normal": 30.0}
    assert minutes_of("soon") is None
    assert is_withdrawn("Por defecto")
    assert not is_withdrawn("defaults")
