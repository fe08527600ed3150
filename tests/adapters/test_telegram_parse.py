"""Updates of Telegram become values: words, people, places, keys, and no event where there is none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.parse import RATINGS, Scene, read_update, to_message
from adapters.telegram.places import Place
from bot.vocabulary.messages import IncomingMessage, MessageKind
from tests.platforms.telegram.spec import description, type_violations
from tests.platforms.telegram.stage import entities_of

Json = dict[str, Any]

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
AT = 1_790_000_000
SCENE = Scene(bot_id=4711000, username="relevo_bot", desk_chat=-1009)
MARTA: Json = {"id": 5, "is_bot": False, "first_name": "Marta", "language_code": "es"}
PRIVATE: Json = {"id": 5, "type": "private", "first_name": "Marta"}
GROUP: Json = {"id": -1007, "type": "supergroup", "title": "Friends"}
DESK: Json = {"id": -1009, "type": "supergroup", "title": "Desk", "is_forum": True}
US: Json = {"id": 4711000, "is_bot": True, "first_name": "Relevo", "username": "relevo_bot"}
CHANNEL: Json = {"id": -1005, "type": "channel", "title": "News"}
FILE: Json = {"file_id": "F1", "file_unique_id": "U1"}


def message(text: str | None = "Hello", **more: Any) -> Json:
    words: Json = {} if text is None else {"text": text} | entities_of(text)
    base: Json = {"message_id": 7, "date": AT, "chat": PRIVATE, "from": MARTA}
    return {key: value for key, value in (base | words | more).items() if value is not None}


def read(
    *, checked: bool = True, own: Place | None = None, **content: Any
) -> IncomingMessage | None:
    raw = {"update_id": 1, **content}
    if checked:
        assert type_violations("Update", raw) == []
    update = read_update(json.loads(json.dumps(raw)))
    assert update is not None
    return to_message(update, SCENE, own=own, now=NOW)


def reads(**content: Any) -> IncomingMessage:
    found = read(**content)
    assert found is not None
    return found


def in_group(text: str | None = "Hello", **more: Any) -> Json:
    return message(text, chat=GROUP, **more)


def in_desk(text: str | None = "Hello", **more: Any) -> Json:
    return message(text, chat=DESK, message_thread_id=3, is_topic_message=True, **more)


def test_a_private_message() -> None:
    found = reads(message=message("Is it in stock?"))
    assert (found.event_key, found.id, found.text) == ("tg-5-7", "7", "Is it in stock?")
    assert str(found.conversation) == "telegram:4711000:5"
    assert found.sent_at == datetime.fromtimestamp(AT, UTC)
    assert (found.author.user_id, found.author.display_name) == ("5", "Marta")
    assert found.author.locale == "es"
    assert not found.author.is_external
    assert found.is_direct
    assert not found.is_mention


def test_a_topic_of_a_private_chat_is_a_conversation_of_its_own() -> None:
    found = reads(message=message(message_thread_id=4, is_topic_message=True))
    assert str(found.conversation) == "telegram:4711000:5:4"


def test_the_thread_of_a_reply_is_no_topic() -> None:
    found = reads(message=in_group("@relevo_bot hi", message_thread_id=4))
    assert str(found.conversation) == "telegram:4711000:-1007"


COMMANDS = {
    "/human": "/human",
    "/human@relevo_bot": "/human",
    "/human@Relevo_Bot  I need help": "/human I need help",
    "/start": "/start",
    "/start deep-link-42": "/start",
    "/start@relevo_bot x": "/start",
    "/human@other_bot": None,
    "no /human here": "no /human here",
}


@pytest.mark.parametrize("text", COMMANDS)
def test_commands(text: str) -> None:
    found = read(message=message(text))
    assert (found.text if found else None) == COMMANDS[text]


ADDRESSED = {
    "@relevo_bot is it open?": "is it open?",
    "@Relevo_Bot: is it open?": "is it open?",
    "is it open, @relevo_bot?": "is it open, ?",
    "is it @relevo_bot open?": "is it open?",
    "👩‍👩‍👧‍👦 @relevo_bot 👍": "👩‍👩‍👧‍👦 👍",
    "@relevo_bot": "",
    "/human@relevo_bot now": "/human now",
    "is it open?": None,
    "@relevo_bots is it open?": None,
    "mail@relevo_bot": None,
    "/human": None,
    "/human@other_bot @relevo_bot": None,
}


@pytest.mark.parametrize("text", ADDRESSED)
def test_in_groups_only_what_is_meant_for_the_bot_is_an_event(text: str) -> None:
    found = read(message=in_group(text))
    assert (found.text if found else None) == ADDRESSED[text]
    if found:
        assert found.is_mention
        assert not found.is_direct


def test_a_mention_by_name_alone() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 6, "user": US}
    found = reads(message=in_group("Relevo is it open?", entities=[entity]))
    assert found.text == "is it open?"


def test_a_reply_to_the_bot_is_meant_for_it() -> None:
    ours = {"message_id": 3, "date": AT, "chat": GROUP, "from": US, "text": "Hi"}
    assert reads(message=in_group("And on Sunday?", reply_to_message=ours)).is_mention
    theirs = ours | {"from": MARTA}
    assert read(message=in_group("And on Sunday?", reply_to_message=theirs)) is None
    opened = {key: value for key, value in ours.items() if key != "text"}
    opened |= {"forum_topic_created": {"name": "T", "icon_color": 7322096}}
    assert read(message=in_group("And on Sunday?", reply_to_message=opened)) is None


def test_everything_that_people_say_in_the_desks_topics_is_an_event() -> None:
    found = reads(message=in_desk("plain talk"))
    assert str(found.conversation) == "telegram:4711000:-1009:3"
    assert not found.is_mention
    assert read(message=message("plain talk", chat=DESK)) is None, "not in its general topic"


EXTERNAL = {
    "anonymous_admin": {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": DESK,
    },
    "channel": {
        "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
        "sender_chat": CHANNEL,
    },
    "telegram": {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
    "channel_bot_alone": {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}},
    "via_bot": {"via_bot": {"id": 9, "is_bot": True, "first_name": "Gif"}},
}


@pytest.mark.parametrize("name", EXTERNAL)
def test_masked_people_are_external(name: str) -> None:
    found = reads(message=in_desk("/claim", **EXTERNAL[name]))
    assert found.author.is_external
    assert not found.author.is_bot
    masked = EXTERNAL[name].get("sender_chat")
    if masked:
        assert (found.author.user_id, found.author.display_name) == (
            str(masked["id"]),
            masked["title"],
        )


NO_EVENTS: dict[str, Json] = {
    "other_bot": {"message": message() | {"from": {"id": 9, "is_bot": True, "first_name": "B"}}},
    "ourselves": {"message": message() | {"from": US}},
    "nobody": {"message": {key: value for key, value in message().items() if key != "from"}},
    "channel_post": {"message": message(chat=CHANNEL, sender_chat=CHANNEL)},
    "from_linked_channel": {"message": in_desk(sender_chat=CHANNEL, is_automatic_forward=True)},
    "joined": {"message": in_desk(None, new_chat_members=[MARTA])},
    "left": {"message": in_desk(None, left_chat_member=MARTA)},
    "pinned": {"message": in_desk(None, pinned_message=in_desk())},
    "title": {"message": in_desk(None, new_chat_title="New")},
    "topic_closed": {"message": in_desk(None, forum_topic_closed={})},
    "topic_edited": {"message": in_desk(None, forum_topic_edited={"name": "x"})},
    "auto_delete": {
        "message": message(None, message_auto_delete_timer_changed={"message_auto_delete_time": 9})
    },
    "live_location": {
        "edited_message": message(
            None, edit_date=AT + 1, location={"latitude": 1.0, "longitude": 2.0}
        )
    },
}


@pytest.mark.parametrize("name", NO_EVENTS)
def test_what_is_no_event(name: str) -> None:
    assert read(**NO_EVENTS[name]) is None


def test_forwarded_words_command_nothing() -> None:
    origin = {"type": "hidden_user", "date": AT, "sender_user_name": "Eve"}
    for text in ("/reply all free", "!resolve", "  /claim"):
        assert reads(message=in_desk(text, forward_origin=origin)).text == f"» {text}"
    assert reads(message=in_desk("see this", forward_origin=origin)).text == "see this"


THINGS: dict[str, tuple[Json, str, str, str | None]] = {
    "photo": (
        {
            "photo": [
                FILE | {"width": 1, "height": 1},
                FILE | {"file_id": "F2", "width": 9, "height": 9, "file_size": 5},
            ]
        },
        "photo 7.jpg",
        "image/jpeg",
        "F2",
    ),
    "document": (
        {"document": FILE | {"file_name": "bill.pdf", "mime_type": "application/pdf"}},
        "bill.pdf",
        "application/pdf",
        "F1",
    ),
    "nameless": ({"document": FILE}, "document 7", "application/octet-stream", "F1"),
    "voice": (
        {"voice": FILE | {"duration": 3, "mime_type": "audio/ogg"}},
        "voice message 7.ogg",
        "audio/ogg",
        "F1",
    ),
    "video_note": (
        {"video_note": FILE | {"length": 9, "duration": 3}},
        "video message 7.mp4",
        "video/mp4",
        "F1",
    ),
    "video": (
        {"video": FILE | {"width": 1, "height": 1, "duration": 3, "file_name": "a.mp4"}},
        "a.mp4",
        "application/octet-stream",
        "F1",
    ),
    "audio": ({"audio": FILE | {"duration": 3}}, "audio 7", "application/octet-stream", "F1"),
    "animation": (
        {"animation": FILE | {"width": 1, "height": 1, "duration": 3}, "document": FILE},
        "animation 7",
        "application/octet-stream",
        "F1",
    ),
    "sticker": (
        {
            "sticker": FILE
            | {
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
                "emoji": "😀",
            }
        },
        "sticker 😀.webp",
        "image/webp",
        "F1",
    ),
    "contact": (
        {"contact": {"phone_number": "+34600", "first_name": "Ana", "last_name": "Ruiz"}},
        "contact: Ana Ruiz, +34600",
        "application/x-telegram-contact",
        None,
    ),
    "location": (
        {"location": {"latitude": 40.4168, "longitude": -3.7038}},
        "location: 40.41680, -3.70380",
        "application/x-telegram-location",
        None,
    ),
    "venue": (
        {
            "venue": {
                "location": {"latitude": 1.0, "longitude": 2.0},
                "title": "Shop",
                "address": "Main St 1",
            },
            "location": {"latitude": 1.0, "longitude": 2.0},
        },
        "venue: Shop, Main St 1",
        "application/x-telegram-venue",
        None,
    ),
    "poll": (
        {
            "poll": {
                "id": "1",
                "question": "Tea?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        "poll: Tea?",
        "application/x-telegram-poll",
        None,
    ),
    "dice": (
        {"dice": {"emoji": "🎲", "value": 4}},
        "dice: 🎲 4",
        "application/x-telegram-dice",
        None,
    ),
    "story": ({"story": {"chat": PRIVATE, "id": 1}}, "story", "application/x-telegram-story", None),
    "newer_than_the_sdk": (
        {"rich_message": {"blocks": []}},
        "rich message",
        "application/x-telegram-rich-message",
        None,
    ),
}


@pytest.mark.parametrize("name", THINGS)
def test_everything_else_is_an_attachment_that_says_what_it_is(name: str) -> None:
    content, title, kind, file_id = THINGS[name]
    found = reads(message=message(None, **content))
    [attachment] = found.attachments
    assert (attachment.name, attachment.content_type, attachment.file_id) == (title, kind, file_id)
    assert found.text == ""


def test_a_caption_is_the_text() -> None:
    found = reads(message=message(None, document=FILE, caption="@relevo_bot this one"))
    assert found.text == "@relevo_bot this one", "no entity, no mention"
    assert len(found.attachments) == 1


def test_edits_within_a_second_have_keys_of_their_own() -> None:
    edits = [
        reads(edited_message=message(text, edit_date=AT + 9)) for text in ("one", "two", "one")
    ]
    assert {edit.kind for edit in edits} == {MessageKind.EDITED}
    assert edits[0].event_key == edits[2].event_key
    assert edits[0].event_key != edits[1].event_key
    assert edits[0].sent_at == datetime.fromtimestamp(AT + 9, UTC)


def query(**more: Any) -> Json:
    shown = {"message_id": 8, "date": AT, "chat": PRIVATE, "from": US, "text": "Well?"}
    base: Json = {
        "id": "q1",
        "from": MARTA,
        "chat_instance": "c",
        "message": shown,
        "data": "human",
    }
    return base | more


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


def reaction(new: str, old: str = "", **more: Any) -> Json:
    def kinds(emojis: str) -> list[Json]:
        return [{"type": "emoji", "emoji": emoji} for emoji in emojis.split()]

    base: Json = {"chat": PRIVATE, "message_id": 8, "user": MARTA, "date": AT}
    return base | {"old_reaction": kinds(old), "new_reaction": kinds(new)} | more


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
    assert read_update(raw) is None or to_message(_certain(raw), SCENE, own=None, now=NOW) is None


def _certain(raw: object) -> Any:
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
