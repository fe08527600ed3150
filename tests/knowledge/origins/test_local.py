"""What lies on this machine is remembered, read again as a whole, and forgotten."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from knowledge import EmbeddedKnowledge, ingest
from knowledge.loading.ingest import IngestReport, forget, known_origins, remove, sync
from tests.knowledge.stored import ids

ROOT = Path(__file__).parents[3]


def origins(knowledge: EmbeddedKnowledge) -> list[tuple[str, str]]:
    return [(origin.kind, origin.address) for origin in known_origins(knowledge)]


def test_what_is_added_is_remembered(
    knowledge: EmbeddedKnowledge, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    ingest(knowledge, ["help", "help/returns.md", "help/*.md", "nowhere"])
    assert origins(knowledge) == [
        ("folder", str(folder)),
        ("file", str(folder / "returns.md")),
        ("pattern", str(folder / "*.md")),
    ]
    assert [len(document.origins) for document in knowledge.documents_now()] == [2, 3]


def test_an_empty_name_is_not_the_folder_at_hand(
    knowledge: EmbeddedKnowledge, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    nothing = ('""', "this names nothing: give a file, a folder or an address")
    assert ingest(knowledge, [""]).failed == (nothing,)
    ingest(knowledge, ["."])
    assert forget(knowledge, "") is None
    assert ids(knowledge)
    assert origins(knowledge) == [("folder", str(folder))]


def test_what_gave_nothing_is_not_remembered(knowledge: EmbeddedKnowledge, tmp_path: Path) -> None:
    (tmp_path / "empty.md").touch()
    report = ingest(knowledge, [tmp_path / "empty.md"])
    assert [sentence for _, sentence in report.failed]
    assert origins(knowledge) == []


def test_sync_reads_everything_again(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    ingest(knowledge, [folder])
    (folder / "returns.md").write_text("# Returns\n\nExchange it within 60 days.")
    (folder / "delivery.md").unlink()
    (folder / "new.md").write_text("Gift cards.")
    assert sync(knowledge) == IngestReport(
        added=("help/new.md",), changed=("help/returns.md",), removed=("help/delivery.md",)
    )
    assert sync(knowledge) == IngestReport(unchanged=("help/new.md", "help/returns.md"))


def test_what_two_origins_hold_stays_until_both_let_it_go(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    ingest(knowledge, [str(folder / "*turns.md")])
    assert forget(knowledge, str(folder)) == ("help/delivery.md",)
    assert ids(knowledge) == ["help/returns.md"]
    assert forget(knowledge, str(folder / "*turns.md")) == ("help/returns.md",)
    assert ids(knowledge) == []


def test_an_origin_that_is_away_keeps_its_documents_and_the_others_are_read(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("A note.")
    ingest(knowledge, [folder, tmp_path / "notes"])
    folder.rename(tmp_path / "moved")
    (tmp_path / "notes" / "b.md").write_text("Another note.")
    report = sync(knowledge)
    assert report.unreached == (str(folder),)
    assert report.failed == ((str(folder), "there is no such file or folder: check the path"),)
    assert report.added == ("notes/b.md",)
    assert len(ids(knowledge)) == 4


def test_a_file_that_was_deleted_goes_and_one_whose_folder_is_away_stays(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    ingest(knowledge, [folder / "returns.md"])
    folder.rename(tmp_path / "away")
    assert sync(knowledge).removed == ()
    (tmp_path / "away").rename(folder)
    (folder / "returns.md").unlink()
    report = sync(knowledge)
    assert report.removed == ("help/returns.md",)
    ((what, why),) = report.skipped
    assert (what, "no longer" in why) == (str(folder / "returns.md"), True)


def test_a_removed_document_comes_back_with_its_origin(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    assert remove(knowledge, ["help/returns.md"]) == ("help/returns.md",)
    assert sync(knowledge).added == ("help/returns.md",)


def test_nobody_takes_the_id_of_another_origins_document(
    knowledge: EmbeddedKnowledge, tmp_path: Path
) -> None:
    mine, theirs = tmp_path / "mine.md", tmp_path / "theirs.md"
    mine.write_text("---\nid: refunds\n---\nRefunds take five days.")
    theirs.write_text("---\nid: refunds\n---\nRefunds are never given.")
    ingest(knowledge, [mine])
    report = ingest(knowledge, [theirs])
    assert report.failed == (
        (str(theirs), f"the id 'refunds' is taken by {mine}: give one of them another id"),
    )
    assert sync(knowledge) == IngestReport(unchanged=("refunds",))
    forget(knowledge, str(mine))
    assert ingest(knowledge, [theirs]).added == ("refunds",)


def test_a_document_that_moves_within_its_origin_keeps_its_id(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    (folder / "a.md").write_text("---\nid: gifts\ntitle: Gifts\n---\nGift cards.")
    ingest(knowledge, [folder])
    (folder / "a.md").rename(folder / "z.md")
    report = sync(knowledge)
    assert (report.removed, report.failed) == ((), ())
    assert "gifts" in report.unchanged


def test_files_of_other_formats_are_counted_by_suffix(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    for name in ("a.xyz", "b.XYZ", "c.zzz", "LICENSE"):
        (folder / name).write_text("x")
    assert ingest(knowledge, [folder]).skipped == (
        ("files without a suffix", "1 of a format that a folder is not searched for"),
        ("*.xyz", "2 of a format that a folder is not searched for"),
        ("*.zzz", "1 of a format that a folder is not searched for"),
    )


def test_the_end_of_a_link_to_a_folder_is_not_read(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "salaries.md").write_text("Salaries.")
    (folder / "link").symlink_to(tmp_path / "private")
    assert len(ingest(knowledge, [folder]).added) == 2


ODD_NAMES = [b"\xff.md", b"a\x1b[31m.md", "a\u202edm.exe.md".encode()]


@pytest.mark.parametrize("pattern", ["", "*.md"])
def test_names_that_cannot_be_shown_are_skipped_with_one_note(
    pattern: str, knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    for name in ODD_NAMES:
        (folder / os.fsdecode(name)).write_text("Text.")
    report = ingest(knowledge, [folder / pattern])
    assert len(report.added) == 2
    ((what, why),) = report.skipped
    assert what.isprintable()
    assert why == "its name has characters that can't be shown (as 2 more): rename it"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_with_a_name_that_cannot_be_shown_is_refused(
    name: bytes, knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    file = folder / os.fsdecode(name)
    file.write_text("Text.")
    report = ingest(knowledge, [file])
    assert report.added == ()
    ((what, why),) = report.failed
    assert what.encode()
    assert "\x1b" not in what
    assert why == "its name has characters that can't be shown: rename it"


def test_names_in_every_script_are_read(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    for name in (
        "devoluci\u00f3n.md",
        "\u8fd4\u54c1\u3000\u624b\u7d9a.md",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.md",
    ):
        (folder / name).write_text("Text.")
    assert len(ingest(knowledge, [folder]).added) == 5


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from knowledge import open_embedded
    from knowledge.loading.ingest import sync

    def stop(done, total, name):
        if name == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)

    sync(open_embedded(Path(sys.argv[1])), on_progress=stop)
""")


def test_a_killed_sync_leaves_each_origin_as_a_whole(
    knowledge: EmbeddedKnowledge, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("A note.")
    ingest(knowledge, [tmp_path / "notes", folder])
    for file in (tmp_path / "notes" / "b.md", folder / "aaa.md"):
        file.write_text("Something new.")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), "returns.md"], cwd=ROOT, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert "notes/b.md" in ids(knowledge)
    assert "help/aaa.md" not in ids(knowledge)
    assert sync(knowledge).added == ("help/aaa.md",)
