"""What is meant for the bot, who wrote it, and what is no event."""

import pytest

from tests.adapters.telegram_parse.kit import (
    AT,
    CHANNEL,
    DESK,
    GROUP,
    MARTA,
    US,
    Json,
    in_desk,
    in_group,
    message,
    read,
    reads,
)

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
    asked = reads(message=in_group("@relevo_bot And on Sunday?", reply_to_message=opened))
    assert asked.is_mention, "all that stands in a topic counts as a reply to its first message"


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
