"""Hostile files, made here; ``URL`` is what they want to be fetched, from a port that a test watches."""

import json
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.knowledge.reading import make_pdf, zip_of

CANARY = socket.create_server(("127.0.0.1", 0))
CANARY.settimeout(0)
PORT: int = CANARY.getsockname()[1]
URL = f"http://127.0.0.1:{PORT}/canary"
SLIPPED = Path("/tmp/slipped.md")  # noqa: S108 - where a zip points to
HUGE = "9" * 5_000
HARMLESS = ""
"""Expected of a file that is read, without what is hostile in it."""


@dataclass(frozen=True)
class Hostile:
    """A file, and a word of the sentence that refuses it (``HARMLESS``: it is read)."""

    name: str
    make: Callable[[], bytes | str]
    refusal: str = HARMLESS


# --- PDF


def pdf_of(*objects: str | bytes, trailer: str = "") -> bytes:
    """A PDF of numbered objects with a true table of them; object 1 is the catalogue."""
    output = bytearray(b"%PDF-1.7\n")
    places: list[int] = []
    for number, content in enumerate(objects, start=1):
        places.append(len(output))
        body = content if isinstance(content, bytes) else content.encode()
        output += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    output += b"".join(b"%010d 00000 n \n" % place for place in places)
    output += b"trailer\n<</Size %d /Root 1 0 R %b>>\n" % (len(objects) + 1, trailer.encode())
    return bytes(output + b"startxref\n%d\n%%%%EOF\n" % start)


def _stream(content: bytes, entries: str = "", length: str = "") -> bytes:
    head = f"<<{entries} /Length {length or len(content)}>>\nstream\n"
    return head.encode() + content + b"\nendstream"


_CATALOGUE = "<</Type /Catalog /Pages 2 0 R>>"
_PAGES = "<</Type /Pages /Count 1 /Kids [3 0 R]>>"
_PAGE = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources 5 0 R>>"
_FONT = "<</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>"
_SHOW = b"BT /F 9 Tf (Text.) Tj ET"


def _one_page(content: bytes, resources: str = _FONT, *more: str | bytes) -> bytes:
    return pdf_of(_CATALOGUE, _PAGES, _PAGE, content, resources, *more)


def _packed_often() -> bytes:
    data = b" " * 2_000_000
    for _ in range(20):
        data = zlib.compress(data)
    return _one_page(_stream(data, f"/Filter [{'/FlateDecode ' * 20}]"))


def _flate_bomb() -> bytes:
    packer = zlib.compressobj()
    data = b"".join(packer.compress(b" " * 10_000_000) for _ in range(60)) + packer.flush()
    return _one_page(_stream(data, "/Filter /FlateDecode"))


def _acting() -> bytes:
    act = f"<</S /URI /URI ({URL})>>"
    catalogue = f"<</Type /Catalog /Pages 2 0 R /OpenAction {act} /AA <</WC {act}>>>>"
    return pdf_of(catalogue, _PAGES, _PAGE, _stream(_SHOW), _FONT)


_REMOTE = f"/F <</FS /URL /F ({URL})>>"
_CMAP = b"1 begincodespacerange <0000> <FFFF> endcodespacerange " + (
    b"1 beginbfrange <0000> <FFFFFFFF> <0000> endbfrange " * 50
)
_LONE = (
    b"1 begincodespacerange <00> <FF> endcodespacerange "
    b"2 beginbfchar <54> <D800> <78> <001B> endbfchar"
)
_MAPPED = "<</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /X /ToUnicode 6 0 R>>>>>>"
_KIDS = " ".join(["3 0 R"] * 200_000)

PDFS = [
    Hostile("page-loop.pdf",
            lambda: pdf_of(_CATALOGUE, "<</Type /Pages /Count 2 /Kids [2 0 R 2 0 R]>>"), "it"),
    Hostile("page-cycle.pdf",
            lambda: pdf_of(_CATALOGUE, "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
                           "<</Type /Pages /Count 1 /Kids [2 0 R]>>"), "it"),
    Hostile("myriads-of-pages.pdf",
            lambda: pdf_of(_CATALOGUE, f"<</Type /Pages /Count 200000 /Kids [{_KIDS}]>>",
                           _PAGE, _stream(b""), _FONT), "it"),
    Hostile("count.pdf",
            lambda: pdf_of(_CATALOGUE, "<</Type /Pages /Count 99999999999 /Kids []>>"), "it"),
    Hostile("bomb.pdf", _flate_bomb, "it"),
    Hostile("packed-often.pdf", _packed_often, "it"),
    Hostile("previous.pdf",
            lambda: pdf_of(_CATALOGUE, _PAGES, _PAGE, _stream(_SHOW), _FONT, trailer="/Prev 9")),
    Hostile("own-length.pdf", lambda: _one_page(_stream(_SHOW, length="4 0 R")), "it"),
    Hostile("self.pdf", lambda: pdf_of("1 0 R"), "it"),
    Hostile("action.pdf", _acting),
    Hostile("remote-stream.pdf", lambda: _one_page(_stream(_SHOW, _REMOTE))),
    Hostile("deep.pdf", lambda: _one_page(_stream(b"[" * 200_000)), "it"),
    Hostile("deep-object.pdf", lambda: pdf_of(_CATALOGUE, "[" * 100_000), "it"),
    Hostile("operations.pdf", lambda: _one_page(_stream(b"q Q " * 2_000_000)), "it"),
    Hostile("map.pdf", lambda: _one_page(_stream(_SHOW), _MAPPED, _stream(_CMAP)), "it"),
    Hostile("surrogate.pdf", lambda: _one_page(_stream(_SHOW), _MAPPED, _stream(_LONE))),
    Hostile("form-loop.pdf",
            lambda: _one_page(_stream(b"/X Do"), "<</XObject <</X 6 0 R>>>>",
                              _stream(b"/X Do /X Do", "/Type /XObject /Subtype /Form "
                                      "/Resources 5 0 R")), "it"),
    Hostile("truncated.pdf", lambda: make_pdf("Text.")[:300], "damaged"),
    Hostile("header.pdf", lambda: b"%PDF-1.7\n", "damaged"),
    Hostile("noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 2_000, "damaged"),
    Hostile("zip-behind.pdf", lambda: make_pdf("Text.") + zip_of({"../slipped.md": "x"})),
]  # fmt: skip


# --- text in its kinds


def _yaml_laughs() -> str:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "---\n" + "\n".join(["l0: &l0 [ha]", *levels, "title: &t *l9"]) + "\n---\nText."


def _csv(cell: str) -> str:
    return f'question,answer\nWhy?,"{cell}"\nHow?,Text.\n'


_PAGE_THAT_FETCHES = f"""<!DOCTYPE html PUBLIC "x" "{URL}"><html><head><base href="{URL}">
    <meta http-equiv="refresh" content="0;url={URL}"><link rel="stylesheet" href="{URL}">
    <script src="{URL}"></script></head><body onload="fetch('{URL}')"><img src="{URL}">
    <iframe src="{URL}"></iframe><p>Text.</p></body></html>"""

TEXTS = [
    Hostile("fetches.html", lambda: _PAGE_THAT_FETCHES),
    Hostile("deep.html", lambda: "<html>" + "<div>" * 100_000 + "Text."),
    Hostile("deep-lists.html", lambda: "<html>" + "<ul><li>" * 50_000 + "Text."),
    Hostile("deep-tables.html", lambda: "<html>" + "<table><tr><td>x" * 20_000 + "Text."),
    Hostile("laughs.xhtml",
            lambda: '<!DOCTYPE html [<!ENTITY a "&b;&b;"><!ENTITY b "ha">]><html><p>Text. &a;'),
    Hostile("number.html", lambda: f'<html><ol start="{HUGE}"><li>Text.</ol>'),
    Hostile("sections.html", lambda: "<html>" + "<![x" * 50_000 + "<!<![x>[ <p>Text.</p>"),
    Hostile("comments.html", lambda: "<!---->" * 500 + "Text."),
    Hostile("comments.txt", lambda: "<!---->" * 500 + "Text."),
    Hostile("binary.html", lambda: b"<html>" + bytes(range(256)) * 100, "binary"),
    Hostile("yaml-laughs.md", _yaml_laughs),
    Hostile("yaml-deep.md", lambda: "---\ntitle: " + "[" * 50_000 + "\n---\nText."),
    Hostile("yaml-number.md", lambda: f"---\nid: 0x{'F' * 9_000}\n---\nText."),
    Hostile("yaml-object.md",
            lambda: '---\ntitle: !!python/object/apply:os.system ["touch slipped"]\n---\nText.'),
    Hostile("surrogate.md", lambda: '---\ntitle: "\\ud800"\nid: "\\ud800"\n---\nText.'),
    Hostile("controls.md",
            lambda: '---\ntitle: "a\\e[2Jb"\nid: "a\\e[2J\\nb"\nurl: "\\e"\n---\n# A\nText. &#27;[2J'),
    Hostile("controls.html", lambda: "<html><title>a&#155;b&#27;[2J</title><p>Text.&#27;[2J"),
    Hostile("controls.jsonl",
            lambda: json.dumps({"doc_id": "a\x1b[2J", "title": "a\x1b[2J", "url": "\ud800",
                                "content": "Text.\x1b[2J\ud800"})
            + "\n" + json.dumps({"question": "\x1b[2J?", "answer": "Text.\x1b", "id": "a\x1b\n"})),
    Hostile("nothing-shown.jsonl", lambda: json.dumps({"content": "\x1b"}), "line 1"),
    Hostile("deep.md", lambda: "> " * 50_000 + "Text.", "no words"),
    Hostile("deep-lists.md", lambda: "".join("  " * n + "- Text.\n" for n in range(400)) + "Text."),
    Hostile("include.md", lambda: "[!INCLUDE [x](/etc/passwd)]\n{% include /etc/passwd %}\nText."),
    Hostile("escapes.txt", lambda: "Text. " * 50 + "\x1b]0;owned\x07\x1b[2J"),
    Hostile("one-line.txt", lambda: "Text. " * 1_000_000),
    Hostile("huge-cell.csv", lambda: _csv("x" * 5_000_000), "line 2"),
    Hostile("open-quote.csv", lambda: 'question,answer\n"' + "x,y\n" * 40_000, "line 2"),
    Hostile("columns.csv", lambda: "a," * 1_000_000 + "\nx", "its columns are"),
    Hostile("formula.csv", lambda: _csv("=HYPERLINK(1)") + "=cmd|x,Text.\n"),
    Hostile("deep.jsonl", lambda: '{"content": ' + "[" * 200_000 + "\n", "line 1"),
    Hostile("number.jsonl", lambda: '{"content": ' + "9" * 100_000 + "}\n", "line 1"),
    Hostile("constructor.jsonl",
            lambda: json.dumps({"content": "Text.", "lc": 1, "type": "constructor",
                                "id": ["os", "system"]})),
]  # fmt: skip

UNFINISHED = [
    "<!--", "<a ", "</", "<![", "<!", "<?", '<a x="', "<a x='\"", "<table>", "[](", "<b> ", "<script>",
    "[!INCLUDE", "[!VIDEO", "[!DNL ", "{#a=", "  ", "[", "*a ", "> ", "|a", "[a]: <x\n", ":::image ",
]  # fmt: skip
"""Marks that never end: a reader that looks for the end from each anew takes the square of time."""
