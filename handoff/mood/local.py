"""Any text classifier of transformers on this machine (the extra ``models``) as a reader of moods.

The model says how negative or glad a message is, and how angry where its labels tell; urgency, leaving and
what the dialogue shows stay the default reader's.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from threading import Lock
from typing import Any

from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.mood import Feeling, Mood, Said
from handoff.mood.feelings import feeling_of
from handoff.mood.folding import shorten
from handoff.mood.labels import Meaning, UnknownLabelsError, meanings_of
from handoff.mood.reader import DefaultMoodReader, in_dialogue

PREFIX = "huggingface:"
_TRIED = "It does not work. ¡No funciona! " * 200
_LEAST = 1e-6
_RESERVED_PLACES = 2
"""Places of a model's longest text that some (RoBERTa) keep for themselves."""

Classify = Callable[[str], Mapping[str, float]]
"""Gives the score (0..1) of each label."""


class LocalMoodReader:
    """Implements ``MoodReader`` with a model in memory; its messages take turns."""

    def __init__(self, classify: Classify, meanings: Mapping[str, Meaning]) -> None:
        self._classify = classify
        self._meanings = meanings
        self._default = DefaultMoodReader()
        self._turn = Lock()

    def read(self, text: str, *, language: str, context: Sequence[Said] = ()) -> Mood:  # noqa: ARG002
        """Tell the mood; ``language`` is the model's own business."""
        odds = self._default.log_odds(text)
        if text.strip():
            with self._turn:
                scores = self._classify(_readable(text))
            odds |= {name: _log_odds(value) for name, value in self._feelings(scores).items()}
        return in_dialogue(odds, text, context)

    def feeling(self, mood: Mood) -> Feeling:
        """Put a mood in one word."""
        return feeling_of(mood)

    def _feelings(self, scores: Mapping[str, float]) -> Mapping[str, float]:
        said: dict[str, float] = {}
        for label, score in scores.items():
            meaning = self._meanings[label]
            for name in ("negative", "satisfaction", "anger", "frustration"):
                share = getattr(meaning, name)
                if share is not None:
                    said[name] = said.get(name, 0.0) + share * score
        return said


def open_local(model: str) -> LocalMoodReader:
    """Read a model from a folder or the hub's cache, and only then ask the hub for it.

    ``model`` is ``huggingface:`` and a name or a folder. The model reads a long text once, so that it
    fails here rather than before a customer.

    Raises:
        ConfigurationError: The extra is not installed, there is no such model, or its labels say
            nothing of moods.
    """
    try:
        classify, labels = _open(model.removeprefix(PREFIX))
        reader = LocalMoodReader(classify, meanings_of(labels))
        reader.read(_TRIED, language="en")
    except ImportError as error:
        raise ConfigurationError(
            f"mood.model = {model!r} needs a package that is not installed: "
            "pip install 'relevo[models]'."
        ) from error
    except UnknownLabelsError as error:
        raise ConfigurationError(f"mood.model = {model!r} can't be used: {error}.") from error
    except (OSError, ValueError, RuntimeError, IndexError, KeyError) as error:
        raise ConfigurationError(
            f"mood.model = {model!r} can't be opened ({type(error).__name__}): name a text classifier of "
            "the hub, or a folder that holds one."
        ) from error
    return reader


def _open(name: str) -> tuple[Classify, Sequence[str]]:
    transformers: Any = import_module("transformers")
    parts: list[Any] = []
    for build in (transformers.AutoTokenizer, transformers.AutoModelForSequenceClassification):
        try:
            parts.append(build.from_pretrained(name, local_files_only=True))
        except OSError:
            parts.append(build.from_pretrained(name))
    tokenizer, model = parts
    places = getattr(model.config, "max_position_embeddings", None) or tokenizer.model_max_length
    longest = min(tokenizer.model_max_length, places - _RESERVED_PLACES)
    run: Any = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer)

    def classify(text: str) -> Mapping[str, float]:
        found = run([text], top_k=None, truncation=True, max_length=longest)[0]
        return {row["label"]: float(row["score"]) for row in found}

    return classify, list(model.config.id2label.values())


def _readable(text: str) -> str:
    """Leave out what tokenizers refuse: halves of characters."""
    return shorten(text).encode("utf-8", "replace").decode("utf-8")


def _log_odds(likely: float) -> float:
    share = min(1 - _LEAST, max(_LEAST, likely))
    return math.log(share / (1 - share))
