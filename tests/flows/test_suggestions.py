"""The questions that the page suggests are answered well by the sample: the first impression."""

from collections.abc import Iterator

import pytest

from bot.texts import LANGUAGES, say
from bot.vocabulary.knowledge import Query
from config.settings import EscalationSettings
from knowledge import EmbeddedKnowledge, load_sample, open_embedded

EXPECTED = {
    "ask_delivery": "delivery-times-costs",
    "ask_returns": "returns-how-to",
    "ask_cast_iron": "care-cast-iron",
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    folder = tmp_path_factory.mktemp("sample")
    load_sample(folder)
    knowledge = open_embedded(folder)
    yield knowledge
    knowledge.close_now()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXPECTED)
def test_each_suggestion_is_answered(sample: EmbeddedKnowledge, name: str, language: str) -> None:
    question = say(f"playground.{name}", language)
    answer = sample.answer_now(Query(text=question, language=language))
    assert answer.sources[0].doc_id == f"{EXPECTED[name]}-{language}"
    assert answer.confidence.value >= EscalationSettings().answer_above
