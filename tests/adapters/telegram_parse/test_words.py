"""What people write becomes a value: its place, its words, its key."""

from datetime import UTC, datetime

import pytest

from adapters.telegram.parse import Scene, read_update, to_message
from bot.vocabulary.messages import MessageKind
from tests.adapters.telegram_parse.kit import AT, NOW, in_desk, in_group, message, read, reads


def test_a_private_message() -> None:
    found = reads(message=message("Is it in stock?"))
    assert (found.event_key, found.id, found.text) == ("tg-4711000-5-7", "7", "Is it in stock?")
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


def test_a_command_is_one_in_bold_too() -> None:
    """Telegram names the bold first."""
    for text, words in COMMANDS.items():
        bold = {"type": "bold", "offset": 0, "length": len(text)}
        written = message(text)
        written["entities"] = [bold, *written.get("entities", [])]
        found = read(message=written)
        assert (found.text if found else None) == words


def test_two_bots_that_hear_one_person_have_keys_of_their_own() -> None:
    """Each bot counts the messages of a private chat by itself."""
    another = Scene(bot_id=4711001, username="other_bot")
    update = read_update({"update_id": 1, "message": message("Is it in stock?")})
    assert update is not None
    other = to_message(update, another, own=None, now=NOW)
    assert other is not None
    assert other.event_key != reads(message=message("Is it in stock?")).event_key


@pytest.mark.parametrize("text", COMMANDS)
def test_commands(text: str) -> None:
    found = read(message=message(text))
    assert (found.text if found else None) == COMMANDS[text]


def test_forwarded_words_command_nothing() -> None:
    origin = {"type": "hidden_user", "date": AT, "sender_user_name": "Eve"}
    for text in ("/reply all free", "!resolve", "  /claim"):
        assert reads(message=in_desk(text, forward_origin=origin)).text == f"» {text}"
    assert reads(message=in_desk("see this", forward_origin=origin)).text == "see this"


def test_edits_within_a_second_have_keys_of_their_own() -> None:
    edits = [
        reads(edited_message=message(text, edit_date=AT + 9)) for text in ("one", "two", "one")
    ]
    assert {edit.kind for edit in edits} == {MessageKind.EDITED}
    assert edits[0].event_key == edits[2].event_key
    assert edits[0].event_key != edits[1].event_key
    assert edits[0].sent_at == datetime.fromtimestamp(AT + 9, UTC)
