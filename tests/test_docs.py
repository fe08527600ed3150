"""The documents tell the truth: settings, paths, commands, measures and examples are checked."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import pytest
import typer
import yaml
from prometheus_client.metrics import MetricWrapperBase
from pydantic import BaseModel, SecretStr
from typer.core import TyperGroup

from adapters.telegram import metrics as telegram_metrics
from bot.cli import command_line
from bot.cli.steering import STEERING
from bot.conversation.recalling import metrics as recalling_metrics
from bot.edge import HttpEdge
from bot.engine import metrics
from config.sections import Section
from config.settings import Settings, load
from knowledge.model import metrics as model_metrics
from knowledge.readers import SUFFIXES, Limits
from knowledge.stores import metrics as store_metrics
from tests.test_house import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
ROW = re.compile(r"^\| `([\w.]+)` \| `([^`]*)` \| (.+) \| `(RELEVO_\w+)` \|$", re.MULTILINE)
VARIABLE = re.compile(r"^# (RELEVO_\w+)=(.*)$", re.MULTILINE)
EXAMPLES = {"docs/returns.md", "./documents"}
"""Paths that stand for the reader's own files."""


@dataclass(frozen=True)
class Documented:
    """One setting as the code has it."""

    name: str
    default: object

    @property
    def variable(self) -> str:
        return f"RELEVO_{self.name.upper().replace('.', '__')}"

    @property
    def plain(self) -> object:
        """The default as TOML and JSON would write it."""
        if isinstance(self.default, SecretStr):
            return self.default.get_secret_value()
        if isinstance(self.default, Path):
            return str(self.default)
        return cast("object", json.loads(json.dumps(self.default)))


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[Documented]:
    for name, field in model.model_fields.items():
        if isinstance(field.default, Section):
            yield from settings_of(type(field.default), f"{name}.")
        else:
            yield Documented(prefix + name, field.default)


SETTINGS = list(settings_of(Settings))


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(text: str, *kinds: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(text) if kind in kinds]


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command line in the shell blocks of a document."""
    for line in "".join(blocks(text, "sh")).splitlines():
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"\w+=.*", words[0]):
            words = words[1:]
        if words:
            yield words


def test_the_documents_are_seen() -> None:
    assert len(DOCUMENTS) > 8
    assert len(SETTINGS) > 20


def test_every_setting_is_in_the_table_with_its_default_and_its_variable() -> None:
    rows = {name: (default, variable) for name, default, _, variable in ROW.findall(_settings())}
    assert list(rows) == [setting.name for setting in SETTINGS], "the order of the code, please"
    for setting in SETTINGS:
        default, variable = rows[setting.name]
        assert variable == setting.variable
        assert tomllib.loads(f"x = {default}")["x"] == setting.plain, setting.name


def test_every_section_has_its_heading() -> None:
    sections = {setting.name.split(".")[0] for setting in SETTINGS if "." in setting.name}
    assert set(re.findall(r"^## `\[(\w+)\]`", _settings(), re.MULTILINE)) == sections


def test_every_variable_is_in_the_example_with_its_default() -> None:
    named = [name for name, _ in VARIABLE.findall(text_of(".env.example"))]
    assert named == [setting.variable for setting in SETTINGS]


def test_the_example_as_it_stands_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLE.findall(text_of(".env.example")):
        monkeypatch.setenv(name, "".join(shlex.split(value)) if value else "")
    assert load(None).model_dump() == Settings().model_dump()


def test_every_settings_file_in_the_documents_is_accepted(tmp_path: Path) -> None:
    shown = [
        body
        for document in DOCUMENTS
        for body in blocks(document.read_text(encoding="utf-8"), "toml")
        if "es = " not in body
    ]
    assert len(shown) > 2
    for number, body in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(body, encoding="utf-8")
        load(file)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_parses(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for body in blocks(text, "toml"):
        tomllib.loads(body)
    for body in blocks(text, "json"):
        json.loads(body)
    for body in blocks(text, "yaml"):
        yaml.safe_load(body)
    known = {"toml", "json", "yaml", "sh", "text"}
    assert {kind for kind, _ in BLOCK.findall(text)} <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if not target.startswith("https://"):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
    for code in CODE.findall(BLOCK.sub("", text)):
        if _is_path(code):
            assert (ROOT / code).exists(), f"{document.name} names {code}"


def test_paths_are_recognised() -> None:
    named = "bot/engine/keys.py README.md bot/ .ci/run docs/operations.md tests/test_house.py"
    assert all(map(_is_path, named.split()))
    assert not any(map(_is_path, ["make demo", "/healthz", "data_dir/redis", "docs/returns.md"]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([\w.]+):", text_of("Makefile"), re.MULTILINE))
    for words in commands(document.read_text(encoding="utf-8")):
        match words:
            case ["make", *names]:
                assert set(names) <= targets, words
            case ["relevo", *rest]:
                check_usage(rest)
            case ["docker", "compose", "exec", "relevo", "relevo", *rest]:
                check_usage(rest)
            case ["docker", "compose", *_]:
                continue
            case _:
                pytest.fail(f"{document.name} shows a command that is not checked: {words}")


def test_commands_in_running_text_exist() -> None:
    targets = set(re.findall(r"^([\w.]+):", text_of("Makefile"), re.MULTILINE))
    seen = 0
    for document in DOCUMENTS:
        for code in CODE.findall(BLOCK.sub("", document.read_text(encoding="utf-8"))):
            match code.split():
                case ["make", name]:
                    assert name in targets, f"{document.name}: {code}"
                    seen += 1
                case ["relevo", name, *_] if name.isalpha():
                    assert name in top().commands, f"{document.name}: {code}"
                    seen += 1
                case _:
                    continue
    assert seen > 10


def test_the_readme_shows_every_command() -> None:
    shown = {words[1] for words in commands(text_of("README.md")) if words[0] == "relevo"}
    # docs/commands.md has those of the table.
    assert shown | {one.words[0] for one in STEERING} == set(top().commands)
    knowledge = {w[2] for w in commands(text_of("docs/knowledge.md")) if w[:2] == ["relevo", "kb"]}
    group = top().commands["kb"]
    assert isinstance(group, TyperGroup)
    assert knowledge == set(group.commands)


@cache
def top() -> TyperGroup:
    """The command line as ``bot.cli.main`` builds it."""
    return cast("TyperGroup", typer.main.get_command(command_line()))


def check_usage(words: list[str]) -> None:
    """Parse a command line as relevo would, without doing it."""
    command = top()
    while isinstance(command, TyperGroup):
        name, *words = words
        assert name in command.commands, f"relevo has no command {name}"
        command = command.commands[name]
    command.make_context("relevo", list(words))


def test_a_command_that_does_not_exist_is_seen() -> None:
    with pytest.raises(AssertionError, match="no command dance"):
        check_usage(["kb", "dance"])
    with pytest.raises(Exception, match="No such option: --nonsense"):
        check_usage(["demo", "--nonsense"])
    with pytest.raises(Exception, match="Missing parameter: text"):
        check_usage(["ask"])


def test_both_front_pages_say_the_same_things() -> None:
    english, spanish = text_of("README.md"), text_of("README.es.md")
    assert _shape(english) == _shape(spanish)
    assert [body for _, body in BLOCK.findall(english)] == [b for _, b in BLOCK.findall(spanish)]
    others = {"README.md", "README.es.md"}
    assert set(LINK.findall(english)) - others == set(LINK.findall(spanish)) - others
    assert CODE.findall(english).count("relevo.toml") == CODE.findall(spanish).count("relevo.toml")
    assert max(len(english.splitlines()), len(spanish.splitlines())) <= 150


def test_every_measure_is_explained() -> None:
    rooms = (metrics, recalling_metrics, model_metrics, store_metrics, telegram_metrics)
    values = [value for room in rooms for value in vars(room).values()]
    found = (item for item in values if isinstance(item, MetricWrapperBase))
    kinds = {metric.name: metric.type for item in found for metric in item.describe()}
    names = {name + ("_total" if kind == "counter" else "") for name, kind in kinds.items()}
    rows = re.findall(
        r"^\| `(relevo_\w+)` \| (.*?) \|", text_of("docs/operations.md"), re.MULTILINE
    )
    assert len(names) > 5
    assert {name for name, _ in rows} == names

    told = (page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
    assert {name for text in told for name in re.findall(r"`(relevo_[a-z_]+)`", text)} == names


def test_every_path_of_the_edge_is_explained() -> None:
    source = text_of("bot/edge.py")
    served = set(re.findall(r"web\.get\(\"(/\w+)\"", source))
    assert HttpEdge.__name__ in source
    assert len(served) >= 3
    assert {
        path for path in served if f"| `{path}` |" not in text_of("docs/operations.md")
    } == set()


def test_every_format_is_explained() -> None:
    shown = set(re.findall(r"`(\.\w+)`", text_of("docs/knowledge.md")))
    assert shown == set(SUFFIXES)
    assert f"{Limits().size_bytes // 1_000_000} MB" in text_of("docs/knowledge.md")


def test_decisions_have_their_form() -> None:
    entries = re.split(r"^## ", text_of("docs/decisions.md"), flags=re.MULTILINE)[1:]
    assert len(entries) > 10
    assert [int(entry.split(".")[0]) for entry in entries] == list(range(1, len(entries) + 1))
    parts = ("**Context.**", "**Decision.**", "**Consequence.**")
    for entry in entries:
        assert [entry.count(part) for part in parts] == [1, 1, 1], entry.splitlines()[0]
        assert len(entry.split()) < 150, f"too long: {entry.splitlines()[0]}"


def test_the_changelog_knows_this_version() -> None:
    project = cast("Mapping[str, str]", tomllib.loads(text_of("pyproject.toml"))["project"])
    assert f"\n## {project['version']} – " in text_of("CHANGELOG.md")
    assert "\n## Unreleased\n" in text_of("CHANGELOG.md")


def _settings() -> str:
    return text_of("docs/settings.md")


def _is_path(code: str) -> bool:
    """Whether a piece of code names a file or folder of this project."""
    if code in EXAMPLES or not re.fullmatch(r"\.?[\w./-]+", code):
        return False
    first, slash, _ = code.partition("/")
    if slash:
        return (ROOT / first).is_dir() and first != ""
    return (ROOT / code).exists() or code in {"CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"}


def _shape(text: str) -> list[object]:
    """Headings by level, rows of tables, points of lists, in order."""
    kinds = (r"(#+) ", r"(\|)", r"(- )", r"(!\[)")
    found = (re.match("|".join(kinds), line) for line in BLOCK.sub("", text).splitlines())
    return [match[0].strip() for match in found if match]
