import gzip
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replay.readers import limits, streaming
from bot.replay.readers.exports import Format, read_export
from bot.replay.readers.fields import time_of
from bot.vocabulary.errors import DocumentError
from tests.replay import kit

REFUSED = {
    "nothing.json": b"",
    "words.txt": b"just some words\nand more of them\n",
    "image.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "list.json": b"[1, 2, 3]",
    "broken.jsonl": b'{"turns": [["u", "hi"]]}\n{"turns": [["u", "h',
    "deep.json": b'{"tickets": [' + b"[" * 100_000,
    "number.json": b'{"turns": [], "x": ' + b"9" * 10_000 + b"}",
    "roles.jsonl": b'{"turns": [{"role": "emperor", "text": "hi"}]}\n',
    "other.csv": b"name,age\nEva,3\n",
    "cut.gz": gzip.compress(b'{"turns": [["u", "hello"]]}\n' * 5000)[:-40],
    "no.zip": b"PK\x03\x04" + bytes(40),
    "record.json": b'{"tickets": [{"a": 1}, 7]}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_export_is_refused_with_one_sentence(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(REFUSED[name])
    with pytest.raises(DocumentError) as refused:
        list(read_export(file))
    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="check the path"):
        list(read_export(tmp_path / "nowhere.json"))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    line = json.dumps({"turns": [["u", "a" * 400_000]]}).encode() + b"\n"
    file = tmp_path / "bomb.jsonl.gz"
    file.write_bytes(gzip.compress(line * 60))
    with pytest.raises(DocumentError, match="unpacked"):
        list(read_export(file))


def test_a_record_without_an_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MOST_RECORD", 100_000)
    file = tmp_path / "endless.json"
    file.write_text(
        '{"tickets": [{"requester_id": 1, "subject": "' + "a" * 1_000_000, encoding="utf-8"
    )
    with pytest.raises(DocumentError, match="is this an export"):
        list(read_export(file))


def test_a_zip_with_a_path_out_of_it_is_refused(tmp_path: Path) -> None:
    file = kit.zipped(tmp_path / "out.zip", {"../../etc/x.json": "[]", "channels.json": "[]"})
    with pytest.raises(DocumentError, match="leads out"):
        list(read_export(file))


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DocumentError, match="no export"):
        list(read_export(tmp_path / "odd.zip"))


def test_very_long_conversations_and_messages_are_cut(tmp_path: Path) -> None:
    turns = [["u" if n % 2 else "b", "x" * 20_000] for n in range(limits.MOST_LINES + 50)]
    (found,) = read_export(kit.lines(tmp_path / "long.jsonl", [{"turns": turns[:100]}]))
    assert max(len(line.text) for line in found.lines) == limits.MOST_TEXT
    turns = [["u", "hi"] for _ in range(limits.MOST_LINES + 50)]
    (found,) = read_export(kit.lines(tmp_path / "many.jsonl", [{"turns": turns}]))
    assert len(found.lines) == limits.MOST_LINES


def test_what_steers_a_terminal_or_cannot_be_written_is_taken_out(tmp_path: Path) -> None:
    row = {"id": "a\x1b[2J", "turns": [["u", "hi\x1b]0;x\x07 \ud83d there\tand\nhere"]]}
    file = tmp_path / "odd.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    (found,) = read_export(file)
    assert found.id == "a [2J"
    assert found.lines[0].text == "hi ]0;x    there\tand\nhere"
    assert found.lines[0].text.encode("utf-8")


@pytest.mark.parametrize(
    "stamp", ["²", 10**400, "9" * 400, float("nan"), "9999-12-31T23:59:59Z", "0001-01-01", -5]
)
def test_an_unlikely_time_is_none(stamp: object) -> None:
    assert time_of(stamp) is None


def test_only_one_record_is_in_memory(tmp_path: Path) -> None:
    ticket = kit.zendesk_tickets()[0]
    file = kit.written(tmp_path / "many.json", {"tickets": [ticket] * 2_000})
    largest = 0
    with file.open("rb") as source:
        text = streaming.Text(source)
        for name in streaming.fields(text):
            assert name == "tickets"
            for _ in streaming.items(text):
                largest = max(largest, len(text.buffer))
    assert file.stat().st_size > 10 * largest


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    ["turns", "comments", "description", "requester_id", "source", "conversation_parts", "type",
     "messages", "id", "author", "from_id", "text", "channel", "chats", "list"]
)  # fmt: skip


@given(st.lists(st.dictionaries(_NAMES, _JSON, max_size=5), max_size=3), st.sampled_from(Format))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_records_are_read_or_refused_and_nothing_else(
    tmp_path: Path,
    rows: list[dict[str, object]],
    format: Format,  # noqa: A002
) -> None:
    file = kit.lines(tmp_path / "odd.jsonl", rows)
    for wanted in (None, format):
        with suppress(DocumentError):  # anything else is a defect
            list(read_export(file, wanted))
