"""A Word document is read as its readers see it."""

from pathlib import Path

import pytest

from knowledge.documents import BlockKind, Document
from tests.knowledge.reading import W, make_docx, p, read_one, refusal, texts, write, zip_of

STYLES = f"""<w:styles xmlns:w="{W}">
  <w:style w:type="paragraph" w:styleId="Ttulo1"><w:name w:val="heading 1"/>
    <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
  <w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="Sub"/></w:style>
  <w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="heading 2"/></w:style>
  <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
  <w:style w:type="paragraph" w:styleId="C1"><w:name w:val="toc 1"/></w:style>
  <w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="l"/><w:basedOn w:val="Loop"/></w:style>
  <w:style w:type="paragraph" w:styleId="Dots"><w:name w:val="List Bullet"/>
    <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
  <w:style w:type="paragraph" w:styleId="Dots2"><w:name w:val="List Bullet 2"/>
    <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>"""

NUMBERING = f"""<w:numbering xmlns:w="{W}">
  <w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>
    <w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
  <w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="3"/>
    <w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>
    <w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
  <w:num w:numId="3"><w:abstractNumId w:val="8"/><w:lvlOverride w:ilvl="0">
    <w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>"""

PARTS = {"word/styles.xml": STYLES, "word/numbering.xml": NUMBERING}


def load(folder: Path, body: str, title: str = "") -> Document:
    data = make_docx(body, title=title, more=PARTS)
    return read_one(write(folder / "returns-policy.docx", data))


def item(text: str, list_id: int, level: int = 0) -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return p(text, properties=numbered)


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


class TestHeadings:
    def test_styles_make_headings_in_every_language_of_word(self, tmp_path: Path) -> None:
        body = p("Returns", "Ttulo1") + p("Send it back.") + p("When", "Mine") + p("Soon.", "Loop")
        document = load(tmp_path, body)
        assert document.title == "Returns"
        assert [(b.kind, b.level, b.text) for b in document.blocks] == [
            (BlockKind.PARAGRAPH, 0, "Send it back."),
            (BlockKind.HEADING, 2, "When"),
            (BlockKind.PARAGRAPH, 0, "Soon."),
        ]

    def test_an_outline_level_makes_a_heading(self, tmp_path: Path) -> None:
        document = load(tmp_path, p("A", properties='<w:outlineLvl w:val="2"/>') + p("Text"))
        assert document.blocks[0].level == 3

    def test_styles_that_nobody_describes_go_by_their_ids(self, tmp_path: Path) -> None:
        data = make_docx(p("Top", "Heading1") + p("Inner", "Heading2") + p("Text."))
        document = read_one(write(tmp_path / "a.docx", data))
        assert (document.title, texts(document)) == ("Top", ["Inner", "Text."])

    @pytest.mark.parametrize(
        ("own", "body", "wanted"),
        [
            ("How to return", p("Returns", "Ttulo1"), "How to return"),
            ("returns_v2.docx", p("Returns", "T"), "Returns"),
            ("", p("Text.") + p("Part", "Sub"), "returns policy"),
        ],
    )
    def test_the_title(self, own: str, body: str, wanted: str, tmp_path: Path) -> None:
        assert load(tmp_path, body + p("More."), own).title == wanted

    def test_a_table_of_contents_is_left_out(self, tmp_path: Path) -> None:
        assert texts(load(tmp_path, p("Returns 3", "C1") + p("Text."))) == ["Text."]


class TestLists:
    def test_markers_numbers_and_depth(self, tmp_path: Path) -> None:
        body = "".join(
            (item("Third", 2), item("a", 2, 1), item("b", 2, 1), item("Fourth", 2),
             item("a again", 2, 1), p("Between."), item("Fifth", 2), item("New", 3),
             item("dot", 1), p("styled", "Dots"), p("inner", "Dots2"), item("none", 0))
        )  # fmt: skip
        assert [(b.marker, b.level, b.text) for b in load(tmp_path, body).blocks] == [
            ("3.", 0, "Third"),
            ("1.", 1, "a"),
            ("2.", 1, "b"),
            ("4.", 0, "Fourth"),
            ("1.", 1, "a again"),
            ("", 0, "Between."),
            ("5.", 0, "Fifth"),
            ("1.", 0, "New"),
            ("-", 0, "dot"),
            ("-", 0, "styled"),
            ("-", 1, "inner"),
            ("", 0, "none"),
        ]


class TestTables:
    def test_rows_name_their_columns(self, tmp_path: Path) -> None:
        body = f"<w:tbl>{row(p('Way'), p('Price'), p('Days'))}{row(p('Post'), p('3 €'), p('2'))}</w:tbl>"
        assert texts(load(tmp_path, body)) == ["**Post**: Price: 3 €; Days: 2"]

    def test_merged_cells(self, tmp_path: Path) -> None:
        first = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("Spain")
        again = "<w:tcPr><w:vMerge/></w:tcPr><w:p/>"
        wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("closed")
        body = "".join(
            (row(p("Land"), p("City"), p("Days")), row(first, p("Vigo"), p("3")),
             row(again, p("Lugo"), p("4")), row(p("France"), wide))
        )  # fmt: skip
        assert texts(load(tmp_path, f"<w:tbl>{body}</w:tbl>")) == [
            "**Spain**: City: Vigo; Days: 3",
            "**Spain**: City: Lugo; Days: 4",
            "**France**: City: closed",
        ]

    def test_a_frame_around_text_is_no_table(self, tmp_path: Path) -> None:
        body = f"<w:tbl>{row(p('Note well.') + p('It counts.'))}</w:tbl>"
        (block,) = load(tmp_path, body).blocks
        assert (block.kind, block.text) == (BlockKind.PARAGRAPH, "Note well. It counts.")

    def test_a_table_in_a_table(self, tmp_path: Path) -> None:
        inner = f"<w:tbl>{row(p('x'), p('y'))}</w:tbl>"
        body = f"<w:tbl>{row(p('A'), p('B'))}{row(p('1'), inner + p('z'))}</w:tbl>"
        assert texts(load(tmp_path, body)) == ["**1**: x y z"]


class TestWhatReadersSee:
    @pytest.mark.parametrize(
        ("inner", "wanted"),
        [
            ("<w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>",
             "One two\nthree"),
            ("<w:r><w:t>See </w:t></w:r><w:hyperlink><w:r><w:t>ours</w:t></w:r></w:hyperlink>",
             "See ours"),
            ("<w:del><w:r><w:delText>old</w:delText><w:t>old</w:t></w:r></w:del>"
             + "<w:ins><w:r><w:t>new</w:t></w:r></w:ins>", "new"),
            ("<w:moveFrom><w:r><w:t>there</w:t></w:r></w:moveFrom><w:r><w:t>here</w:t></w:r>", "here"),
            ('<w:r><w:t>Note</w:t></w:r><w:r><w:footnoteReference w:id="2"/><w:t>*</w:t></w:r>'
             + "<w:r><w:t>!</w:t></w:r>", "Note!"),
            ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:t>open</w:t></w:r>",
             "open"),
            ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>open</w:t></w:r>', "open"),
            ("<w:r><w:instrText>HYPERLINK</w:instrText></w:r><w:r><w:t>word</w:t></w:r>", "word"),
            ("<w:sdt><w:sdtContent><w:r><w:t>field</w:t></w:r></w:sdtContent></w:sdt>", "field"),
        ],
    )  # fmt: skip
    def test_runs(self, inner: str, wanted: str, tmp_path: Path) -> None:
        assert texts(load(tmp_path, f"<w:p>{inner}</w:p>")) == [wanted]

    def test_comments_headers_and_footers_are_left_out(self, tmp_path: Path) -> None:
        other = f'<w:x xmlns:w="{W}">{p("Internal!")}</w:x>'
        more = {
            f"word/{name}.xml": other for name in ("comments", "header1", "footer1", "footnotes")
        }
        data = make_docx(p("Text."), more=more)
        assert texts(read_one(write(tmp_path / "a.docx", data))) == ["Text."]

    def test_a_deleted_row_is_left_out(self, tmp_path: Path) -> None:
        gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('old')}</w:tc><w:tc>{p('1')}</w:tc></w:tr>"
        body = f"<w:tbl>{row(p('A'), p('B'))}{gone}{row(p('new'), p('2'))}</w:tbl>"
        assert texts(load(tmp_path, body)) == ["**new**: 2"]

    def test_a_text_box_is_read_once(self, tmp_path: Path) -> None:
        box = f"<w:txbxContent>{p('In a box.')}</w:txbxContent>"
        mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        body = (
            f'<w:p xmlns:mc="{mc}"><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>Around.</w:t></w:r></w:p>"
        )
        assert texts(load(tmp_path, body)) == ["In a box.", "Around."]

    def test_the_strict_form_is_read(self, tmp_path: Path) -> None:
        strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
        document = f'<w:document xmlns:w="{strict}"><w:body>{p("Strict.")}</w:body></w:document>'
        parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": document}
        assert texts(read_one(write(tmp_path / "a.docx", zip_of(parts)))) == ["Strict."]


class TestRefusals:
    def test_without_words(self, tmp_path: Path) -> None:
        assert "no words" in refusal(write(tmp_path / "a.docx", make_docx("<w:p/>")))

    def test_text_named_docx(self, tmp_path: Path) -> None:
        assert "no Word document" in refusal(write(tmp_path / "a.docx", "just text"))

    def test_damage(self, tmp_path: Path) -> None:
        assert "damaged" in refusal(write(tmp_path / "a.docx", make_docx(p("Text."))[:-200]))

    def test_one_named_md_is_read_all_the_same(self, tmp_path: Path) -> None:
        assert texts(read_one(write(tmp_path / "a.md", make_docx(p("Text."))))) == ["Text."]

    @pytest.mark.parametrize(
        ("names", "words"),
        [
            (["[Content_Types].xml", "xl/workbook.xml"], "CSV"),
            (["[Content_Types].xml", "ppt/presentation.xml"], "PDF"),
            (["mimetype", "content.xml"], "DOCX"),
            (["mimetype", "META-INF/container.xml"], "e-book"),
            (["META-INF/MANIFEST.MF", "a.class"], "program"),
        ],
    )
    def test_its_cousins_are_named(self, names: list[str], words: str, tmp_path: Path) -> None:
        path = write(tmp_path / "a.docx", zip_of(dict.fromkeys(names, "x")))
        assert words in refusal(path)
