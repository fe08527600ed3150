"""Exports as their tools write them, made by hand: each holds the same two conversations."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ASKED, ANSWERED = "How long may I return a pan?", "You can return it within 30 days."
THANKS = "Great, thank you!"
PREGUNTA, RESPUESTA = "¿Cuánto tarda el envío?", "Tarda 3 días laborables."
BEGIN = 1_772_445_600
"""2026-03-02 10:00 UTC"""


def slack(path: Path) -> Path:
    people = [{"id": "U1", "name": "carla"}, {"id": "U2", "name": "ana"}]
    said = [
        ("U1", ASKED, 0, 0),
        ("U2", ANSWERED, 240, 0),
        ("U1", THANKS, 300, 0),
        ("U1", PREGUNTA, 900, 900),
        ("U2", RESPUESTA, 960, 900),
    ]
    messages = [
        {"type": "message", "user": user, "text": text,
         "ts": f"{BEGIN + at}.000100", "thread_ts": f"{BEGIN + thread}.000100"}
        for user, text, at, thread in said
    ]  # fmt: skip
    files = {
        "channels.json": [{"id": "C1", "name": "help"}],
        "users.json": people,
        "help/2026-03-02.json": messages,
    }
    return zipped(path, {name: json.dumps(content) for name, content in files.items()})


def discord(path: Path) -> Path:
    people = {"U1": "carla", "U2": "ana"}
    said = [
        ("1", "U1", ASKED, None),
        ("2", "U2", ANSWERED, "1"),
        ("3", "U1", THANKS, "2"),
        ("4", "U1", PREGUNTA, None),
        ("5", "U2", RESPUESTA, "4"),
    ]
    messages = [
        {"id": number, "type": "Reply" if to else "Default", "content": text,
         "timestamp": f"2026-03-02T10:0{number}:00+00:00",
         "author": {"id": user, "name": people[user], "isBot": False},
         "reference": {"messageId": to} if to else None}
        for number, user, text, to in said
    ]  # fmt: skip
    export = {
        "guild": {"id": "G1", "name": "Shop"},
        "channel": {"id": "C1", "type": "GuildTextChat", "name": "help"},
        "messages": messages,
    }
    return written(path, export)


def telegram(path: Path) -> Path:
    def message(number: int, sender: str, text: object, at: int) -> dict[str, object]:
        return {"id": number, "type": "message", "date_unixtime": str(BEGIN + at),
                "from_id": sender, "text": text}  # fmt: skip

    first = [
        {"id": 1, "type": "service", "action": "phone_call", "text": ""},
        message(2, "user11", ASKED, 0),
        message(
            3,
            "user99",
            ["You can return it within ", {"type": "bold", "text": "30 days"}, "."],
            240,
        ),
        message(4, "user11", THANKS, 300),
    ]
    second = [message(1, "user12", PREGUNTA, 900), message(2, "user99", RESPUESTA, 960)]
    chats = [
        {"name": "Carla", "type": "personal_chat", "id": 11, "messages": first},
        {"name": "Luis", "type": "personal_chat", "id": 12, "messages": second},
    ]
    return written(path, {"about": "An export", "chats": {"about": "x", "list": chats}})


def zendesk_tickets() -> list[dict[str, object]]:
    def comment(author: int, body: str, at: str, **more: object) -> dict[str, object]:
        return {"author_id": author, "plain_body": body, "created_at": at, "public": True, **more}

    return [
        {"id": 1, "subject": "Return", "description": ASKED, "requester_id": 11, "comments": [
            comment(11, ASKED, "2026-03-02T10:00:00Z"),
            comment(99, "she may", "2026-03-02T10:01:00Z", public=False),
            comment(99, ANSWERED, "2026-03-02T10:04:00Z"),
            comment(11, THANKS, "2026-03-02T10:05:00Z")]},
        {"id": 2, "subject": "Envío", "description": PREGUNTA, "requester_id": 12, "comments": [
            comment(12, PREGUNTA, "2026-03-02T10:15:00Z"),
            comment(99, RESPUESTA, "2026-03-02T10:16:00Z")]},
    ]  # fmt: skip


def intercom_conversations() -> list[dict[str, object]]:
    def part(kind: str, body: str | None, at: int, part_type: str = "comment") -> dict[str, object]:
        return {"part_type": part_type, "body": body, "created_at": BEGIN + at,
                "author": {"type": kind}}  # fmt: skip

    def conversation(number: str, asked: str, parts: list[dict[str, object]]) -> dict[str, object]:
        return {"type": "conversation", "id": number, "created_at": BEGIN,
                "source": {"body": f"<p>{asked}</p>", "author": {"type": "user"}},
                "conversation_parts": {"conversation_parts": parts}}  # fmt: skip

    return [
        conversation("1", ASKED, [
            part("admin", None, 60, "assignment"),
            part("admin", "<p>she may</p>", 70, "note"),
            part("admin", "<p>You can return it<br>within <b>30 days</b>.</p>", 240),
            part("user", f"<p>{THANKS}</p>", 300)]),
        conversation("2", PREGUNTA, [part("admin", f"<p>{RESPUESTA}</p>", 60)]),
    ]  # fmt: skip


def plain_lines() -> list[dict[str, object]]:
    return [
        {"id": "1", "turns": [["u", ASKED], ["b", ANSWERED, [3]], ["u", THANKS]], "lang": "en"},
        {
            "id": "2",
            "turns": [{"role": "customer", "text": PREGUNTA}, {"role": "agent", "text": RESPUESTA}],
        },
    ]


def written(path: Path, content: object, indent: int | None = None) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent), encoding="utf-8")
    return path


def lines(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def table(path: Path, header: list[str], rows: list[list[str]], delimiter: str = ",") -> Path:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows([header, *rows])
    path.write_text(output.getvalue(), encoding="utf-8-sig")
    return path


def zipped(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
