"""Which kind of origin a path or an address is."""

import re
from pathlib import Path

from knowledge.origins.addresses import WebRules, normalise, parse_address
from knowledge.origins.git import SUFFIX, GitOrigin, is_bare_repository
from knowledge.origins.local import UNSHOWN, WILDCARDS, FileOrigin, FolderOrigin, PatternOrigin
from knowledge.origins.values import Origin, OriginError, OriginKind
from knowledge.origins.web import WebOrigin
from knowledge.readers.shown import can_be_shown, shown_line

_CREDENTIALS = re.compile(r"//[^/?#]*@")
_ADDRESS = re.compile(r"https?:|[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def recognise(given: str | Path, rules: WebRules) -> Origin:
    """Tell what somebody means by a path or an address.

    Raises:
        OriginError: There is nothing of that name, or the address may not be fetched.
    """
    if given == "":  # a path would take it for the folder at hand, and so would a script's mistake
        raise OriginError("this names nothing: give a file, a folder or an address")
    origin = _recognise(given, rules)
    if not can_be_shown(origin.address):
        raise OriginError(f"{UNSHOWN}: rename it")
    return origin


def _recognise(given: str | Path, rules: WebRules) -> Origin:
    if is_address(str(given)):
        path = parse_address(str(given), rules).url.path
        kind = GitOrigin if path.rstrip("/").endswith(SUFFIX) else WebOrigin
        return kind(address=normalise(str(given)), rules=rules)
    path = Path(given).expanduser()
    if is_bare_repository(path):
        return GitOrigin(address=str(path.resolve()), rules=rules)
    if path.is_dir():
        return FolderOrigin(path=path.resolve())
    if path.is_file():
        return FileOrigin(path=path.resolve())
    if any(mark in str(path) for mark in WILDCARDS):
        return PatternOrigin(pattern=str(path.absolute()))
    raise OriginError("there is no such file or folder: check the path")


def open_origin(kind: str, address: str, rules: WebRules) -> Origin:
    """Give an origin that the index remembers; unlike ``recognise`` it need not exist any more."""
    match OriginKind(kind):
        case OriginKind.FILE:
            return FileOrigin(path=Path(address))
        case OriginKind.FOLDER:
            return FolderOrigin(path=Path(address))
        case OriginKind.PATTERN:
            return PatternOrigin(pattern=address)
        case OriginKind.WEB:
            return WebOrigin(address=address, rules=rules)
        case OriginKind.GIT:
            return GitOrigin(address=address, rules=rules)


def address_of(given: str) -> str:
    """The address under which an origin of that name would be remembered, there or not."""
    if is_address(given):
        return normalise(given)
    path = Path(given).expanduser()
    is_pattern = any(mark in given for mark in WILDCARDS)
    return str(path.absolute() if is_pattern else path.resolve())


def is_address(given: str) -> bool:
    """Whether somebody means a web address and no path."""
    return _ADDRESS.match(given) is not None


def without_credentials(given: str) -> str:
    """What somebody gave, fit to be shown: a password in an address is not."""
    shown = shown_line(given)
    return _CREDENTIALS.sub("//", shown, count=1) if is_address(given) else shown
