"""Teams, agents and topics are found by the words that people use for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.people import Agent
from handoff.routing.finding import agents_in, fold, names_any, seat_of, team_in, topic_in
from handoff.routing.teams import Team, Topic, pinged, same_agent
from tests.handoff.kit import ANA, THREAD
from tests.handoff.routing.kit import a_seat

TOPICS = (
    Topic(name="billing", words=("refund*", "reembolso*", "factura", "charged twice")),
    Topic(name="delivery", words=("parcel", "paquete", "envío", "charged")),
)
ANNA = Agent(id="slack:T1:U1", name="Anna García")
ANNA_LEE = Agent(id="slack:T1:U2", name="Anna Lee")
BENITO = Agent(id="telegram:9:555", name="Benito")
PEOPLE = (ANNA, ANNA_LEE, BENITO)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want my money back, refunded today!", "billing"),
        ("¿Dónde está mi PAQUETE?", "delivery"),
        ("mi envio no llega", "delivery"),
        ("I was charged twice", "billing"),
        ("they charged me for the parcel", "delivery"),
        ("la facturación", None),
        ("parcels", None),
        ("", None),
        ("hello there", None),
    ],
)
def test_a_topic_is_found_by_whole_words(text: str, expected: str | None) -> None:
    assert topic_in(text, TOPICS) == expected


@given(st.text(max_size=200))
def test_no_text_is_about_a_topic_without_its_words(text: str) -> None:
    folded = f" {fold(text)} "
    found = topic_in(text, TOPICS)
    words = {"refund", "reembolso", "factura ", "charged", "parcel ", "paquete ", "envio "}
    assert found is None or any(f" {word}" in folded for word in words)


def test_a_word_of_signs_alone_is_in_no_text() -> None:
    assert not names_any("what?!", ("?!", "*", ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("billing", "Billing"),
        ("BILL", "Billing"),
        ("tecnico", "Técnico"),
        ("b", None),
        ("sales", None),
        ("", None),
    ],
)
def test_a_team_is_found_by_its_name_or_the_only_beginning(text: str, expected: str | None) -> None:
    teams = (Team(name="Billing"), Team(name="Back office"), Team(name="Técnico"))
    found = team_in(text, teams)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna García", [ANNA]),
        ("@anna garcia", [ANNA]),
        ("garcía", [ANNA]),
        ("<@U2>", [ANNA_LEE]),
        ("<@!U2|anna>", [ANNA_LEE]),
        ("U1", [ANNA]),
        ("slack:U1", [ANNA]),
        ("slack:T1:U1", [ANNA]),
        ("@Benito", [BENITO]),
        ("555", [BENITO]),
        ("anna", [ANNA, ANNA_LEE]),
        ("Zoe", []),
        ("@", []),
        ("slack:T2:U1", []),
    ],
)
def test_an_agent_is_found_by_name_mention_and_id(text: str, expected: list[Agent]) -> None:
    assert list(agents_in(text, PEOPLE)) == expected


def test_a_whole_name_beats_a_part_of_another() -> None:
    ann, ann_lee = Agent(id="slack:T1:U3", name="Ann"), Agent(id="slack:T1:U4", name="Ann Lee")
    assert agents_in("ann", (ann_lee, ann)) == (ann,)


def test_ids_of_the_settings_and_of_the_desk_name_one_agent() -> None:
    assert same_agent("slack:U1", "slack:T1:U1")
    assert not same_agent("slack:T2:U1", "slack:T1:U1")
    assert not same_agent("slack:U1", "discord:9:U1")
    seat = a_seat(Agent(id="playground:ana", name="Ana"))
    assert seat_of(ANA.id, [seat]) == seat


def test_an_agent_of_another_platform_is_not_pinged() -> None:
    assert pinged(ANA, THREAD) == ("ana",)
    assert pinged(ANA, None) == ("ana",)
    assert pinged(BENITO, THREAD) == ()
