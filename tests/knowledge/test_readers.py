"""Each format is read for its content; each bad file gives one sentence that helps."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, NameObject

from bot.vocabulary.errors import DocumentError
from knowledge.documents import BlockKind
from knowledge.readers import Limits
from knowledge.readers.encoding import decode_text
from knowledge.readers.html import read_html
from knowledge.readers.markdown import read_markdown
from knowledge.readers.tables import table_items
from tests.knowledge.reading import documents, make_pdf, read, read_one, refusal, texts, write
from tests.linear_time import takes_linear_time


class TestMarkdown:
    def test_front_matter_names_the_document(self) -> None:
        document = read_markdown(
            "---\nid: r1\ntitle: 'Returns: how'\nlang: es\nurl: https://x.example/r\n---\n# H\n\nHi.",
            title="file",
        )
        assert (document.doc_id, document.title) == ("r1", "Returns: how")
        assert (document.language, document.url) == ("es", "https://x.example/r")

    def test_front_matter_that_is_no_yaml_is_still_read(self) -> None:
        document = read_markdown("---\ntitle: a: b: [c\nid: r2\n---\nText.", title="file")
        assert (document.doc_id, document.title) == ("r2", "a: b: [c")

    def test_the_first_heading_names_it_and_is_not_repeated(self) -> None:
        document = read_markdown("# Returns\n\nSend it back.\n\n## When\n\nSoon.", title="file")
        assert document.title == "Returns"
        assert texts(document) == ["Send it back.", "When", "Soon."]

    @pytest.mark.parametrize(
        ("source", "wanted"),
        [
            ("Open [!DNL Commerce] now.", "Open Commerce now."),
            ("Press [!UICONTROL Save].", "Press Save."),
            (">[!NOTE]\n>\n>Mind the gap.", "Mind the gap."),
            ("> [!TIP]\n> Be quick.", "Be quick."),
            ("Search :::image type=\"icon\" source=\"a.png\"::: here.", "Search here."),
            ("<u>Steps</u> to do.", "Steps to do."),
            ("One<br>two.", "One\ntwo."),
            ("Use `<id>` or <cluster ID>.", "Use `<id>` or `<cluster ID>`."),
            ("See [here](other.md) or [web](https://x.example).",
             "See here or [web](https://x.example)."),
            ("Look ![alt](a.png) there.", "Look  there."),
            ("**Bold** and *thin*.", "**Bold** and thin."),
        ],
    )  # fmt: skip
    def test_dialects_are_cleaned(self, source: str, wanted: str) -> None:
        (text,) = texts(read_markdown(source, title="file"))
        assert " ".join(text.split(" ")).replace("  ", " ") == wanted.replace("  ", " ")

    def test_an_anchor_is_taken_off_a_heading(self) -> None:
        document = read_markdown("Intro.\n\n## Method 1 {#meth1}\n\nDo it.", title="file")
        assert texts(document)[1] == "Method 1"

    def test_a_table_becomes_rows_that_name_their_columns(self) -> None:
        source = "| Way | Price | Days |\n|---|---|---|\n| Post | 3 € | 2 |\n| Shop | free | |\n"
        assert texts(read_markdown(source, title="file")) == [
            "**Post**: Price: 3 €; Days: 2",
            "**Shop**: Price: free",
        ]

    def test_lists_keep_their_numbers_and_depth(self) -> None:
        document = read_markdown("3. Third\n4. Fourth\n   - inner\n", title="file")
        assert [(b.marker, b.level, b.text) for b in document.blocks] == [
            ("3.", 0, "Third"),
            ("4.", 0, "Fourth"),
            ("-", 1, "inner"),
        ]

    def test_code_is_kept_as_it_stands(self) -> None:
        (block,) = read_markdown("```bash\nrm -rf  x\n```", title="file").blocks
        assert (block.kind, block.marker, block.text) == (BlockKind.CODE, "bash", "rm -rf  x")


class TestHtml:
    PAGE = """<html lang="es-ES"><head><title>Menú</title>
        <link rel="canonical" href="https://x.example/m"><style>p{}</style></head><body>
        <header><p>Logo</p></header><nav><a href="/">Home</a></nav>
        <h1>Refunds</h1><p>Refunds take<br>5 days.</p><table><tr><th>Plan</th><th>Days</th></tr>
        <tr><td>Pro</td><td>3</td></tr></table><ol><li>Open<li>Press <b>Go</b></ol>
        <aside>Ad</aside><footer>Imprint</footer><script>var x = "no";</script></body></html>"""

    def test_only_the_content_is_kept(self) -> None:
        document = read_html(self.PAGE, title="file")
        assert (document.title, document.language) == ("Refunds", "es-ES")
        assert document.url == "https://x.example/m"
        assert texts(document) == ["Refunds take\n5 days.", "**Pro**: 3", "Open", "Press **Go**"]

    def test_words_of_neighbouring_elements_are_not_glued(self) -> None:
        words = " ".join(texts(read_html("<div>one<div>two</div>three</div>", title=""))).split()
        assert words == ["one", "two", "three"]

    def test_main_is_preferred(self) -> None:
        inner = "The answer that people look for stands here, in a sentence that is long enough."
        page = f"<body><p>Cookies!</p><main><header><h1>T</h1></header><p>{inner}</p></main></body>"
        document = read_html(page, title="")
        assert (document.title, texts(document)) == ("T", [inner])

    def test_a_page_of_nothing_but_furniture_is_read_whole(self) -> None:
        assert texts(read_html("<header><p>All there is.</p>", title="")) == ["All there is."]

    def test_deep_nesting_is_no_recursion(self) -> None:
        assert texts(read_html("<div>" * 50_000 + "deep", title="")) == ["deep"]

    def test_code_keeps_its_lines(self) -> None:
        (block,) = read_html("<pre>a\n  <b>b</b></pre>", title="").blocks
        assert (block.kind, block.text) == (BlockKind.CODE, "a\n  b")


class TestPlainText:
    def test_paragraphs_lists_and_headings(self, tmp_path: Path) -> None:
        source = "Opening\n=======\n\nWe open\nat nine.\n\n* Monday\n* Friday\n"
        document = read_one(write(tmp_path / "opening-hours.txt", source))
        assert document.title == "opening hours"
        assert [(b.kind, b.text) for b in document.blocks] == [
            (BlockKind.HEADING, "Opening"),
            (BlockKind.PARAGRAPH, "We open\nat nine."),
            (BlockKind.ITEM, "Monday"),
            (BlockKind.ITEM, "Friday"),
        ]

    def test_windows_1252_is_understood(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", "La devolución cuesta 3 €. ¿Sí?".encode("cp1252"))
        assert texts(read_one(path)) == ["La devolución cuesta 3 €. ¿Sí?"]

    def test_utf_16_with_its_mark_is_understood(self) -> None:
        assert decode_text("año".encode("utf-16")) == "año"

    def test_other_encodings_are_refused_with_the_line(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", b"fine\n" + "привет мир".encode("cp866"))
        assert "line 2 is not UTF-8" in refusal(path)


class TestTables:
    def test_a_long_name_of_a_column_is_said_once(self) -> None:
        name = "word" * 50
        rows = [["Land", name, "Days"], ["Spain", "yes", "3"], ["France", "no", "5"]]
        first, second = (block.text for block in table_items(rows))
        assert first == f"**Spain**: {name}: yes; Days: 3"
        assert second == "**France**: no; Days: 5"

    def test_names_of_columns_do_not_fill_the_memory(self) -> None:
        blocks = table_items([["a", "x" * 10_000, "c"], *[["a", "b", "c"]] * 10_000])
        assert sum(len(block.text) for block in blocks) < 500_000

    def test_many_columns_over_many_short_rows_take_linear_time(self) -> None:
        def read(text: str) -> None:
            table_items([list(text), *[["a", "b", "c"]] * len(text)])

        assert takes_linear_time(read, "x", length=1_000)


class TestPdf:
    def test_pages_and_paragraphs(self, tmp_path: Path) -> None:
        data = make_pdf("Delivery\nIt takes two\nto three days.", "Returns are free of charge.")
        document = read_one(write(tmp_path / "delivery-and-returns.pdf", data))
        assert document.title == "delivery and returns"
        assert [(b.text, b.page) for b in document.blocks] == [
            ("Delivery It takes two to three days.", 1),
            ("Returns are free of charge.", 2),
        ]

    def test_its_own_title_counts_when_it_looks_like_one(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.pdf", make_pdf("Some text.", title="How to return"))
        assert read_one(path).title == "How to return"

    def test_running_heads_and_page_numbers_are_left_out(self, tmp_path: Path) -> None:
        pages = [f"ACME manual\nChapter text number {word} is here.\n{number}"
                 for number, word in enumerate(("one", "two", "three", "four"), start=1)]  # fmt: skip
        found = " ".join(texts(read_one(write(tmp_path / "a.pdf", make_pdf(*pages)))))
        assert "ACME" not in found
        assert "text number three is here." in found
        assert "4" not in found

    def test_a_password_is_said(self, tmp_path: Path) -> None:
        locked = make_pdf("Secret.", password="hunter2")  # noqa: S106 - of the test file
        path = write(tmp_path / "a.pdf", locked)
        assert "password" in refusal(path)

    def test_damage_is_said(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.pdf", make_pdf("Fine text.")[:200])
        assert "damaged" in refusal(path)

    def test_pictures_only_is_said(self, tmp_path: Path) -> None:
        assert "OCR" in refusal(write(tmp_path / "a.pdf", make_pdf("")))

    def test_a_pdf_that_takes_too_long_is_given_up(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.pdf", make_pdf("Text."))
        assert "too much memory or time" in refusal(path, Limits(seconds=0.001))

    def test_a_pdf_that_unpacks_to_gigabytes_is_given_up(self, tmp_path: Path) -> None:
        writer = pypdf.PdfWriter()
        page = writer.add_blank_page(width=600, height=800)
        stream = DecodedStreamObject()
        stream.set_data(b" " * 300_000_000)
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
        writer.write(tmp_path / "bomb.pdf")
        assert (tmp_path / "bomb.pdf").stat().st_size < 1_000_000
        assert refusal(tmp_path / "bomb.pdf")


class TestJsonl:
    def test_documents_and_questions(self, tmp_path: Path) -> None:
        lines = [
            {"doc_id": "a", "title": "[!DNL X] a", "content": "# T\n\nHi.", "format": "md",
             "lang": "en", "url": "https://x.example/a"},
            {"doc_id": "b", "content": "<p>Hola</p>", "format": "html", "lang": "es"},
            {"question": "Do you ship to Peru?", "answer": "Yes, in **9** days."},
        ]  # fmt: skip
        path = write(tmp_path / "d.jsonl", "\n".join(map(json.dumps, lines)))
        first, second, third = documents(path)
        assert (first.doc_id, first.title, first.language) == ("a", "X a", "en")
        assert (second.doc_id, texts(second)) == ("b", ["Hola"])
        assert third.title == "Do you ship to Peru?"
        assert texts(third) == ["Do you ship to Peru?", "Yes, in **9** days."]
        assert [found.line for found in (first, second, third)] == [1, 2, 3]

    def test_a_broken_line_is_named_and_the_rest_is_read(self, tmp_path: Path) -> None:
        lines = [json.dumps({"doc_id": str(n), "content": f"Text {n}."}) for n in range(10)]
        lines[6] = '{"doc_id": "6", "content": '
        found = read(write(tmp_path / "d.jsonl", "\n".join(lines)))
        errors = [str(item) for item in found if isinstance(item, DocumentError)]
        assert len(found) == 10
        assert errors == ["line 7 is not valid JSON (Expecting value at column 27): correct it"]

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("[1]", "not a JSON object"),
            ("{}", "neither"),
            ('{"content": "x", "format": "docx"}', "format 'docx'"),
            ('{"content": "  "}', "empty content"),
            ('{"question": "", "answer": "x"}', "empty question or answer"),
            ("[" * 100_000, "JSON"),
        ],
    )
    def test_lines_of_the_wrong_form(self, line: str, words: str, tmp_path: Path) -> None:
        assert words in refusal(write(tmp_path / "d.jsonl", line))

    def test_lone_surrogates_do_no_harm(self, tmp_path: Path) -> None:
        (document,) = documents(write(tmp_path / "d.jsonl", '{"content": "a\\ud800b"}'))
        assert texts(document) == ["ab"]


class TestFormatByContent:
    def test_a_pdf_named_md_is_read_as_pdf(self, tmp_path: Path) -> None:
        assert texts(read_one(write(tmp_path / "a.md", make_pdf("Hi there.")))) == ["Hi there."]

    def test_a_page_named_txt_is_read_as_html(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", "<!DOCTYPE html><html><body><p>Hi</p></body></html>")
        assert texts(read_one(path)) == ["Hi"]

    def test_json_lines_named_txt_are_read_as_jsonl(self, tmp_path: Path) -> None:
        assert texts(read_one(write(tmp_path / "a.txt", '{"content": "Hi"}'))) == ["Hi"]


class TestRefusals:
    @pytest.fixture
    def big(self, tmp_path: Path) -> Iterator[Path]:
        path = tmp_path / "big.md"
        with path.open("wb") as file:
            file.truncate(50_000_000)
        yield path
        path.unlink()

    @pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.pdf", "a.jsonl"])
    def test_an_empty_file(self, name: str, tmp_path: Path) -> None:
        assert "empty" in refusal(write(tmp_path / name, ""))

    def test_a_file_without_words(self, tmp_path: Path) -> None:
        assert "no words" in refusal(write(tmp_path / "a.md", "---\ntitle: T\n---\n"))

    def test_a_file_over_the_limit_is_not_read_into_memory(self, big: Path) -> None:
        tracemalloc.start()
        sentence = refusal(big)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert "50 MB" in sentence
        assert "20 MB" in sentence
        assert peak < 2_000_000

    def test_a_line_over_the_limit(self, tmp_path: Path) -> None:
        lines = '{"content": "fine"}\n' + json.dumps({"content": "x" * 5_000})
        path = write(tmp_path / "a.jsonl", lines)
        _, error = read(path, Limits(size_bytes=1_000))
        assert "line 2 is longer" in str(error)

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n\0\0", "PNG image"),
            (b"PK\x03\x04\x14\0", "ZIP archive"),
            (b"\x7fELF\x02\x01", "program"),
            (b"hello\0world", "binary file"),
            (bytes(range(1, 32)) * 20, "binary file"),
        ],
    )
    def test_a_binary_renamed_md(self, head: bytes, kind: str, tmp_path: Path) -> None:
        assert kind in refusal(write(tmp_path / "a.md", head + b"\x01\x02\x03" * 50))

    def test_text_renamed_pdf(self, tmp_path: Path) -> None:
        assert "no PDF" in refusal(write(tmp_path / "a.pdf", "just text"))

    def test_a_file_that_may_not_be_opened(self, tmp_path: Path) -> None:
        assert "can't be opened" in refusal(tmp_path)
