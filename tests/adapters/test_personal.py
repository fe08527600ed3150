"""Each section of the adapters' store is either one that may be a person's, or it is known why it is not."""

import ast
from collections.abc import Mapping
from pathlib import Path

from adapters.personal import PERSONAL_SECTIONS
from bot.vocabulary.messages import Platform

ADAPTERS = Path(__file__).parents[2] / "adapters"
METHODS = {"read", "get", "put", "drop", "_mine", "_doubts"}

IMPERSONAL = {
    "drafts": "keys of deliveries, and how each is written",
    "marks": "channels, time stamps and signs",
    "places": "channels, and whether the bot is in them",
    "sessions": "channels and time stamps",
    "titled": "channels and time stamps",
    "shown": "ids of messages and digests",
    "commands": "digests of menus",
    "tags": "ids and names of a forum's tags",
    "session": "the gateway's session",
    "identifies": "times",
    "opened": "ids of threads and keys of deliveries",
    "done": "ids of threads",
    "joined": "ids of threads",
    "own": "ids of chats and messages",
    "albums": "ids of chats and albums",
    "moves": "ids of groups",
    "origins": "ids of groups",
    "newest": "the id of a message",
    "polling": "the number of an update",
    "told": "ids of groups",
    "set": "digests of menus and commands",
    "doubts": "ids of messages and times, while it is not clear whether a piece was sent",
    "asides": "channels, times, and tokens of interactions that are worth nothing after 15 minutes",
    "uploads": "ids of files that Relevo sent",
}


def sections() -> set[str]:
    """Find the names of sections in the code: constants in capitals, and what the store is called with."""
    found: set[str] = set()
    for file in ADAPTERS.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= {name for name in _named(node, constants) if isinstance(name, str)}
    return found


def _named(call: ast.Call, constants: Mapping[str, object]) -> list[object]:
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr="store" | "_store"), attr=method):
            arguments = call.args[:1] if method in METHODS else []
        case ast.Attribute(value=ast.Name(id="store"), attr=method):
            arguments = call.args[:1] if method in METHODS else []
        case ast.Attribute(attr="_mine"):
            arguments = call.args[:1]
        case ast.Name(id="Kept"):
            arguments = call.args[1:2]
        case _:
            return []
    return [
        argument.value
        if isinstance(argument, ast.Constant)
        else constants.get(ast.unparse(argument))
        for argument in arguments
    ]


def test_every_section_is_known() -> None:
    personal = {section for names in PERSONAL_SECTIONS.values() for section in names}
    found = sections()
    assert len(found) > 15
    assert not personal & set(IMPERSONAL)
    assert found - personal == set(IMPERSONAL)


def test_only_the_playground_keeps_what_it_shows() -> None:
    assert set(PERSONAL_SECTIONS) == set(Platform) - {Platform.PLAYGROUND}
