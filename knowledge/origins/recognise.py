"""Which kind of origin a path or an address is."""

from pathlib import Path

from knowledge.origins.local import WILDCARDS, FileOrigin, FolderOrigin, PatternOrigin
from knowledge.origins.values import Origin, OriginError, OriginKind


def recognise(given: str | Path) -> Origin:
    """Tell what somebody means by a path or an address.

    Raises:
        OriginError: There is nothing of that name.
    """
    path = Path(given).expanduser()
    if path.is_dir():
        return FolderOrigin(path=path.resolve())
    if path.is_file():
        return FileOrigin(path=path.resolve())
    if any(mark in str(path) for mark in WILDCARDS):
        return PatternOrigin(pattern=str(path.absolute()))
    raise OriginError("there is no such file or folder: check the path")


def open_origin(kind: str, address: str) -> Origin:
    """Give an origin that the index remembers; unlike ``recognise`` it need not exist any more."""
    match OriginKind(kind):
        case OriginKind.FILE:
            return FileOrigin(path=Path(address))
        case OriginKind.FOLDER:
            return FolderOrigin(path=Path(address))
        case OriginKind.PATTERN:
            return PatternOrigin(pattern=address)


def address_of(given: str) -> str:
    """The address under which an origin of that name would be remembered, there or not."""
    path = Path(given).expanduser()
    is_pattern = any(mark in given for mark in WILDCARDS)
    return str(path.absolute() if is_pattern else path.resolve())
