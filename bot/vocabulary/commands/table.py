"""The table of commands, in the order of menus."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from bot.vocabulary.commands.model import Argument, ArgumentKind, Command, Who
from bot.vocabulary.rollout import RolloutMode

MODES = tuple(mode.value for mode in RolloutMode)


def _optional(name: str, kind: ArgumentKind = ArgumentKind.TEXT) -> Argument:
    return Argument(name=name, kind=kind, required=False)


def _choice(name: str, *choices: str, required: bool = True) -> Argument:
    return Argument(name=name, kind=ArgumentKind.CHOICE, choices=choices, required=required)


_PAGE = _optional("page", ArgumentKind.NUMBER)
_TEAM = Argument(name="team", kind=ArgumentKind.TEAM)
_AGENT = Argument(name="agent", kind=ArgumentKind.AGENT)
_TOPIC = Argument(name="topic", kind=ArgumentKind.TOPIC)
_KEY = Argument(name="key")
_VALUE = Argument(name="value", kind=ArgumentKind.LONG_TEXT)
_PERSON = Argument(name="person", kind=ArgumentKind.PERSON)
_QUESTION = Argument(name="question", kind=ArgumentKind.LONG_TEXT)

COMMANDS: tuple[Command, ...] = (
    Command(words=("status",), aliases=("estado",)),
    Command(words=("doctor",), aliases=("diagnóstico",)),
    Command(
        words=("mode",),
        arguments=(
            _choice("mode", *MODES, required=False),
            _optional("topic", ArgumentKind.TOPIC),
        ),
        aliases=("modo",),
        changes=True,
    ),
    Command(words=("topics", "list"), arguments=(_PAGE,), aliases=("temas",)),
    Command(words=("topics", "discover"), arguments=(_optional("name"),), changes=True),
    Command(
        words=("topics", "set"),
        arguments=(Argument(name="name"), Argument(name="words", kind=ArgumentKind.LONG_TEXT)),
        changes=True,
    ),
    Command(words=("topics", "remove"), arguments=(_TOPIC,), changes=True),
    Command(
        words=("threshold",),
        arguments=(
            _optional("value", ArgumentKind.NUMBER),
            _optional("topic", ArgumentKind.TOPIC),
        ),
        aliases=("umbral",),
        changes=True,
    ),
    Command(
        words=("tone",),
        arguments=(_optional("text", ArgumentKind.LONG_TEXT),),
        aliases=("tono",),
        changes=True,
    ),
    Command(
        words=("hours",),
        arguments=(_TEAM, _optional("hours", ArgumentKind.LONG_TEXT)),
        aliases=("horario",),
        changes=True,
    ),
    Command(
        words=("holidays",),
        arguments=(_TEAM, _choice("action", "list", "add", "remove"), _optional("day")),
        aliases=("festivos",),
        changes=True,
    ),
    Command(words=("team", "list"), arguments=(_PAGE,), aliases=("equipos",)),
    Command(
        words=("team", "add"),
        arguments=(
            Argument(name="name"),
            _optional("topics"),
            _optional("languages"),
            _optional("hours"),
            _optional("time_zone"),
        ),
        changes=True,
    ),
    Command(words=("team", "set"), arguments=(_TEAM, _KEY, _VALUE), changes=True),
    Command(words=("team", "remove"), arguments=(_TEAM,), changes=True),
    Command(words=("agent", "list"), arguments=(_PAGE,), aliases=("agentes",)),
    Command(
        words=("agent", "add"),
        arguments=(
            _PERSON,
            Argument(name="name"),
            _optional("teams"),
            _optional("languages"),
            _optional("skills"),
        ),
        changes=True,
    ),
    Command(words=("agent", "set"), arguments=(_AGENT, _KEY, _VALUE), changes=True),
    Command(words=("agent", "remove"), arguments=(_AGENT,), changes=True),
    Command(words=("desk", "show"), aliases=("mesa",)),
    Command(words=("desk", "set"), arguments=(_KEY, _VALUE), changes=True),
    Command(words=("route", "list"), aliases=("rutas",)),
    Command(words=("route", "set"), arguments=(_TOPIC, _TEAM), changes=True),
    Command(words=("route", "test"), arguments=(_QUESTION,)),
    Command(words=("canned", "list"), arguments=(_PAGE,), aliases=("plantillas",)),
    Command(
        words=("canned", "set"),
        arguments=(
            Argument(name="name"),
            _choice("language", "en", "es"),
            Argument(name="text", kind=ArgumentKind.LONG_TEXT),
        ),
        changes=True,
    ),
    Command(
        words=("canned", "remove"),
        arguments=(Argument(name="name", kind=ArgumentKind.CANNED),),
        changes=True,
    ),
    Command(words=("kb", "add"), arguments=(Argument(name="source"),), changes=True),
    Command(words=("kb", "list"), arguments=(_PAGE,)),
    Command(words=("kb", "sync"), changes=True),
    Command(
        words=("kb", "remove"),
        arguments=(Argument(name="document", kind=ArgumentKind.DOCUMENT),),
        changes=True,
    ),
    Command(words=("kb", "search"), arguments=(_QUESTION,)),
    Command(words=("kb", "gaps"), arguments=(_PAGE,)),
    Command(words=("ask",), arguments=(_QUESTION,), who=Who.EVERYBODY, aliases=("preguntar",)),
    Command(words=("test",), arguments=(_QUESTION,), aliases=("probar",)),
    Command(words=("memory", "show"), arguments=(_PERSON,)),
    Command(words=("memory", "export"), arguments=(_PERSON,)),
    Command(words=("memory", "erase"), arguments=(_PERSON,), changes=True),
    Command(words=("stats",), arguments=(_optional("days", ArgumentKind.NUMBER),)),
    Command(
        words=("audit",),
        arguments=(_optional("who", ArgumentKind.PERSON), _optional("count", ArgumentKind.NUMBER)),
        aliases=("auditoría",),
    ),
    Command(
        words=("settings", "show"),
        arguments=(_optional("setting", ArgumentKind.SETTING),),
        aliases=("ajustes",),
    ),
    Command(
        words=("settings", "set"),
        arguments=(Argument(name="setting", kind=ArgumentKind.SETTING), _VALUE),
        changes=True,
    ),
    Command(
        words=("settings", "undo"),
        arguments=(_optional("change", ArgumentKind.CHANGE),),
        aliases=("deshacer",),
        changes=True,
    ),
    Command(words=("admins", "list")),
    Command(words=("admins", "add"), arguments=(_PERSON,), changes=True),
    Command(words=("admins", "remove"), arguments=(_PERSON,), changes=True),
    Command(
        words=("claim",),
        arguments=(Argument(name="code"),),
        who=Who.EVERYBODY,
        changes=True,
    ),
    Command(
        words=("help",),
        arguments=(_optional("command", ArgumentKind.COMMAND),),
        who=Who.EVERYBODY,
        aliases=("ayuda",),
    ),
)
"""``/memory``, ``/forget`` and ``/link`` without a person behind them are the customer's own."""


def command_named(words: Iterable[str]) -> Command | None:
    """Return the command of exactly these words, whatever their case and accents."""
    return _by_words().get(tuple(map(_folded, words)))


@cache
def _by_words() -> dict[tuple[str, ...], Command]:
    named = {command.words: command for command in COMMANDS}
    return named | {(_folded(alias),): command for command in COMMANDS for alias in command.aliases}


def _folded(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
