"""For whom an answer may be: decided from where and by whom a question was written."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.app.parts import build_asking
from bot.conversation.asking import Asking
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.knowledge import Audience
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Platform, Principal
from bot.vocabulary.turns import Turn
from config.settings import Settings
from tests.builders import a_message

HOME = ConversationRef(platform=Platform.SLACK, tenant_id="T1", channel_id="C1")
ASKING = Asking(members=frozenset({"slack:T1", "discord:9"}))


def written(*, external: bool = False, known: bool = True) -> IncomingMessage:
    principal = Principal(
        platform=Platform.SLACK, tenant_id="T1", user_id="U1", is_external=external
    )
    return a_message(conversation=HOME, principal=principal if known else None)


def turn(messages: Sequence[IncomingMessage], place: ConversationRef = HOME) -> Turn:
    return Turn(
        id="t1",
        conversation=Conversation(ref=place),
        messages=tuple(messages),
        started_at=datetime.now(UTC),
    )


def test_own_people_of_a_place_with_members_are_members() -> None:
    assert ASKING.audience(turn([written(), written()])) is Audience.MEMBERS


@pytest.mark.parametrize(
    "messages",
    [[], [written(external=True)], [written(known=False)], [written(), written(external=True)]],
)
def test_nobody_a_guest_and_whoever_is_unknown_are_the_public(
    messages: list[IncomingMessage],
) -> None:
    assert ASKING.audience(turn(messages)) is Audience.PUBLIC


@pytest.mark.parametrize(
    "place",
    [
        replace(HOME, tenant_id="T2"),
        replace(HOME, platform=Platform.DISCORD),
        replace(HOME, tenant_id="9"),
    ],
    ids=str,
)
def test_other_places_are_the_public(place: ConversationRef) -> None:
    assert ASKING.audience(turn([written()], place)) is Audience.PUBLIC


def test_without_members_everybody_is_the_public() -> None:
    assert Asking().audience(turn([written()])) is Audience.PUBLIC


def test_nobody_ever_asks_as_an_agent() -> None:
    """Also agents who try the bot are answered as customers would be."""
    message = replace(written(), principal=replace(_principal(), is_agent=True))
    assert Asking().query(turn([message]), "hi", language="en").audience is Audience.PUBLIC


def _principal() -> Principal:
    return Principal(platform=Platform.SLACK, tenant_id="T1", user_id="U1")


def test_nobody_who_wrote_is_no_asker() -> None:
    query = ASKING.query(turn([]), "hi", language="en", history=["a"], excluded=["d1"])
    assert (query.asker, query.history, query.excluded) == (None, ("a",), {"d1"})
    assert ASKING.query(turn([written()]), "hi", language="en").asker == "slack:T1:carla"


def test_the_settings_say_who_is_a_member_and_what_it_is_about() -> None:
    given = {"members": ["slack:T1", "discord:9"], "tags": ["Product:Shop"]}
    asking = build_asking(Settings.model_validate({"knowledge": given}))
    assert asking == replace(ASKING, tags=frozenset({"product:shop"}))
    assert build_asking(Settings()) == Asking()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"members": ["telegram:42"]}, "'telegram:42' is no place with members: write a Slack"),
        ({"members": ["T0123"]}, "'T0123' is no place with members"),
        ({"members": ["slack:T1:C1"]}, "'slack:T1:C1' is no place with members"),
        ({"members": ["discord:*"]}, "is no place with members"),
        ({"tags": ["shop"]}, "'shop' is no tag: write a key and a value, 'product:shop'"),
        ({"tags": ["product:"]}, "is no tag"),
    ],
)
def test_what_is_no_place_or_no_tag_is_refused(given: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        Settings.model_validate({"knowledge": given})
