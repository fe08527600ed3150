"""/team, /agent, /hours, /holidays, /route: what they change, what forbids it, and how it is shown."""

from datetime import UTC, datetime

import pytest

from bot.vocabulary.board import AgentPresence, Presence
from tests.admin.rooms_kit import Chamber


def team(chamber: Chamber, name: str = "Billing") -> object:
    return next(one for one in chamber.live.settings.teams if one.name == name)


async def test_teams_are_listed_with_hours_state_and_agents(chamber: Chamber) -> None:
    text = (await chamber.does("/team list")).text
    assert "**Care**: topics all" in text
    assert "Mon–Fri 09:00–18:00 · 🟢 open now · agents: 2 · open cases: 0" in text


async def test_a_team_is_added_with_loosely_typed_topics(chamber: Chamber) -> None:
    reply = await chamber.does(
        '/team add name="Night shift" topics=shipping languages="es, en" hours="daily 22:00-06:00"'
    )
    added = chamber.live.settings.teams[-1]
    assert (added.name, added.topics, added.languages) == (
        "Night shift",
        ("Shipping",),
        ("es", "en"),
    )
    assert "Night shift" in reply.detail
    await chamber.presses(reply, "Undo")
    assert len(chamber.live.settings.teams) == 2


async def test_an_agent_is_known_by_the_id_and_may_be_called_otherwise(chamber: Chamber) -> None:
    reply = await chamber.does('/agent set luis name "Luis Gil"')
    assert [one.name for one in chamber.live.settings.agents] == ["Ana Ruiz", "Luis Gil"]
    assert "Luis → **Luis Gil**" in reply.text
    assert "known by" in chamber.live.view("agents[slack:U8].id").why_fixed
    assert "known by" in chamber.live.view("teams[Care].name").why_fixed
    assert (await chamber.does(f"/team list {'9' * 5000}")).text.startswith("**Teams")


@pytest.mark.parametrize(
    "line",
    [
        "/team add billing",
        "/team add name=Night topics=Nonsense",
        "/team add name=Night languages=klingon",
        '/team add name=Night hours="mon-fri 25:00-26:00"',
        "/team add name=Night time_zone=Mars/Olympus",
        "/team set billing hours sometimes",
        "/team set billing colour blue",
        "/team set billing overflow billing",
        "/team set billing strategy best",
        "/team set nowhere hours daily 9-17",
        "/agent add nobody Eva",
        "/agent add slack:U7 Ana",
        "/agent add slack:U9 Eva teams=Nonsense",
        "/agent set luis capacity none-at-all",
        "/agent set luis capacity 0",
        "/hours billing mon-fri",
        "/holidays billing add 2027-13-40",
        "/holidays billing add someday",
        "/route set shipping nowhere",
        "/canned set ¿? en hello",
        "/canned set hello fr bonjour",
        "/desk set brand_new 1",
        "/desk set undo_seconds 100000",
    ],
)
async def test_a_wrong_value_says_why_and_changes_nothing(chamber: Chamber, line: str) -> None:
    before = chamber.live.settings
    reply = await chamber.does(line)
    assert len(reply.text) > 20
    assert reply.detail == ""
    assert chamber.live.settings == before
    assert await chamber.live.changes(1) == []


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("/team set billing topics shipping, refunds", "topics", ("Shipping", "Refunds")),
        ("/team set billing idiomas es", "languages", ("es",)),
        ("/team set Billing horario lun-vie 10:00-19:00", "hours", "lun-vie 10:00-19:00"),
        ("/team set billing time_zone Europe/Madrid", "time_zone", "Europe/Madrid"),
        ('/team set billing "zona horaria" Europe/Madrid', "time_zone", "Europe/Madrid"),
        ("/team set billing lead Luis", "lead", "slack:U8"),
        ("/team set billing lead <@U9>", "lead", "slack:U9"),
        ("/team set billing overflow none", "overflow", ""),
        ("/team set billing topics none", "topics", ()),
        ("/team set billing horario ninguno", "hours", ""),
        ("/team set billing strategy round_robin", "strategy", "round_robin"),
        ("/team set billing first_reply 30", "first_reply", {"normal": 30.0}),
        (
            "/team set billing resolution urgent 60, normal 480",
            "resolution",
            {"urgent": 60.0, "normal": 480.0},
        ),
    ],
)
async def test_one_thing_of_a_team_is_set(
    chamber: Chamber, line: str, key: str, value: object
) -> None:
    reply = await chamber.does(line)
    assert getattr(team(chamber), key) == value, reply.text
    await chamber.presses(reply, "Undo")
    assert getattr(team(chamber), key) != value


async def test_a_team_goes_together_with_what_names_it(chamber: Chamber) -> None:
    await chamber.does("/agent set luis teams billing, care")
    await chamber.does("/team set care overflow billing")
    reply = await chamber.does("/team remove billing")
    settings = chamber.live.settings
    assert [one.name for one in settings.teams] == ["Care"]
    assert {one.teams for one in settings.agents} == {("Care",)}
    assert settings.teams[0].overflow == ""
    await chamber.presses(reply, "Undo")
    assert [one.name for one in chamber.live.settings.teams] == ["Care", "Billing"]
    assert chamber.live.settings.agents[1].teams == ("Billing", "Care")


async def test_a_team_that_is_somebodys_only_one_stays(chamber: Chamber) -> None:
    reply = await chamber.does("/team remove billing")
    assert "Luis" in reply.text
    assert "all teams" in reply.text
    assert len(chamber.live.settings.teams) == 2


async def test_agents_are_shown_with_presence_and_load(chamber: Chamber) -> None:
    said = AgentPresence(
        agent_id="slack:T1:U7", name="Ana", presence=Presence.AVAILABLE, at=datetime.now(UTC)
    )
    await chamber.board.note_presence(said)
    await chamber.board.refresh()
    text = (await chamber.does("/agent list")).text
    assert "**Ana Ruiz** (slack\\:U7) · 🟢 available · 0 of 5 cases" in text
    assert "**Luis** (slack\\:U8) · has not said" in text


async def test_an_agent_is_added_by_a_mention_changed_and_removed(chamber: Chamber) -> None:
    await chamber.does("/agent add <@U9|eva> Eva teams=billing skills=refunds")
    assert chamber.live.settings.agents[-1].id == "slack:U9"
    await chamber.does("/agent set Eva capacidad 3")
    await chamber.does("/agent set slack:U9 lead yes")
    assert (chamber.live.settings.agents[-1].capacity, chamber.live.settings.agents[-1].lead) == (
        3,
        True,
    )
    await chamber.does("/team set billing lead Eva")
    reply = await chamber.does("/agent remove eva")
    assert len(chamber.live.settings.agents) == 2
    assert chamber.live.settings.teams[1].lead == ""
    await chamber.presses(reply, "Undo")
    assert chamber.live.settings.teams[1].lead == "slack:U9"


async def test_two_agents_of_one_name_are_told_apart_by_buttons(chamber: Chamber) -> None:
    await chamber.does('/agent add telegram:99 "Ana López"')
    reply = await chamber.does("/agent set ana capacity 9")
    assert [one.label for one in reply.buttons] == ["Ana Ruiz", "Ana López"]
    await chamber.presses(reply, "Ana López")
    assert [one.capacity for one in chamber.live.settings.agents] == [5, 5, 9]


async def test_hours_are_shown_in_words_and_set(chamber: Chamber) -> None:
    shown = await chamber.does("/hours billing")
    assert "Mon–Fri 09:00–18:00 (UTC)" in shown.text
    assert "open now" in shown.text
    assert shown.buttons[0].asks
    reply = await chamber.does("/hours billing sat 10:00-14:00")
    assert "Sat 10:00–14:00" in reply.text
    assert "closed now, opens Sat 2027-01-16 10:00" in reply.text
    assert "sat 10" in reply.detail
    await chamber.presses(reply, "Undo")
    assert "lun–vie" in (await chamber.does("/hours billing", language="es")).text


async def test_holidays_are_added_listed_and_removed(chamber: Chamber) -> None:
    assert "has no holidays" in (await chamber.does("/holidays billing list")).text
    added = await chamber.does("/holidays billing add 2027-01-11 Reyes")
    assert "closed on 2027-01-11 Reyes" in added.text
    assert "closed now" in (await chamber.does("/hours billing")).text
    await chamber.does("/festivos billing añadir 12-25")
    listed = await chamber.does("/holidays billing list")
    assert "12-25 (every year)" in listed.text
    assert "already" in (await chamber.does("/holidays billing add 12-25 Xmas")).text
    await chamber.presses(listed, "Remove 12-25")
    assert chamber.live.settings.teams[1].holidays == ("2027-01-11 Reyes",)
    await chamber.does("/holidays billing remove reyes")
    assert chamber.live.settings.teams[1].holidays == ()


async def test_which_holiday_is_asked_back(chamber: Chamber) -> None:
    await chamber.does("/holidays billing add 12-25")
    reply = await chamber.does("/holidays billing remove 12-26")
    assert [one.label for one in reply.buttons] == ["12-25"]
    assert "Which day" in (await chamber.does("/holidays billing add")).text


async def test_a_topic_is_routed_to_one_team_alone(chamber: Chamber) -> None:
    assert "Shipping → **Care**" in (await chamber.does("/route list")).text
    first = await chamber.does("/route set shipping care")
    assert "looked after everything" in first.text
    await chamber.does("/route set shipping billing")
    assert chamber.live.settings.teams[0].topics == ("Shipping",)


async def test_a_topic_moves_to_another_team(chamber: Chamber) -> None:
    await chamber.does("/route set shipping billing")
    reply = await chamber.does("/route set shipping care")
    topics = [one.topics for one in chamber.live.settings.teams]
    assert topics == [("Shipping",), ("Refunds",)]
    await chamber.presses(reply, "Undo")
    assert chamber.live.settings.teams[1].topics == ("Refunds", "Shipping")


async def test_a_question_is_routed_for_trial(chamber: Chamber) -> None:
    text = (await chamber.does("/route test where is my refund?")).text
    assert "**Refunds**" in text
    assert "**Billing**" in text
    other = (await chamber.does("/route test hola, ¿qué tal?", language="es")).text
    assert "**Care**" in other
    assert "todo lo demás" in other
