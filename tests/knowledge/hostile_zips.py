"""Hostile archives and Word documents."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from tests.knowledge.hostile import HUGE, SLIPPED, URL, Hostile
from tests.knowledge.reading import W, make_docx, p, zip_of

_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# --- archives


def _bomb(size: int) -> bytes:
    output = io.BytesIO()
    with (
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.md", "w", force_zip64=True) as entry,
    ):
        for _ in range(size // 1_000_000):
            entry.write(b"a" * 1_000_000)
    return output.getvalue()


def _claims_less() -> bytes:
    """Both directories say 10 bytes, the stream holds a megabyte."""
    data = bytearray(zip_of({"a.md": "x" * 1_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", 10)
    return bytes(data)


def _overlapping() -> bytes:
    """Five hundred names for one stored file, as in the flat zip bombs of 2019."""
    data = zip_of({"0000.md": "x" * 100_000})
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    record = data[start:end]
    central = b"".join(record.replace(b"0000", b"%04d" % n) for n in range(500))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, len(central), start, 0)
    return data[:start] + central + tail


def _patched(files: Mapping[str, str | bytes], offsets: tuple[int, int], value: bytes) -> bytes:
    """Write into the local and the central header of the first file."""
    data = bytearray(zip_of(files))
    for signature, offset in zip((b"PK\x03\x04", b"PK\x01\x02"), offsets, strict=True):
        place = data.index(signature) + offset
        data[place : place + len(value)] = value
    return bytes(data)


def _packed_with(method: int, content: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        archive.writestr("a.md", content)
    return output.getvalue()


def _greedy_lzma() -> bytes:
    """The stream asks for a dictionary of 4 GB."""
    data = _packed_with(zipfile.ZIP_LZMA, b"Text. " * 1_000)
    place = data.index(b"a.md") + len("a.md") + 5
    return data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :]


def _link() -> bytes:
    output = io.BytesIO()
    info = zipfile.ZipInfo("a.md")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return output.getvalue()


def _nested() -> bytes:
    data = zip_of({"a.md": "x" * 1_000})
    for level in range(5):
        data = zip_of({f"{level}{n}.zip": data for n in range(10)})
    return data


ARCHIVES = [
    Hostile("bomb.zip", lambda: _bomb(300_000_000), "more than 50 MB"),
    Hostile("claims-less.zip", _claims_less, "damaged"),
    Hostile("overlapping.zip", _overlapping, "damaged"),
    Hostile("forty-two.zip", _nested, "unpack it first"),
    Hostile("many.zip", lambda: zip_of({f"{n}.md": "x" for n in range(1_001)}), "1,000 documents"),
    Hostile("myriads.zip", lambda: zip_of({f"{n}.png": "" for n in range(60_000)}), "no documents"),
    Hostile("slip.zip", lambda: zip_of({f"../../../..{SLIPPED}": "x"}), "leads out"),
    Hostile("slip-windows.zip", lambda: zip_of({"..\\..\\slipped.md": "x"}), "leads out"),
    Hostile("absolute.zip", lambda: zip_of({str(SLIPPED): "x"}), "leads out"),
    Hostile("link.zip", _link, "a link"),
    Hostile("locked.zip", lambda: _patched({"a.md": "x"}, (6, 8), b"\1"), "password"),
    Hostile("checksum.zip", lambda: _patched({"a.md": "x"}, (14, 16), b"\1\2\3\4"), "damaged"),
    Hostile("method.zip", lambda: _patched({"a.md": "x"}, (8, 10), b"\x63\0"), "damaged"),
    Hostile("truncated.zip", lambda: zip_of({"a.md": "x" * 9_999})[:-30], "damaged"),
    Hostile("only-the-end.zip", lambda: b"PK\x05\x06" + b"\xff" * 18, "damaged"),
    Hostile("only-the-start.zip", lambda: b"PK\x03\x04" + b"\xff" * 5_000, "damaged"),
    Hostile("greedy.zip", _greedy_lzma, "too much memory"),
    Hostile("bzip2.zip", lambda: _packed_with(zipfile.ZIP_BZIP2, b"a" * 60_000_000), "50 MB"),
    Hostile("name.zip", lambda: zip_of({"x" * 60_000 + ".md": "x"}), "too long"),
    Hostile("escape.zip", lambda: zip_of({"\x1b]0;owned\x07.md": "x"}), "can't be shown"),
    Hostile("zip.md", lambda: zip_of({"../slipped.md": "x"}), "leads out"),
    Hostile("program.md", lambda: b"MZ" + zip_of({"a.md": "x"}), "a program"),
    Hostile("gzip.md", lambda: b"\x1f\x8b\x08" + zlib.compress(b"x" * 1_000), "a gzip archive"),
    Hostile("gif.html", lambda: b"GIF89a" + zip_of({"a.md": "x"}), "a GIF"),
    Hostile(
        "inner.zip", lambda: zip_of({"a.docx": laughs("w:t"), "b.pdf": b"%PDF-1.7"}), "damaged"
    ),
]


# --- Word


def laughs(_: str = "") -> bytes:
    """A billion laughs in the document's own part."""
    levels = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
    )
    return make_docx(p("&l9;"), head=f"<!DOCTYPE x [{levels}]>")


def _with_doctype(declaration: str) -> bytes:
    return make_docx(p("Text. &x;"), head=f"<!DOCTYPE x [{declaration}]>")


def _with_part(name: str, content: str) -> bytes:
    return make_docx(p("Text."), more={name: content})


def _refers_to(part: str, kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'
    more = {part: f'<Relationships xmlns="{_RELS}">{relation}</Relationships>'}
    return make_docx(p("Text."), more=more)


def _document(content: str | bytes) -> bytes:
    return zip_of({"[Content_Types].xml": "<Types/>", "word/document.xml": content})


def _copies() -> bytes:
    """A long cell that goes on through many rows."""
    first = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("Text. " * 10_000)
    again = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 2_000
    return make_docx(f"<w:tbl><w:tr><w:tc>{first}</w:tc></w:tr>{again}</w:tbl>")


_SETTINGS = "word/_rels/settings.xml.rels"
_LOOP = f'<w:styles xmlns:w="{W}">' + "".join(
    f'<w:style w:styleId="S{n}"><w:name w:val="s"/><w:basedOn w:val="S{1 - n}"/></w:style>'
    for n in (0, 1)
)

WORD = [
    Hostile("laughs.docx", laughs, "damaged"),
    Hostile("xxe-file.docx",
            lambda: _with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'), "damaged"),
    Hostile("xxe-fetch.docx", lambda: _with_doctype(f'<!ENTITY x SYSTEM "{URL}">'), "damaged"),
    Hostile("xxe-parameter.docx",
            lambda: _with_doctype(f'<!ENTITY % x SYSTEM "{URL}"> %x;'), "damaged"),
    Hostile("laughs-in-styles.docx",
            lambda: _with_part("word/styles.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            "damaged"),
    Hostile("template.docx", lambda: _refers_to(_SETTINGS, "attachedTemplate", URL)),
    Hostile("picture.docx", lambda: _refers_to("word/_rels/footer.xml.rels", "image", URL)),
    Hostile("chunk.docx", lambda: make_docx(p("Text.") + '<w:altChunk w:id="r1"/>')),
    Hostile("include.docx",
            lambda: make_docx(p("Text.") + f"<w:p><w:r><w:instrText>INCLUDETEXT {URL}"
                              + "</w:instrText></w:r></w:p>")),
    Hostile("main-elsewhere.docx", lambda: _refers_to("_rels/.rels", "officeDocument", URL)),
    Hostile("main-outside.docx",
            lambda: _refers_to("_rels/.rels", "officeDocument", "../../../etc/passwd", ""),
            "damaged"),
    Hostile("deep.docx",
            lambda: _document(f'<w:p xmlns:w="{W}">' * 100_000 + "</w:p>" * 100_000), "no words"),
    Hostile("deep-tables.docx",
            lambda: make_docx("<w:tbl><w:tr><w:tc>" * 20_000 + p("Text.")
                              + "</w:tc></w:tr></w:tbl>" * 20_000)),
    Hostile("bomb.docx",
            lambda: _document(f'<w:t xmlns:w="{W}">' + "a" * 150_000_000 + "</w:t>"), "too much"),
    Hostile("many-paragraphs.docx", lambda: make_docx(p("Text.") * 100_000)),
    Hostile("attributes.docx",
            lambda: make_docx(p("Text.") + "<w:p "
                              + " ".join(f'a{n}="x"' for n in range(100_000)) + "/>")),
    Hostile("style-loop.docx",
            lambda: make_docx(p("Text.", "S0"), more={"word/styles.xml": f"{_LOOP}</w:styles>"})),
    Hostile("numbers.docx",
            lambda: make_docx(p("Text.") + p("More.", properties=f'<w:numPr><w:ilvl w:val="{HUGE}"/><w:numId '
                                f'w:val="{HUGE}"/></w:numPr><w:outlineLvl w:val="-{HUGE}"/>'))),
    Hostile("spans.docx",
            lambda: make_docx("<w:tbl>" + f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{HUGE}"/></w:tcPr>'
                              f"{p('Text.')}</w:tc><w:tc>{p('b')}</w:tc></w:tr>" * 50 + "</w:tbl>")),
    Hostile("copies.docx", _copies, "too much"),
    Hostile("unbalanced.docx", lambda: _document(f'<w:p xmlns:w="{W}"><w:r></w:p>'), "damaged"),
    Hostile("encoding.docx",
            lambda: _document(b'<?xml version="1.0" encoding="utf-7"?><a>+ADw-</a>'), "damaged"),
    Hostile("empty-part.docx", lambda: _document(""), "damaged"),
    Hostile("no-part.docx",
            lambda: zip_of({"[Content_Types].xml": "", "word/other.xml": ""}), "damaged"),
    Hostile("old-word.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office"),
]  # fmt: skip
