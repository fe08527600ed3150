"""The settings of answers and of what models may cost: what is refused, and that they are used."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.app import build_knowledge
from bot.app.answers import answer_style, prices_of
from bot.vocabulary.knowledge import Query
from config.answers import AnswerRuleSettings, AnswersSettings
from config.sections import LlmSettings
from config.settings import Settings, load
from knowledge import ingest, open_embedded

FILE = """
[answers]
tone = "calm"
link_hosts = ["Shop.Example", "*.help.example"]

[answers.glossary]
parcel = ["package"]

[[answers.rules]]
forbidden = ["horoscope"]

[[answers.rules]]
when = ["refund"]
add = "Your rights stay."
"""


def test_rules_are_tables_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "relevo.toml"
    path.write_text(FILE, encoding="utf-8")
    answers = load(path).answers
    assert answers.link_hosts == ("shop.example", "*.help.example")
    assert [(rule.forbidden, rule.add) for rule in answers.rules] == [
        (("horoscope",), ""),
        ((), "Your rights stay."),
    ]
    assert answer_style(answers).instructions() == 'Tone: calm.\nWrite "parcel", not "package".'


@pytest.mark.parametrize("host", ["https://shop.example", "shop.example/a", "", "*", "a b"])
def test_a_host_is_a_name(host: str) -> None:
    with pytest.raises(ValidationError, match="is no host"):
        AnswersSettings(link_hosts=(host,))


def test_a_rule_needs_a_purpose_and_a_term_a_word() -> None:
    with pytest.raises(ValidationError, match="a rule needs"):
        AnswerRuleSettings(when=("refund",))
    with pytest.raises(ValidationError, match="glossary is empty"):
        AnswersSettings(glossary={"parcel": (" ",)})


@pytest.mark.parametrize("language", ["EN", "English", "", "en-GB"])
def test_a_language_is_a_code_that_answers_have(language: str) -> None:
    with pytest.raises(ValidationError, match="is no language"):
        AnswerRuleSettings(add="Your rights stay.", languages=("es", language))


def test_no_word_of_a_rule_is_empty() -> None:
    with pytest.raises(ValidationError, match="of a rule is empty"):
        AnswerRuleSettings(add="Your rights stay.", when=(" ",))
    with pytest.raises(ValidationError, match="of a rule is empty"):
        AnswerRuleSettings(forbidden=("lawsuit", ""))


def test_a_cap_of_cost_needs_prices() -> None:
    with pytest.raises(ValidationError, match="needs prices"):
        LlmSettings(cost_per_minute=1)
    llm = LlmSettings(cost_per_minute=1, output_price=8)
    assert prices_of(llm).cost(input_tokens=5, output_tokens=1_000_000) == 8


async def test_the_rules_stand_around_the_knowledge_that_is_built(tmp_path: Path) -> None:
    page = tmp_path / "returns.md"
    page.write_text("# Refunds\n\nA refund takes 5 days once the package is here.", "utf-8")
    index = open_embedded(tmp_path / "data")
    ingest(index, [page])
    index.close_now()
    file = tmp_path / "relevo.toml"
    file.write_text(FILE, encoding="utf-8")
    settings: Settings = load(file, data_dir=tmp_path / "data")
    knowledge = build_knowledge(settings)
    answer = await knowledge.answer(Query(text="How long does a refund take?", language="en"))
    assert "once the parcel is here" in answer.text
    assert answer.text.endswith("\n\nYour rights stay.")
    declined = await knowledge.answer(Query(text="My horoscope please", language="en"))
    assert (declined.text, declined.declined) == ("", "horoscope")
