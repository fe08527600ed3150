"""The small model that is shipped: its file, its version, its words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handoff.mood.features import VERSION, features_of, sum_names, tokens_of
from handoff.mood.folding import LONGEST, fold, shorten
from handoff.mood.model import FEELINGS, FILE, mood_model, read_model
from handoff.mood.valences import Valences

LARGEST = 2**20


def test_the_file_is_small_and_of_the_version_of_the_features() -> None:
    assert FILE.stat().st_size <= LARGEST
    model = mood_model()
    assert model.version.partition(".")[0] == VERSION
    assert model.sums.shape == (len(sum_names()), len(FEELINGS))
    assert mood_model() is model, "it is read once"


def test_a_file_for_other_features_is_refused(tmp_path: Path) -> None:
    with np.load(FILE) as file:
        arrays: Any = dict(file)
    path = tmp_path / "old.npz"
    np.savez_compressed(path, **(arrays | {"version": np.array("0.9")}))
    with pytest.raises(ValueError, match=r"old\.npz is of version 0\.9"):
        read_model(path)


def test_what_support_means_otherwise_is_not_bad() -> None:
    valences = mood_model().valences
    assert [valences.of(word) for word in ("error", "problema", "fallo", "cancelar")] == [0.0] * 4
    assert valences.of("porqueria") < 0 < valences.of("gracias")


def test_a_word_counts_before_a_stem_and_a_long_stem_before_a_short_one() -> None:
    valences = Valences({"cansado": -1.0}, {"cans": -2.0, "cansin": -3.0})
    found = [valences.of(word) for word in ("cansado", "cansada", "cansinos", "cantar", "ca")]
    assert found == [-1.0, -2.0, -3.0, 0.0, 0.0]


def test_a_negation_reaches_three_words_and_no_further_than_a_mark() -> None:
    tokens = tokens_of(fold("I'm not really very happy now. Happy"))
    assert [token.text for token in tokens if token.negated] == ["really", "very", "happy"]
    tokens = tokens_of(fold("No, gracias"))
    assert not any(token.negated for token in tokens)


def test_a_long_text_is_read_at_its_ends() -> None:
    text = "start " + "x" * 40_000 + " end"
    shown = shorten(text)
    assert shown.startswith("start ")
    assert shown.endswith(" end")
    assert len(shown) == LONGEST + 1
    assert shorten("short") == "short"


def test_folding_leaves_addresses_out() -> None:
    assert fold("¡QUÉ  Vergüenza! ana@x.es https://horrible.example/a?b") == "¡que verguenza!"


def test_features_have_length_one() -> None:
    seen = features_of("this does not work at all", mood_model().valences)
    assert float(np.square(seen.values).sum()) == pytest.approx(1, abs=1e-5)
    assert len(np.unique(seen.places)) == len(seen.places)
