"""The page's sentences: each that is used exists, in every language, with the same values."""

import re
from pathlib import Path

import pytest

from adapters.playground.pages import WEB
from adapters.playground.parse import RefusedError
from bot.texts import LANGUAGES, catalogue
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.turns import Decision, Outcome

USED = re.compile(r'\bt\("(\w+)"|data-(?:text|label|hint)"?[=:] ?"(\w+)"|label: "(\w+_log)"')
SENTENCES = {
    key.removeprefix("playground."): texts
    for key, texts in catalogue().items()
    if key.startswith("playground.")
}


def used_in(file: Path) -> set[str]:
    return {next(filter(None, found)) for found in USED.findall(file.read_text(encoding="utf-8"))}


def test_every_sentence_that_the_page_names_exists() -> None:
    files = [*WEB.glob("*.js"), WEB / "index.html"]
    used = set[str]().union(*map(used_in, files))
    assert len(used) >= 40
    assert used - SENTENCES.keys() == set()


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("status", CaseStatus),
        ("decision", Decision),
        ("outcome", Outcome),
        ("owner", OwnerKind),
        ("role", ("bot", "agent", "customer", "admin")),
        ("kind", ("note", "reply", "command")),
        ("connection", ("connecting", "online", "offline")),
        ("refused", ("too_long", "empty", "bad_name", "gone", "not_yours", "not_understood")),
    ],
)
def test_every_value_has_a_word(prefix: str, values: tuple[str, ...]) -> None:
    assert {f"{prefix}_{value}" for value in values} <= SENTENCES.keys()


@pytest.mark.parametrize("name", SENTENCES)
def test_languages_agree(name: str) -> None:
    texts = SENTENCES[name]
    assert tuple(texts) == LANGUAGES
    values = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}
    assert len(values) == 1
    assert all(text == text.strip() and text for text in texts.values())


def test_every_refusal_of_the_server_has_a_sentence() -> None:
    folder = WEB.parent
    code = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    reasons = set(re.findall(rf'{RefusedError.__name__}\("(\w+)"', code))
    assert len(reasons) >= 6
    assert {f"refused_{reason}" for reason in reasons} <= SENTENCES.keys()
