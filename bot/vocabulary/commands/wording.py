"""A command as a line of text: the one form in which it travels, is stored and is replayed (pure).

``/settings set escalation.answer_above 0.5``: the command's words, then values in the order of the
arguments or by their names (``topic=shipping``). A value with blanks stands in double quotes, except the
last one, which takes all that is left. Where a platform's menus know words without blanks only, the words
are joined: ``/settings_set`` is ``/settings set``.
"""

import re
from collections.abc import Mapping, Sequence

from bot.vocabulary.commands.model import Argument, ArgumentKind, Command, Invocation
from bot.vocabulary.commands.table import command_named

LONGEST_NAME = 2
"""Words of a command's name."""

ADMIN_ACTION = "admin:"
"""What the actions of admins' buttons begin with; the line of a command stands behind it."""

_PREFIX = re.compile(r"\s*/(?:relevo\b\s*)?", re.IGNORECASE)
_WORD = re.compile(r'\s*([^\s@"]+)(?:@\w+)?')
_VALUE = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"(?=\s|$)|(\S+))')
_NAMED = re.compile(r"\s*([a-z_]+)=")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r'[^\s"=\\“”„«»]+')
_CURLY = re.compile(r"\s*[“„«]([^“”„«»]*)[”“»](?=\s|$)")
"""Quotes as phones write them. A long text that comes last keeps them: they may be its own."""


def read(text: str) -> Invocation | None:
    """Read a line; None when it begins with no command of the table.

    What stands in no argument's place is left out; a value that is missing is the office's to ask for.
    """
    found = _PREFIX.match(text)
    if found is None:
        return None
    command, rest = _command(text[found.end() :])
    return None if command is None else Invocation(command=command, values=_values(command, rest))


def written(command: Command, values: Mapping[str, str]) -> str:
    """Write a command with its values, so that ``read`` reads the same."""
    given = [
        f"{argument.name}={_quoted(values[argument.name])}"
        for argument in command.arguments
        if values.get(argument.name, "").strip()
    ]
    return " ".join((f"/{' '.join(command.words)}", *given))


def _command(text: str) -> tuple[Command | None, str]:
    """Find the longest name with which a text begins, and what stands behind it."""
    words: list[str] = []
    ends: list[int] = []
    end = 0
    for _ in range(LONGEST_NAME):
        found = _WORD.match(text, end)
        if found is None:
            break
        end = found.end()
        words.append(found[1])
        ends.append(end)
    for count in range(len(words), 0, -1):
        command = command_named(words[:count])
        if command is not None:
            return command, text[ends[count - 1] :]
    joined = command_named(words[0].split("_")) if words else None
    return joined, text[ends[0] :] if joined else text


def _values(command: Command, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    while text.strip():
        left = [one for one in command.arguments if one.name not in values]
        argument, text = _argument(left, text)
        if argument is None:
            break
        takes_rest = left == [argument] or argument is command.arguments[-1]
        takes_rest = takes_rest and not _more_named(left, argument, text)
        value, text = _curly(argument, text, takes_rest=takes_rest) or _value(
            text, takes_rest=takes_rest
        )
        if value:
            values[argument.name] = value
    return values


def _argument(left: Sequence[Argument], text: str) -> tuple[Argument | None, str]:
    """Find whose value stands next, and the text from that value on."""
    found = _NAMED.match(text)
    named = found and next((one for one in left if one.name == found[1]), None)
    if found and named:
        return named, text[found.end() :]
    return (left[0] if left else None), text


def _more_named(left: Sequence[Argument], argument: Argument, text: str) -> bool:
    """Whether another argument is named further on, so that this value ends before it."""
    others = "|".join(re.escape(one.name) for one in left if one is not argument)
    return bool(others) and re.search(rf"\s(?:{others})=", text) is not None


def _curly(argument: Argument, text: str, *, takes_rest: bool) -> tuple[str, str] | None:
    """Read a value in quotes that are not straight, and what stands behind it; None if it is in none."""
    found = _CURLY.match(text)
    if found is None or (takes_rest and argument.kind is ArgumentKind.LONG_TEXT):
        return None
    rest = text[found.end() :]
    return None if takes_rest and rest.strip() else (found[1].strip(), rest)


def _value(text: str, *, takes_rest: bool) -> tuple[str, str]:
    found = _VALUE.match(text)
    if found is None:
        return "", ""
    is_quoted = found[1] is not None
    if takes_rest and not (is_quoted and not text[found.end() :].strip()):
        return text.strip(), ""
    value = _ESCAPED.sub(r"\1", found[1]) if is_quoted else found[2]
    return value.strip(), text[found.end() :]


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
