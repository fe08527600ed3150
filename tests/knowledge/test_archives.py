"""What lies in a zip archive is read as if it lay in a folder."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.vocabulary.errors import DocumentError
from knowledge import EmbeddedKnowledge, ingest
from knowledge.readers import Limits
from knowledge.readers.archive import ArchiveLimits
from tests.knowledge.reading import documents, make_docx, make_pdf, p, read, refusal, write, zip_of


def problems(path: Path, limits: Limits | None = None) -> list[str]:
    return [str(one) for one in read(path, limits) if isinstance(one, DocumentError)]


def test_every_format_inside_is_read(tmp_path: Path) -> None:
    files = {
        "help/returns.md": "# Returns\n\nWithin 30 days.",
        "help/es/envios.html": "<!doctype html><html><body><p>Tres días.</p></body></html>",
        "manual.pdf": make_pdf("Press the button."),
        "policy.docx": make_docx(p("Our policy.")),
        "faq.csv": "question,answer\nWhy?,So.\nHow?,Thus.",
        "more.jsonl": '{"content": "A line."}',
        "picture.png": b"\x89PNG",
        "LICENSE": "text",
    }
    found = documents(write(tmp_path / "help.zip", zip_of(files)))
    assert [(document.inside, document.title) for document in found] == [
        ("faq.csv", "Why?"),
        ("faq.csv", "How?"),
        ("help/es/envios.html", "envios"),
        ("help/returns.md", "Returns"),
        ("manual.pdf", "manual"),
        ("more.jsonl", ""),
        ("policy.docx", "policy"),
    ]


def test_a_bad_file_inside_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    files = {"a.md": "Fine.", "b/c.md": "", "d.pdf": b"%PDF-1.7 broken", "e.jsonl": "{}"}
    path = write(tmp_path / "a.zip", zip_of(files))
    assert [one.inside for one in documents(path)] == ["a.md"]
    first, second, third = problems(path)
    assert first.startswith("'b/c.md' in it: it is empty")
    assert second.startswith("'d.pdf' in it: it is a damaged PDF")
    assert third.startswith("'e.jsonl' in it: line 1 has neither")


def test_hidden_files_and_leftovers_are_no_documents(tmp_path: Path) -> None:
    names = [".git/a.md", "a/.b.md", "__MACOSX/._c.md", "~$policy.docx", "d.md"]
    found = read(write(tmp_path / "a.zip", zip_of(dict.fromkeys(names, "Text."))))
    assert len(found) == 1


def test_names_of_windows_and_macos(tmp_path: Path) -> None:
    data = zip_of({"hlp\\envxxos.md": "Text."}, packs=False)
    path = write(tmp_path / "a.zip", data.replace(b"envxxos", "envíos".encode()))
    assert [one.inside for one in documents(path)] == ["hlp/envíos.md"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/cron.md", "leads out"),
        ("a/../../b.md", "leads out"),
        ("/etc/passwd.md", "leads out"),
        ("C:\\Windows\\a.md", "leads out"),
        ("..\\a.md", "leads out"),
        ("a\x1b[2Jb.md", "characters that can't be shown"),
        ("a\u202eb.md", "characters that can't be shown"),
        ("x" * 600 + ".md", "too long"),
        ("inner.zip", "unpack it first"),
        ("inner.tar.gz", "unpack it first"),
    ],
)
def test_a_path_that_must_not_be(name: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", zip_of({name: "Text.", "fine.md": "Fine."}))
    (sentence,) = problems(path)
    assert words in sentence
    assert sentence.isprintable()
    assert [one.inside for one in documents(path)] == ["fine.md"]


def test_an_archive_in_an_archive_under_another_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", zip_of({"a.md": zip_of({"b.md": "Text."})}))
    assert problems(path) == ["'a.md' in it: it is an archive in an archive: unpack it first"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    output = io.BytesIO()
    link = zipfile.ZipInfo("passwd.md")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "it is a link" in refusal(write(tmp_path / "a.zip", output.getvalue()))


def test_a_name_that_is_there_twice(tmp_path: Path) -> None:
    data = zip_of({"a.md": "One.", "b.md": "Two."}, packs=False).replace(b"b.md", b"a.md")
    path = write(tmp_path / "a.zip", data)
    assert len(documents(path)) == 1
    assert "there twice" in problems(path)[0]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ArchiveLimits(files=2), "more than 2 documents"),
        (ArchiveLimits(unpacked_bytes=1_000_000), "more than 1 MB unpacked"),
        (ArchiveLimits(seconds=0.001), "too much memory or time"),
    ],
)
def test_limits_are_kept(limits: ArchiveLimits, words: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", zip_of({f"{n}.md": "x" * 400_000 for n in range(3)}))
    assert words in refusal(path, replace(Limits(), archive=limits))


def test_an_archive_without_documents(tmp_path: Path) -> None:
    assert "no documents" in refusal(write(tmp_path / "a.zip", zip_of({"a.png": "x"})))
    assert "no documents" in refusal(write(tmp_path / "b.zip", zip_of({})))


def test_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.md": "Text."}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "password" in refusal(write(tmp_path / "a.zip", bytes(data)))


def test_the_export_of_a_chat_is_never_read_as_it_is(tmp_path: Path) -> None:
    files = {"users.json": "[]", "channels.json": "[]", "canvas.html": "<html>Talk</html>"}
    assert "relevo kb pairs" in refusal(write(tmp_path / "slack.zip", zip_of(files)))
    assert "relevo kb pairs" in refusal(
        write(tmp_path / "export.json", '{\n "guild": {},\n "messages": []\n}')
    )


def test_text_named_zip(tmp_path: Path) -> None:
    assert "no ZIP archive" in refusal(write(tmp_path / "a.zip", "just text"))


FILES = {
    "es/returns.md": "Text.",
    "returns.md": "Text.",
    "own.md": "---\nid: mine\n---\nText.",
    "lines.jsonl": '{"content": "One."}\n{"content": "Two."}',
}


class TestIds:
    def test_each_is_named_after_its_path_and_keeps_its_name(
        self, knowledge: EmbeddedKnowledge, tmp_path: Path
    ) -> None:
        folder = tmp_path / "help"
        folder.mkdir()
        path = write(folder / "all.zip", zip_of(FILES))
        first = ingest(knowledge, [folder])
        assert not first.failed
        named = [name for name in first.added if "#" not in name]
        assert named == ["help/all.zip/es/returns.md", "mine", "help/all.zip/returns.md"]
        assert ingest(knowledge, [folder]).unchanged == first.added

        write(path, zip_of({"returns.md": "Other.", "new.md": "New."}))
        second = ingest(knowledge, [folder])
        assert second.added == ("help/all.zip/new.md",)
        assert second.changed == ("help/all.zip/returns.md",)
        assert len(second.removed) == 4

    def test_archives_of_one_name_keep_apart(
        self, knowledge: EmbeddedKnowledge, tmp_path: Path
    ) -> None:
        paths: list[Path] = []
        for name in ("a", "b"):
            (tmp_path / name / "help").mkdir(parents=True)
            paths.append(write(tmp_path / name / "help" / "x.zip", zip_of({"r.md": name})))
        first = ingest(knowledge, paths)
        plain, marked = first.added
        assert plain == "help/x.zip/r.md"
        assert marked.startswith("help/x.zip/r.md~")
        assert ingest(knowledge, list(reversed(paths))).unchanged == (marked, plain)
        paths[0].unlink()
        ingest(knowledge, [tmp_path / "b" / "help" / "x.zip"])
        assert marked in [document.doc_id for document in knowledge.documents_now()]

    def test_an_id_that_is_taken_is_told_with_both_places(
        self, knowledge: EmbeddedKnowledge, tmp_path: Path
    ) -> None:
        both = {name: "---\nid: mine\n---\nText." for name in ("a.md", "b.md")}
        ((_, sentence),) = ingest(knowledge, [write(tmp_path / "x.zip", zip_of(both))]).failed
        assert sentence.startswith("'b.md' in it: the id 'mine' is taken by ")
        assert "x.zip (a.md)" in sentence
