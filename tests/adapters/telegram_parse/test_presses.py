"""Pressed buttons and reactions."""

import pytest

from adapters.telegram.parse import RATINGS
from adapters.telegram.places import Place
from bot.vocabulary.messages import MessageKind
from tests.adapters.telegram_parse.kit import CHANNEL, DESK, NOW, query, reaction, read, reads


def test_a_pressed_button() -> None:
    found = reads(callback_query=query())
    assert (found.kind, found.action, found.id) == (MessageKind.PRESSED, "human", "8")
    assert (found.event_key, found.text, found.sent_at) == ("tg-cb-q1", "", NOW)


def test_a_button_under_a_message_that_is_too_old_to_be_shown() -> None:
    old = {"chat": DESK, "message_id": 8, "date": 0}
    place = Place(chat_id=-1009, thread_id=3)
    found = reads(callback_query=query(message=old), own=place)
    assert str(found.conversation) == "telegram:4711000:-1009:3"
    unknown = reads(callback_query=query(message=old))
    assert str(unknown.conversation) == "telegram:4711000:-1009"


def test_buttons_that_are_no_ones() -> None:
    inline = {key: value for key, value in query().items() if key != "message"}
    assert read(callback_query=inline | {"inline_message_id": "x"}) is None
    game = {key: value for key, value in query().items() if key != "data"}
    assert read(callback_query=game | {"game_short_name": "g"}) is None
    robot = {"id": 9, "is_bot": True, "first_name": "B"}
    assert read(callback_query=query(**{"from": robot})) is None


@pytest.mark.parametrize(
    ("new", "old", "action"),
    [
        ("👍", "", "rate:up"),
        ("❤", "", "rate:up"),
        ("❤️", "", "rate:up"),
        ("🎉", "", "rate:up"),
        ("👎", "", "rate:down"),
        ("😡", "", "rate:down"),
        ("👎", "👍", "rate:down"),
        ("👍 👎", "👍", "rate:down"),
        ("", "👍", None),
        ("👍", "👍", None),
        ("🤔", "", None),
    ],
)
def test_reactions_rate_the_bots_messages(new: str, old: str, action: str | None) -> None:
    found = read(message_reaction=reaction(new, old), own=Place(chat_id=5))
    assert (found.action if found else None) == action
    if found:
        assert (found.kind, found.id) == (MessageKind.PRESSED, "8")


def test_a_mind_changed_within_a_second_is_heard() -> None:
    own = Place(chat_id=5)
    up, down = (
        reads(message_reaction=reaction(*emojis), own=own) for emojis in (("👍",), ("👎", "👍"))
    )
    assert up.event_key != down.event_key
    assert up.event_key == reads(message_reaction=reaction("👍"), own=own).event_key


def test_reactions_to_others_or_by_nobody_are_none() -> None:
    assert read(message_reaction=reaction("👍")) is None
    nobody = {key: value for key, value in reaction("👍").items() if key != "user"}
    assert read(message_reaction=nobody | {"actor_chat": CHANNEL}, own=Place(chat_id=5)) is None
    custom = [{"type": "custom_emoji", "custom_emoji_id": "1"}]
    assert (
        read(message_reaction=reaction("") | {"new_reaction": custom}, own=Place(chat_id=5)) is None
    )


def test_the_two_directions_do_not_meet() -> None:
    assert set(RATINGS.values()) == {"rate:up", "rate:down"}
    assert len(RATINGS) > 15
