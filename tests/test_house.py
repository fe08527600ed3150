"""The rules of the house that no linter knows, each with a proof that it can be broken."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("adapters", "bot", "config", "handoff", "knowledge")
LONGEST_MODULE = 350
LONGEST_FUNCTION = 40
FEWEST_MODULES = 60
"""A guard that sees fewer looks in the wrong place."""

BROAD_BORDERS = {("bot/engine/worker.py", "_work"), ("bot/supervisor.py", "_keep_running")}
"""The borders of the turn and of the adapters, the only places for a broad ``except``."""

SECRET_READERS = {
    "bot/app/opening.py",
    "bot/app/platforms.py",
    "bot/app/__init__.py",
    "bot/app/diagnosis.py",
    "bot/app/memory.py",
    "knowledge/loading/refreshing.py",
    "knowledge/reranking/http.py",
    "knowledge/wording/service.py",
    "knowledge/weaviate/connection.py",
}
"""Where a secret may be taken out of its wrapping, to be handed to whoever connects with it."""

SECRET_WORDS = re.compile(r"(?:^|_)(?:token|secret|password|key)$")
WORDS_OF_PEOPLE = {"text", "question", "excerpt", "display_name", "answer", "history", "label"}
PROSE = {".css", ".html", ".js", ".lua", ".md", ".py", ".sh", ".svg", ".toml", ".yaml", ".yml"}
NOT_OURS = {".venv", ".git", ".hypothesis", ".pytest_cache", ".ruff_cache", "relevo-data", "dist"}
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


@dataclass(frozen=True)
class Module:
    """One source file of the product."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the five packages."""
    files = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))
    found = tuple(
        Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        for file in files
    )
    assert len(found) > FEWEST_MODULES, "the guard sees too little: does it look at the house?"
    return found


def body_lines(function: ast.AST) -> int:
    """Lines of a function without its signature and its docstring."""
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = body_lines(node)
            if lines > LONGEST_FUNCTION:
                yield f"{module.name}: {node.name} has {lines} lines"


def broad_handlers(module: Module) -> Iterator[tuple[str, str]]:
    """(module, function) of each ``except`` that catches everything."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and is_broad(node):
                    yield module.name, function.name


def is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def unwrapped_secrets(module: Module) -> Iterator[str]:
    """Places where a ``SecretStr`` is opened outside the front door, or inside a text."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "get_secret_value":
            if module.name not in SECRET_READERS:
                yield f"{module.name}:{node.lineno}"
        elif isinstance(node, ast.JoinedStr) and "get_secret_value" in ast.unparse(node):
            yield f"{module.name}:{node.lineno} (inside a text)"


def logged_words(module: Module) -> Iterator[str]:
    """Log lines that would show what people wrote."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("logger."):
            inside = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            if inside & WORDS_OF_PEOPLE:
                yield f"{module.name}:{node.lineno}"


def map_gaps(folder: Path) -> list[str]:
    """Modules and packages of a folder that its docstring does not name."""
    source = (folder / "__init__.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    inside = {file.stem for file in folder.glob("*.py")} - {"__init__", "__main__"}
    inside |= {init.parent.name for init in folder.glob("*/__init__.py")}
    named = set(re.findall(r"``(?:\w+\.)*(\w+)``", docstring))
    return sorted(f"{folder.relative_to(ROOT)}/{name}" for name in inside - named)


def texts() -> Iterator[Path]:
    """Every text file that people write in this project."""
    for file in sorted(ROOT.rglob("*")):
        if not NOT_OURS.intersection(file.relative_to(ROOT).parts) and file.suffix in PROSE:
            yield file


def test_the_house_has_these_packages_and_no_others() -> None:
    found = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"benchmarks"}
    assert found == set(PACKAGES)


def test_modules_are_short() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    assert [line for module in modules() for line in long_functions(module)] == []


def test_a_long_function_is_seen() -> None:
    body = "\n".join(f"    x{number} = {number}" for number in range(LONGEST_FUNCTION + 1))
    module = Module("m.py", f'def f():\n    """Doc.\n\n    More.\n    """\n{body}\n')
    assert list(long_functions(module)) == [f"m.py: f has {LONGEST_FUNCTION + 1} lines"]


def test_every_package_docstring_is_the_map_of_its_modules() -> None:
    assert modules()
    packages = sorted(
        init.parent for name in PACKAGES for init in (ROOT / name).rglob("__init__.py")
    )
    assert len(packages) > 10
    assert [gap for folder in packages for gap in map_gaps(folder)] == []


def test_every_script_is_on_the_map_of_its_folder() -> None:
    scripts = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.lua"))
    assert len(scripts) > 5
    for script in scripts:
        docstring = (script.parent / "__init__.py").read_text(encoding="utf-8")
        assert f"``{script.stem}``" in docstring, f"{script} is missing in its folder's docstring"


def test_everything_is_caught_only_at_the_two_borders() -> None:
    found = {handler for module in modules() for handler in broad_handlers(module)}
    assert found == BROAD_BORDERS, "narrow the new one; take vanished ones out of BROAD_BORDERS"


@pytest.mark.parametrize("kind", ["", " Exception", " (ValueError, BaseException) as error"])
def test_a_broad_handler_is_seen(kind: str) -> None:
    module = Module("m.py", f"def f():\n    try:\n        g()\n    except{kind}:\n        pass\n")
    assert list(broad_handlers(module)) == [("m.py", "f")]


def test_nothing_is_left_unfinished() -> None:
    assert modules()
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in texts()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_secrets_are_unwrapped_at_the_front_door_alone() -> None:
    assert [place for module in modules() for place in unwrapped_secrets(module)] == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bot/edge.py", "x = s.get_secret_value()"),
        ("bot/app/opening.py", 'f"{s.get_secret_value()}"'),
    ],
)
def test_an_unwrapped_secret_is_seen(name: str, line: str) -> None:
    assert list(unwrapped_secrets(Module(name, line)))


def test_no_log_line_shows_what_people_wrote() -> None:
    assert [place for module in modules() for place in logged_words(module)] == []
    assert list(logged_words(Module("m.py", 'logger.info("in", extra={"t": message.text})')))


def test_every_setting_that_sounds_secret_is_wrapped() -> None:
    settings = [module for module in modules() if module.name.startswith("config/")]
    trees = [module.tree for module in settings]
    fields = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
    assert len(fields) > 20
    for field in fields:
        if SECRET_WORDS.search(ast.unparse(field.target)):
            assert "SecretStr" in ast.unparse(field.annotation), ast.unparse(field)


def test_values_of_the_vocabulary_are_frozen_slotted_and_named() -> None:
    names = [module.name for module in modules() if module.name.startswith("bot/vocabulary/")]
    values = [
        kind
        for name in names
        for _, kind in inspect.getmembers(importlib.import_module(_dotted(name)), inspect.isclass)
        if dataclasses.is_dataclass(kind) and kind.__module__ == _dotted(name)
    ]
    assert len(values) > 15
    for value in values:
        assert value.__dataclass_params__.frozen, value  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        assert "__slots__" in vars(value), value
        assert all(field.kw_only for field in dataclasses.fields(value)), value


def _dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
