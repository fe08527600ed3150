"""The catalogue: both languages say the same, and every sentence is said somewhere."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

from bot.conversation.rollout.notices import NoticeKind
from bot.conversation.understanding import SmallTalk
from bot.texts import LANGUAGES, catalogue, say
from bot.vocabulary.administration import ClaimResult
from bot.vocabulary.cases import CaseEvent, CaseReason, CaseStatus, Priority, Promise
from bot.vocabulary.commands import COMMANDS
from bot.vocabulary.conversations import MemoryStep, OwnerKind
from bot.vocabulary.handover import Failure
from bot.vocabulary.memory import FactOrigin, LinkResult, Slot
from bot.vocabulary.mood import Concern, Feeling
from bot.vocabulary.rollout import Arm, RolloutMode
from bot.vocabulary.steering import Origin
from bot.vocabulary.turns import Decision, Outcome
from tests.test_house import ROOT

ENUMS: tuple[type[StrEnum], ...] = (
    CaseEvent,
    CaseReason,
    CaseStatus,
    ClaimResult,
    Concern,
    Decision,
    FactOrigin,
    Failure,
    Feeling,
    LinkResult,
    MemoryStep,
    Origin,
    Outcome,
    Origin,
    OwnerKind,
    Priority,
    Promise,
    NoticeKind,
    RolloutMode,
    Arm,
    Slot,
    SmallTalk,
)

SAME_IN_BOTH = {
    "admin.audit_row",
    "admin.old_new",
    "admin.setting",
    "briefing.concern",
    "handoff.customer_file",
    "handoff.thread_title",
    "looking.status_modes",
    "looking.status_team",
    "memory.fact",
    "playground.milliseconds",
    "steering.hours",
    "steering.mode_set",
    "steering.route_row",
    "steering.setting_row",
    "steering.threshold_row",
}
"""Sentences of little more than values."""

ENGLISH = re.compile(
    r"\b(?:the|and|you|your|with|this|that|have|here|what|message|person|customer|team|case)\b",
    re.IGNORECASE,
)
SPANISH = re.compile(
    r"\b(?:el|los|las|que|con|una|tu|mensaje|cliente|equipo|caso)\b", re.IGNORECASE
)

SPEAKERS = {
    "admin": ("bot/admin",),
    "adapters": ("adapters",),
    "after": ("bot/texts", "bot/conversation", "handoff"),
    "briefing": ("handoff/desk",),
    "commands": ("bot/admin", "bot/cli"),
    "conversation": ("bot/conversation", "bot/cli", "handoff"),
    "copilot": ("handoff/copilot",),
    "handoff": ("handoff",),
    "knowledge": ("knowledge",),
    "memory": ("bot/conversation/remembering", "bot/app"),
    "playground": ("adapters/playground",),
    "rollout": ("bot/conversation/rollout",),
    "recalled": ("bot/texts", "bot/conversation", "handoff"),
    "steering": ("bot/admin",),
    "looking": ("bot/admin",),
    "storm": ("handoff/storm",),
    "timing": ("handoff",),
    "policy": ("handoff/policy", "handoff/desk"),
    "verbs": ("adapters", "handoff"),
}
"""Room of the catalogue → where its sentences are said."""

_ROOM = re.compile(rf"^(?:{'|'.join(SPEAKERS)})\.")

SAYING = {"say", "admit", "_say", "to_desk", "to_customer", "marker"}
"""Functions whose first text is the name of a sentence, with or without its room."""


@dataclass
class Mentions:
    """The words of some source files, and their texts with holes (``queued_{reason}``)."""

    words: set[str] = field(default_factory=set[str])
    patterns: set[str] = field(default_factory=set[str])

    def name(self, sentence: str, room: str) -> bool:
        """Whether a sentence is said: in one word, or by a text whose holes known words fill."""
        if {sentence, f"{room}.{sentence}"} & self.words:
            return True
        matches = (re.fullmatch(pattern, sentence) for pattern in self.patterns)
        return any(match and set(match.groups()) <= self.words for match in matches)


def mentions_of(folders: tuple[str, ...]) -> Mentions:
    found = Mentions(words={member.value for enum in ENUMS for member in enum})
    for command in COMMANDS:
        found.words |= {command.name, *(one.name for one in command.arguments)}
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*")):
        if file.suffix == ".py":
            _mentions_in_python(file, found)
        elif file.suffix in {".js", ".html"}:
            _mentions_in_page(file, found)
    return found


def _mentions_in_python(file: Path, found: Mentions) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.words |= {node.value, _ROOM.sub("", node.value)}
        elif isinstance(node, ast.JoinedStr) and (pattern := _pattern(node)):
            found.patterns.add(pattern)


def _mentions_in_page(file: Path, found: Mentions) -> None:
    text = file.read_text(encoding="utf-8")
    found.words.update(re.findall(r"[\"'](\w+)[\"']", text))
    found.words.update(re.findall(r"\b(\w+):", text))
    for template in re.findall(r"`([\w${}.?]+)`", text):
        holes = re.split(r"\$\{[^}]*\}", template)
        if len(holes) > 1 and any(holes):
            found.patterns.add("(.+?)".join(map(re.escape, holes)))


def _pattern(node: ast.JoinedStr) -> str | None:
    """A regular expression for an f-string that names a sentence; None when it is all holes."""
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+?)"
        for part in node.values
    ]
    pattern = re.sub(rf"^(?:{'|'.join(SPEAKERS)})\\\.", "", "".join(parts))
    return pattern if re.search(r"[a-z]", pattern) else None


def names_said(room: str, folder: str) -> Iterator[tuple[str, str]]:
    """(place, key) of each sentence that a folder's code names outright."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in SAYING:
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if texts and isinstance(texts[0], str):
                    key = texts[0] if "." in texts[0] else f"{room}.{texts[0]}"
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", key


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def prose(text: str) -> str:
    """A text without placeholders, commands and code, whose words belong to no language."""
    return re.sub(r"\{\w+\}|`[^`]*`|/\w+", " ", text)


def test_the_catalogue_is_there() -> None:
    assert len(catalogue()) > 100
    assert {key.partition(".")[0] for key in catalogue()} == set(SPEAKERS)


def test_every_sentence_is_there_in_every_language_and_no_other() -> None:
    wrong = {key: set(texts) for key, texts in catalogue().items() if set(texts) != set(LANGUAGES)}
    assert wrong == {}
    empty = [key for key, texts in catalogue().items() if not all(map(str.strip, texts.values()))]
    assert empty == []


def test_every_language_fills_the_same_places() -> None:
    different = [
        key
        for key, texts in catalogue().items()
        if len({frozenset(placeholders(text)) for text in texts.values()}) > 1
    ]
    assert different == []


def test_spanish_is_spanish_and_english_is_english() -> None:
    left_over = [
        (key, language, match[0])
        for key, texts in catalogue().items()
        for language, foreign in (("es", ENGLISH), ("en", SPANISH))
        if (match := foreign.search(prose(texts[language])))
    ]
    assert left_over == []
    longer = {key for key, texts in catalogue().items() if len(prose(texts["en"]).split()) > 2}
    assert len(longer) > 50
    assert {key for key in longer if len(set(catalogue()[key].values())) == 1} <= SAME_IN_BOTH


def test_spanish_opens_its_questions_and_exclamations() -> None:
    for key, texts in catalogue().items():
        for closing, opening in (("?", "¿"), ("!", "¡")):
            text = prose(texts["es"])
            assert text.count(closing) == text.count(opening), f"{key}: {texts['es']}"


@pytest.mark.parametrize("room", SPEAKERS)
def test_every_sentence_is_said_somewhere(room: str) -> None:
    mentions = mentions_of(SPEAKERS[room])
    sentences = [key.partition(".")[2] for key in catalogue() if key.startswith(f"{room}.")]
    assert sentences
    assert [name for name in sentences if not mentions.name(name, room)] == []
    assert not mentions.name("a_sentence_that_nobody_says", room)


def test_every_sentence_that_is_said_exists() -> None:
    rooms = {"conversation": "bot/conversation", "handoff": "handoff", "knowledge": "knowledge"}
    said = [found for room, folder in rooms.items() for found in names_said(room, folder)]
    assert len(said) > 20
    assert [(place, key) for place, key in said if key not in catalogue()] == []


def test_every_sentence_of_the_page_exists() -> None:
    web = ROOT / "adapters/playground/web"
    text = "\n".join(file.read_text(encoding="utf-8") for file in web.iterdir() if file.is_file())
    named = set(re.findall(r"\bt\(\"(\w+)\"", text))
    named |= set(re.findall(r"data-(?:text|label|hint)=\"(\w+)\"", text))
    assert len(named) > 40
    assert {name for name in named if f"playground.{name}" not in catalogue()} == set()


@pytest.mark.parametrize(
    ("prefix", "enum"),
    [
        ("handoff.queued_", CaseReason),
        ("conversation.small_talk_", SmallTalk),
        ("conversation.concern_", Concern),
        ("playground.status_", CaseStatus),
        ("playground.decision_", Decision),
        ("playground.owner_", OwnerKind),
    ],
)
def test_every_kind_has_its_sentence(prefix: str, enum: type[StrEnum]) -> None:
    assert {f"{prefix}{member}" for member in enum} <= set(catalogue())


def test_every_outcome_that_a_customer_s_turn_can_have_is_named_in_a_receipt() -> None:
    shown = {outcome for outcome in Outcome if outcome is not Outcome.DROPPED}
    assert {f"playground.outcome_{outcome}" for outcome in shown} <= set(catalogue())


def test_a_sentence_is_found_and_filled() -> None:
    assert say("handoff.claimed_customer", "es", agent="Ana") == "Ahora hablas con **Ana**."


def test_other_languages_are_answered_in_english() -> None:
    assert say("conversation.goodbye", "fr") == say("conversation.goodbye", "en")


def test_a_missing_sentence_or_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        say("handoff.nowhere", "en")
    with pytest.raises(KeyError, match="agent"):
        say("handoff.claimed_customer", "en")
