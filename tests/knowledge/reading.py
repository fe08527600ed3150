"""What the tests of readers share: reading one file, and files made by hand."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pypdf
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.readers import Limits, read_file


def read(path: Path, limits: Limits | None = None) -> list[Document | DocumentError]:
    return list(read_file(path, limits or Limits()))


def read_one(path: Path) -> Document:
    (found,) = read(path)
    assert isinstance(found, Document)
    return found


def documents(path: Path) -> list[Document]:
    return [found for found in read(path) if isinstance(found, Document)]


def refusal(path: Path, limits: Limits | None = None) -> str:
    (found,) = read(path, limits)
    assert isinstance(found, DocumentError)
    sentence = str(found)
    assert "\n" not in sentence
    assert ":" in sentence, "the cure stands behind a colon"
    return sentence


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def make_pdf(*pages: str, password: str = "", title: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(width=600, height=800)
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 50 750 Td {lines} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zip_of(files: Mapping[str, str | bytes], *, packs: bool = True) -> bytes:
    output = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
    with zipfile.ZipFile(output, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return output.getvalue()


def make_docx(
    body: str, *, title: str = "", more: Mapping[str, str] | None = None, head: str = ""
) -> bytes:
    """A Word document of this body; ``more`` are parts, whose names ``word/X.xml`` it refers to."""
    parts = dict(more or {})
    kinds = [name.removeprefix("word/").removesuffix(".xml") for name in parts]
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_TYPES}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(kinds)
    )
    core = f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></c>'
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    main = f'<Relationship Id="r" Type="{_TYPES}/officeDocument" Target="word/document.xml"/>'
    return zip_of(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{_RELS}">{main}</Relationships>',
            "docProps/core.xml": core,
            "word/document.xml": head + document,
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELS}">{links}</Relationships>',
            **parts,
        }
    )


def p(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
