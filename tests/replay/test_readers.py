import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.replay.past import PastConversation, Role
from bot.replay.readers.exports import Format, read_export
from tests.replay import kit

Make = Callable[[Path], Path]
TICKETS = ["Ticket ID", "Description", "Comments"]
MESSAGES = ["conversation_id", "author_type", "body", "created_at"]

EXPORTS: dict[str, Make] = {
    "slack": lambda folder: kit.slack(folder / "slack.zip"),
    "discord": lambda folder: kit.discord(folder / "help.json"),
    "discord in a zip": lambda folder: kit.zipped(
        folder / "all.zip", {"a.json": kit.discord(folder / "help.json").read_text("utf-8")}
    ),
    "telegram": lambda folder: kit.telegram(folder / "result.json"),
    "telegram in a zip": lambda folder: kit.zipped(
        folder / "t.zip", {"x/result.json": kit.telegram(folder / "result.json").read_text("utf-8")}
    ),
    "zendesk": lambda folder: kit.written(folder / "z.json", {"tickets": kit.zendesk_tickets()}),
    "zendesk, indented": lambda folder: kit.written(
        folder / "z.json", {"count": 2, "tickets": kit.zendesk_tickets()}, indent=2
    ),
    "zendesk, a list": lambda folder: kit.written(folder / "z.json", kit.zendesk_tickets()),
    "zendesk, lines": lambda folder: kit.lines(folder / "z.jsonl", kit.zendesk_tickets()),
    "zendesk, a table": lambda folder: kit.table(
        folder / "z.csv",
        TICKETS,
        [
            [
                "1",
                kit.ASKED,
                json.dumps(
                    [
                        {"body": kit.ASKED, "role": "end-user"},
                        {"body": kit.ANSWERED, "role": "agent"},
                        {"body": kit.THANKS, "role": "end-user"},
                    ]
                ),
            ],
            ["2", kit.PREGUNTA, kit.RESPUESTA],
        ],
        delimiter=";",
    ),
    "intercom": lambda folder: kit.written(
        folder / "i.json",
        {"type": "list", "pages": {"next": {}}, "conversations": kit.intercom_conversations()},
    ),
    "intercom, lines": lambda folder: kit.lines(folder / "i.jsonl", kit.intercom_conversations()),
    "intercom, a table": lambda folder: kit.table(
        folder / "i.csv",
        MESSAGES,
        [
            ["1", "user", f"<p>{kit.ASKED}</p>", "2026-03-02 10:00:00 UTC"],
            ["1", "admin", kit.ANSWERED, "2026-03-02 10:04:00 UTC"],
            ["1", "user", kit.THANKS, ""],
            ["2", "lead", kit.PREGUNTA, "1772446500"],
            ["2", "admin", kit.RESPUESTA, "1772446560000"],
        ],
    ),
    "plain": lambda folder: kit.lines(folder / "p.jsonl", kit.plain_lines()),
    "plain, packed": lambda folder: kit.lines(folder / "p.jsonl.gz", kit.plain_lines()),
}


def shown(conversation: PastConversation) -> list[tuple[Role, str]]:
    return [
        (line.role, " ".join(line.text.replace("**", "").split())) for line in conversation.lines
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_tells_the_same_two_conversations(name: str, tmp_path: Path) -> None:
    first, second = read_export(EXPORTS[name](tmp_path))
    assert shown(first) == [
        (Role.CUSTOMER, kit.ASKED),
        (Role.HUMAN, kit.ANSWERED),
        (Role.CUSTOMER, kit.THANKS),
    ]
    assert shown(second) == [(Role.CUSTOMER, kit.PREGUNTA), (Role.HUMAN, kit.RESPUESTA)]


@pytest.mark.parametrize("name", ["slack", "telegram", "zendesk", "intercom", "intercom, a table"])
def test_times_are_those_of_the_export(name: str, tmp_path: Path) -> None:
    first, _ = read_export(EXPORTS[name](tmp_path))
    asked, answered = first.lines[0].at, first.lines[1].at
    assert asked is not None
    assert answered is not None
    assert (asked.isoformat()[:16], (answered - asked).total_seconds()) == ("2026-03-02T10:00", 240)


def test_a_long_break_begins_another_conversation(tmp_path: Path) -> None:
    messages = [
        {"id": number, "type": "message", "from_id": f"user{who}", "text": text,
         "date_unixtime": str(kit.BEGIN + at * 3600)}
        for number, (who, text, at) in enumerate([(1, "one", 0), (9, "two", 1), (1, "three", 30), (9, "four", 31)])
    ]  # fmt: skip
    chat = {"name": "Eva", "type": "personal_chat", "id": 1, "messages": messages}
    found = list(read_export(kit.written(tmp_path / "result.json", chat)))
    assert [[line.text for line in one.lines] for one in found] == [
        ["one", "two"],
        ["three", "four"],
    ]


def test_in_a_group_replies_make_a_conversation(tmp_path: Path) -> None:
    said = [(1, "user1", "why?", None), (2, "user2", "chatter", None), (3, "user9", "because", 1),
            (4, "user1", "ah", 3)]  # fmt: skip
    messages = [
        {"id": number, "type": "message", "from_id": sender, "text": text, "date": "2026-03-02T10:00:00",
         **({"reply_to_message_id": to} if to else {})}
        for number, sender, text, to in said
    ]  # fmt: skip
    chat = {"name": "Help", "type": "private_supergroup", "id": 5, "messages": messages}
    (found,) = read_export(kit.written(tmp_path / "result.json", chat))
    assert shown(found) == [
        (Role.CUSTOMER, "why?"), (Role.HUMAN, "because"), (Role.CUSTOMER, "ah")
    ]  # fmt: skip


def test_a_named_format_is_believed(tmp_path: Path) -> None:
    ticket = {"subject": "x", "comments": [{"body": "ask"}, {"body": "answer"}]}
    (found,) = read_export(kit.lines(tmp_path / "odd.jsonl", [ticket]), Format.ZENDESK)
    assert shown(found) == [(Role.CUSTOMER, "ask"), (Role.HUMAN, "answer")]


def test_what_machines_said_is_no_human_word(tmp_path: Path) -> None:
    turns = [["customer", "hi there"], ["bot", "Hello!"], ["agent", "Ana here"], ["customer", "ok"]]
    (found,) = read_export(kit.lines(tmp_path / "p.jsonl", [{"turns": turns}]))
    first, last = found.exchanges()
    assert (first.human, last.human) == ("Ana here", "")
