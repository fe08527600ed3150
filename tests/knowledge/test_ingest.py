"""A run is complete or not there at all; what changed, vanished or failed is told apart."""

import json
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, IngestReport, ingest, open_embedded
from knowledge.embedding import HashedSubwords
from knowledge.index.writer import open_writer
from knowledge.loading.ingest import remove
from tests.knowledge.stored import ids

ROOT = Path(__file__).parents[2]


def found(knowledge: EmbeddedKnowledge, text: str, language: str = "en") -> list[str]:
    return [s.doc_id for s in knowledge.search_now(Query(text=text, language=language), 5)]


def test_a_second_run_changes_nothing(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    first, second = ingest(knowledge, [folder]), ingest(knowledge, [folder])
    assert first == IngestReport(added=("help/delivery.md", "help/returns.md"))
    assert second == IngestReport(unchanged=first.added)


def test_changed_documents_are_replaced_and_vanished_ones_removed(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    (folder / "returns.md").write_text("# Returns\n\nExchange it within 60 days.")
    (folder / "delivery.md").unlink()
    report = ingest(knowledge, [folder])
    assert report == IngestReport(changed=("help/returns.md",), removed=("help/delivery.md",))
    assert ids(knowledge) == ["help/returns.md"]
    assert found(knowledge, "exchange") == ["help/returns.md"]
    assert found(knowledge, "parcels need three days") == ["help/returns.md"]
    assert "Send it back" not in _everything(knowledge)


def test_a_single_file_of_a_known_folder_keeps_its_name(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    (folder / "returns.md").write_text("# Returns\n\nExchange it.")
    assert ingest(knowledge, [folder / "returns.md"]).changed == ("help/returns.md",)
    assert len(ids(knowledge)) == 2


def test_a_file_that_breaks_keeps_its_last_good_version(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    (folder / "returns.md").write_bytes(b"\x89PNG\0\0")
    report = ingest(knowledge, [folder])
    assert report.removed == ()
    assert [path for path, _ in report.failed] == [str(folder / "returns.md")]
    assert found(knowledge, "send back")[0] == "help/returns.md"


def test_bad_files_are_named_and_the_rest_is_loaded(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    lines = [json.dumps({"doc_id": f"q{n}", "content": f"Fact {n}."}) for n in range(1, 11)]
    lines[6] = lines[6][:-5]
    (folder / "facts.jsonl").write_text("\n".join(lines))
    (folder / "empty.md").touch()
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(50_000_000)
    (folder / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    report = ingest(knowledge, [folder, folder / "nothing-here"])
    sentences = {Path(path).name: sentence for path, sentence in report.failed}
    assert set(sentences) == {"facts.jsonl", "empty.md", "huge.txt", "image.md", "nothing-here"}
    assert sentences["facts.jsonl"].startswith("line 7 ")
    assert len(report.added) == 2 + 9
    assert "q7" not in ids(knowledge)


def test_a_broken_line_does_not_remove_what_it_held(
    knowledge: EmbeddedKnowledge, tmp_path: Path
) -> None:
    file = tmp_path / "facts.jsonl"
    lines = [json.dumps({"doc_id": f"q{n}", "content": f"Fact {n}."}) for n in range(3)]
    file.write_text("\n".join(lines))
    ingest(knowledge, [file])
    file.write_text("\n".join([*lines[:2], "{broken"]))
    ingest(knowledge, [file])
    assert ids(knowledge) == ["q0", "q1", "q2"]
    file.write_text("\n".join(lines[:2]))
    assert ingest(knowledge, [file]).removed == ("q2",)


def test_an_id_that_stands_twice_is_told(knowledge: EmbeddedKnowledge, tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text('{"doc_id": "a", "content": "One."}\n{"doc_id": "a", "content": "Two."}')
    report = ingest(knowledge, [file])
    assert report.added == ("a",)
    ((path, sentence),) = report.failed
    assert path == str(file)
    assert sentence == f"line 2: the id 'a' is taken by {file} line 1: give one of them another id"


def test_lines_without_ids_keep_theirs_when_others_change(
    knowledge: EmbeddedKnowledge, tmp_path: Path
) -> None:
    file = tmp_path / "faq.jsonl"
    pair = json.dumps({"question": "Do you ship to Peru?", "answer": "Yes."})
    file.write_text(pair)
    (first,) = ingest(knowledge, [file]).added
    file.write_text(json.dumps({"question": "Open on Sunday?", "answer": "No."}) + "\n" + pair)
    report = ingest(knowledge, [file])
    assert report.unchanged == (first,)
    assert len(report.added) == 1


def test_files_of_one_name_in_two_folders_live_side_by_side(
    knowledge: EmbeddedKnowledge, tmp_path: Path
) -> None:
    for place in ("a/help", "b/help"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "index.md").write_text(f"This is {place}.")
    ingest(knowledge, [tmp_path / "a/help"])
    ingest(knowledge, [tmp_path / "b/help"])
    assert len(ids(knowledge)) == 2
    assert ingest(knowledge, [tmp_path / "b/help", tmp_path / "a/help"]).added == ()


def test_patterns_and_unknown_files(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    (folder / "logo.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_text("Hidden.")
    (folder / "notes").write_text("A note without suffix.")
    assert len(ingest(knowledge, [folder]).added) == 2
    assert ingest(knowledge, [str(folder / "*turns.md")]).unchanged == ("help/returns.md",)
    assert ingest(knowledge, [folder / "notes"]).added == ("help/notes",)


def test_a_folder_that_is_suddenly_empty_is_told_and_nothing_is_forgotten(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    for file in folder.iterdir():
        file.unlink()
    report = ingest(knowledge, [folder])
    ((path, sentence),) = report.failed
    assert path == str(folder)
    assert "no documents" in sentence
    assert report.removed == ()
    assert len(ids(knowledge)) == 2


def test_progress_counts_files(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def tell(done: int, total: int, name: str) -> None:
        told.append((done, total, name))

    ingest(knowledge, [folder], on_progress=tell)
    assert told == [(0, 2, "delivery.md"), (1, 2, "returns.md"), (2, 2, "")]


def test_languages_are_taken_or_recognised(knowledge: EmbeddedKnowledge, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Puedes devolver tu pedido durante treinta días.")
    (tmp_path / "b.md").write_text("---\nlang: pt-BR\n---\nEntrega rápida.")
    ingest(knowledge, [tmp_path / "a.md", tmp_path / "b.md"])
    assert [document.language for document in knowledge.documents_now()] == ["es", "pt"]


def test_removed_documents_are_gone(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    ingest(knowledge, [folder])
    assert remove(knowledge, ["help/returns.md", "no such"]) == ("help/returns.md",)
    assert ids(knowledge) == ["help/delivery.md"]
    assert "help/returns.md" not in found(knowledge, "send back")


def test_another_reader_sees_the_change_without_a_restart(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    other = open_embedded(tmp_path / "data")
    assert found(other, "parcels") == []
    ingest(knowledge, [folder])
    assert found(other, "parcels")[0] == "help/delivery.md"
    other.close_now()


def test_an_index_that_is_deleted_and_built_anew_is_followed(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    for file in knowledge.path.parent.iterdir():
        file.unlink()
    assert found(knowledge, "parcels") == []
    ingest(knowledge, [folder])
    assert found(knowledge, "parcels")[0] == "help/delivery.md"


def test_readers_serve_the_old_version_while_a_run_goes_on(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    (folder / "returns.md").write_text("# Returns\n\nExchange it within 60 days.")
    (folder / "zebra.md").write_text("Zebras.")
    seen: list[list[str]] = []

    def look(done: int, total: int, name: str) -> None:  # noqa: ARG001
        seen.append([found(knowledge, "exchange sixty 60")[0], *ids(knowledge)])
        assert "Send it back" in _everything(knowledge)

    report = ingest(knowledge, [folder], on_progress=look)
    assert report.changed == ("help/returns.md",)
    assert len(seen) == 4
    assert all("help/zebra.md" not in names for names in seen)
    assert "help/zebra.md" in ids(knowledge)


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from knowledge import ingest, open_embedded

    def stop(done, total, name):
        if done == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    ingest(open_embedded(Path(sys.argv[1])), [sys.argv[2]], on_progress=stop)
""")


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_killed_run_leaves_the_old_version_serving(
    after: int, knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    ingest(knowledge, [folder])
    before = _everything(knowledge)
    for name in ("returns.md", "delivery.md", "new.md"):
        (folder / name).write_text(f"# {name}\n\nCompletely different words.")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(folder), str(after)],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert _everything(knowledge) == before
    assert found(knowledge, "parcels")[0] == "help/delivery.md"
    assert len(ingest(knowledge, [folder]).changed) == 2
    assert "Completely different" in _everything(knowledge)


def test_two_writers_do_not_mix(knowledge: EmbeddedKnowledge) -> None:
    with open_writer(knowledge.path, knowledge.embedder):
        quick = sqlite3.connect(knowledge.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            quick.execute("BEGIN IMMEDIATE")
        quick.close()


def test_another_embedder_is_refused_until_the_index_is_built_anew(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    other = EmbeddedKnowledge(knowledge.path, HashedSubwords(64))
    with pytest.raises(KnowledgeUnavailableError, match="hashed-subwords-1/256.*relevo kb sync"):
        found(other, "parcels")
    assert ingest(other, [folder]).unchanged == ("help/delivery.md", "help/returns.md")
    assert found(other, "parcels")[0] == "help/delivery.md"
    with pytest.raises(KnowledgeUnavailableError, match="hashed-subwords-1/64"):
        found(knowledge, "parcels")
    other.close_now()


@pytest.mark.parametrize("content", [b"this is no database at all, sorry" * 200, b"\0" * 4096])
def test_a_damaged_index_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "index.sqlite").write_bytes(content)
    with pytest.raises(KnowledgeUnavailableError, match="damaged.*delete it"):
        open_embedded(tmp_path)


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KnowledgeUnavailableError, match="check the folder"):
        open_embedded(tmp_path / "file")


FORMER = """
    DROP TABLE held; DROP TABLE origin; DROP TABLE fetched;
    UPDATE meta SET value = '1' WHERE name = 'schema';
"""


def test_an_index_of_the_former_form_loses_nothing(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    ingest(knowledge, [folder])
    knowledge.close_now()
    with closing(sqlite3.connect(knowledge.path)) as connection:
        connection.executescript(FORMER)
    again = open_embedded(tmp_path / "data")
    assert ids(again) == ["help/delivery.md", "help/returns.md"]
    assert found(again, "parcels")[0] == "help/delivery.md"
    assert [document.origins for document in again.documents_now()] == [(), ()]
    (folder / "delivery.md").unlink()
    report = ingest(again, [folder])
    assert report == IngestReport(unchanged=("help/returns.md",), removed=("help/delivery.md",))
    assert [document.origins for document in again.documents_now()] == [(str(folder),)]
    again.close_now()


def test_an_index_of_a_later_form_is_left_alone(knowledge: EmbeddedKnowledge) -> None:
    with closing(sqlite3.connect(knowledge.path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(KnowledgeUnavailableError, match="form 99.*update this Relevo"):
        open_embedded(knowledge.path.parents[1])


def _everything(knowledge: EmbeddedKnowledge) -> str:
    connection = sqlite3.connect(knowledge.path)
    rows = connection.execute("SELECT text FROM passage ORDER BY document, id").fetchall()
    connection.close()
    return "\n".join(row[0] for row in rows)
