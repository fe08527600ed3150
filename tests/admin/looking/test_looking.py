"""/status, /doctor, /test and /kb over a real index: what they show, and that they change nothing."""

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.admin.looking import LookingRoom
from bot.engine.client.connection import run_command
from bot.vocabulary.library import Library, LibraryReport
from bot.vocabulary.platforms import Finding, Health
from knowledge.embedding import EmbeddingOptions
from knowledge.loading.errand_worker import work
from knowledge.loading.refreshing import as_told
from tests.admin.rooms_kit import PEOPLE, Chamber, a_chamber


async def test_status_shows_all_at_a_glance(chamber: Chamber) -> None:
    text = (await chamber.does("/status")).text
    assert "**auto**: Shipping, Refunds, everything else" in text
    assert "**Billing**: 🟢 open now · Mon–Fri 09:00–18:00" in text
    assert "Cases: 0 waiting" in text
    assert "Documents: 3" in text
    assert "nothing was asked yet" in text
    assert "No agent has said" in text


async def test_status_in_spanish_names_what_is_wrong(chamber: Chamber) -> None:
    await chamber.does("/team add Ghosts")
    await chamber.does("/agent set ana teams billing")
    text = (await chamber.does("/estado", language="es")).text
    assert "Necesita atención" in text
    assert "Ghosts" in text


async def test_doctor_tells_the_worst_first_and_the_cure(chamber: Chamber) -> None:
    text = (await chamber.does("/doctor")).text
    assert text.index("✗ **platforms**") < text.index("✓")
    assert "set slack\\.bot\\_token" in text
    assert "knowledge" in text


def test_findings_are_ordered() -> None:
    from bot.admin.looking.doctor import rows_of  # noqa: PLC0415

    healths = (Health.GOOD, Health.WARNING, Health.BROKEN, Health.GOOD)
    found = [Finding(subject=f"s{n}", health=one, text="t") for n, one in enumerate(healths)]
    assert [row[2] for row in rows_of(found)] == ["✗", "⚠", "✓"]
    assert "s0, s3" in rows_of(found)[-1]


async def test_a_question_is_tried_with_its_reasons_and_changes_nothing(chamber: Chamber) -> None:
    await chamber.does("/mode shadow refunds")
    before = await run_command(chamber.redis, "DBSIZE")
    text = (await chamber.does("/test how long does a refund take?")).text
    assert "The bot answers" in text
    assert "14 days" in text
    assert "refunds" in text
    assert "**Topic** Refunds" in text
    assert "**team** Billing" in text
    assert "shadow" in text
    assert "**Why**" in text
    assert await run_command(chamber.redis, "DBSIZE") == before


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("I want to talk to a human", "hands over to a person"),
        ("what is the colour of the moon's cheese?", "Nothing was found"),
        ("what is the code of the warehouse door?", "confidence"),
    ],
)
async def test_people_and_unknown_things_are_told_apart(
    chamber: Chamber, question: str, words: str
) -> None:
    text = (await chamber.does(f"/test {question}")).text
    assert words in text
    assert "secret" not in text, "an internal document is no customer's"


async def test_documents_are_listed_and_searched_internal_ones_too(chamber: Chamber) -> None:
    listed = (await chamber.does("/kb list")).text
    assert "**Documents (3)**" in listed
    assert "**Door codes**" in listed
    assert "internal" in listed
    found = (await chamber.does("/kb search code of the warehouse")).text
    assert "Door codes" in found
    assert "internal" in found


@pytest.mark.parametrize("source", ["/etc/passwd", "../notes.md", "*.md", "C:\\notes.md", "notes"])
async def test_nothing_of_the_servers_disk_is_added_from_chat(
    chamber: Chamber, source: str
) -> None:
    reply = await chamber.does(f"/kb add {source}")
    assert "no web address" in reply.text
    assert reply.detail == ""


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("documents", 0),
        ("/etc/passwd", 0),
        ("http://127.0.0.1/help", 1),
        ("http://169.254.169.254/latest", 1),
        ("http://[::1]/", 1),
        ("https://ana:hunter2@127.0.0.1/help", 1),
        ("file:///etc/passwd", 1),
    ],
)
def test_the_child_takes_no_path_and_no_inner_address(folder: Path, name: str, failed: int) -> None:
    given = str(folder / name) if name == "documents" else name
    task: dict[str, object] = {"errand": "add", "name": given, "data_dir": str(folder)}
    task |= {"allow_hosts": (), "embedding": as_told(EmbeddingOptions()), "weaviate": None}
    report = work(task)
    assert report["added"] == report["changed"] == report["unchanged"] == ()
    assert len(cast("tuple[object, ...]", report["failed"])) == failed
    assert "hunter2" not in json.dumps(report), "a password in an address is shown nowhere"


async def test_documents_are_removed_by_name_and_come_back_with_a_sync(
    redis_client: Redis, folder: Path
) -> None:
    chamber = await a_chamber(redis_client, folder, **PEOPLE)
    asked = await chamber.does("/kb remove shipping tims")
    assert [one.label for one in asked.buttons] == ["Shipping times"]
    removed = await chamber.presses(asked, "Shipping times")
    assert "is gone" in removed.text
    assert "comes back" in removed.text
    assert "**Documents (2)**" in (await chamber.does("/kb list")).text
    synced = await chamber.does("/kb sync")
    assert "1 new" in synced.text
    assert "added 1" in synced.detail


async def test_no_gaps_are_good_news(chamber: Chamber) -> None:
    assert "Good news" in (await chamber.does("/kb gaps")).text


@pytest.mark.parametrize("days", ["0", "401", "many"])
async def test_no_number_of_days_is_refused(chamber: Chamber, days: str) -> None:
    assert "no number of days" in (await chamber.does(f"/stats {days}")).text


class Refusing:
    """A library that could load nothing, named by an address with a password."""

    async def add(self, address: str) -> LibraryReport:
        return LibraryReport(failed=((address, "it holds a user name or password"),))


async def test_a_password_in_an_address_is_said_nowhere(chamber: Chamber) -> None:
    room = chamber.rooms.rooms[1]
    assert isinstance(room, LookingRoom)
    library = cast("Library", Refusing())
    chamber.handlers |= LookingRoom(replace(room.sights, library=library)).handlers()
    reply = await chamber.does("/kb add https://ana:hunter2@help.example/start")
    assert "Nothing could be loaded" in reply.text
    assert "failed 1" in reply.detail
    assert "help.example/start" in reply.detail
    assert "hunter2" not in reply.text + reply.detail
