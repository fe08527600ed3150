"""XML of Office files as events: no recursion, no entities, nothing external.

Only names of the word-processing namespace (``w:``) and of compatibility markup (``mc:``) are told
apart; all others come as they stand and match nothing.
"""

from collections.abc import Callable, Mapping
from xml.parsers import expat

_SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://schemas.openxmlformats.org/package/2006/relationships": "r:",
}
OnStart = Callable[[str, Mapping[str, str]], None]
OnName = Callable[[str], None]


def read_xml(content: bytes, on_start: OnStart, on_end: OnName, on_text: OnName) -> None:
    """Tell the elements and words of an XML file in order; attributes come without their prefix.

    Raises:
        ValueError: It is no XML, or declares a document type: no Office file does, and entities
            and external files can be declared nowhere else.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, attributes: on_start(_short(name), _plain(attributes))
    parser.EndElementHandler = lambda name: on_end(_short(name))
    parser.CharacterDataHandler = on_text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the C function takes no keyword
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type is declared")


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return _SPACES.get(space, space + " ") + local


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name.rpartition(" ")[2]: value for name, value in attributes.items()}
