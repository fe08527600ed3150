"""A text classifier of transformers as the reader of moods."""

import importlib.util
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

import pytest

from bot.app.moods import build_mood_reader, mood_findings
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.mood import Feeling, Said
from bot.vocabulary.platforms import Health
from config.settings import ConfigurationProblem, load
from handoff.mood import DefaultMoodReader, LocalMoodReader, open_local
from handoff.mood.labels import UnknownLabelsError, meanings_of
from tests.handoff.mood.tiny_classifier import save_tiny_classifier

STARS = [f"{number} star{'s' * (number > 1)}" for number in range(1, 6)]
needs_the_extra = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None,
    reason="the extra is not installed",
)


def saying(**scores: float) -> LocalMoodReader:
    """A reader whose model always says the same."""
    labels = {name.replace("_", " "): score for name, score in scores.items()}

    def classify(text: str) -> Mapping[str, float]:
        text.encode()
        return labels

    return LocalMoodReader(classify, meanings_of(list(labels)))


def test_what_the_model_says_counts_before_the_words() -> None:
    reader = saying(negative=0.9, neutral=0.08, positive=0.02)
    mood = reader.read("thank you, perfect", language="en")
    assert mood.negative > 0.85
    assert mood.satisfaction < 0.05
    assert reader.feeling(mood) is Feeling.FRUSTRATED


def test_the_rest_and_the_dialogue_stay_the_default_readers() -> None:
    reader = saying(negative=0.1, neutral=0.9)
    mood = reader.read("it's urgent", language="en")
    assert mood.urgency == DefaultMoodReader().read("it's urgent", language="en").urgency
    failed = (Said(text="Sorry, I can't do that.", by_customer=False),)
    assert reader.read("No, another one", language="en", context=failed).negative > mood.negative


def test_emotions_tell_anger() -> None:
    reader = saying(anger=0.8, joy=0.1, neutral=0.1)
    mood = reader.read("aha", language="en")
    assert reader.feeling(mood) is Feeling.ANGRY
    sad = saying(sadness=0.9, joy=0.1).read("aha", language="en")
    assert sad.anger < 0.1


@pytest.mark.parametrize("text", ["", "\ud800", "a" * 40_000, "\0"])
def test_any_text_is_handed_to_the_model_as_it_can_read_it(text: str) -> None:
    mood = saying(negative=1.0, positive=0.0).read(text, language="en")
    assert all(0 <= value <= 1 for value in astuple(mood))


@pytest.mark.parametrize(
    "labels",
    [
        ["negative", "neutral", "positive"],
        ["NEG", "NEU", "POS"],
        ["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"],
        STARS,
        ["1", "2", "3", "4", "5"],
        ["anger", "joy", "sadness", "fear", "surprise", "disgust"],
    ],
)
def test_usual_labels_are_known(labels: list[str]) -> None:
    meanings = meanings_of(labels)
    assert list(meanings) == labels
    assert any(meaning.negative for meaning in meanings.values())


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["LABEL_0", "LABEL_1"], "calls its labels LABEL_0 and so on: write what they stand for"),
        (["spam", "negative"], "its label 'spam' is unknown"),
        (["neutral", "positive"], "none of its labels speaks of dissatisfaction"),
    ],
)
def test_other_labels_are_refused_with_the_cure(labels: list[str], said: str) -> None:
    with pytest.raises(UnknownLabelsError, match=said):
        meanings_of(labels)


def test_without_a_setting_the_default_reads() -> None:
    assert isinstance(build_mood_reader(load(None)), DefaultMoodReader)
    assert not mood_findings(load(None))


def test_a_setting_without_a_provider_is_refused() -> None:
    with pytest.raises(ConfigurationProblem, match="write huggingface:name/of-model"):
        load(None, mood={"model": "some/model"})


@pytest.mark.skipif(
    importlib.util.find_spec("transformers") is not None, reason="the extra is installed"
)
def test_a_missing_extra_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'relevo\[models\]'"):
        build_mood_reader(load(None, mood={"model": "huggingface:some/model"}))
    [finding] = mood_findings(load(None, mood={"model": "huggingface:some/model"}))
    assert finding.health is Health.BROKEN


@needs_the_extra
@pytest.mark.parametrize("labels", [["negative", "neutral", "positive"], STARS])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_real_model_reads_through_the_real_pipeline(tmp_path: Path, labels: list[str]) -> None:
    save_tiny_classifier(tmp_path / "model", labels)
    settings = load(None, mood={"model": f"huggingface:{tmp_path / 'model'}"})
    assert [finding.health for finding in mood_findings(settings)] == [Health.GOOD]
    reader = build_mood_reader(settings)
    assert isinstance(reader, LocalMoodReader)
    for text in ("refund", "money delivery " * 5_000, "\ud800", "¡no!", ""):
        mood = reader.read(text, language="en")
        assert all(0 <= value <= 1 for value in astuple(mood))
    assert reader.read("refund", language="en") == reader.read("refund", language="en")


@needs_the_extra
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_real_model_without_names_is_refused(tmp_path: Path) -> None:
    save_tiny_classifier(tmp_path / "model", ["LABEL_0", "LABEL_1"])
    with pytest.raises(ConfigurationError, match=r"id2label of its config\.json"):
        open_local(f"huggingface:{tmp_path / 'model'}")


@needs_the_extra
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be opened"):
        open_local(f"huggingface:{tmp_path}")
