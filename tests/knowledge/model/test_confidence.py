"""What a model made of the passages moves the confidence, in the right direction and not too far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Confidence
from knowledge.model.confidence import Written, judge_written

FOUND = st.floats(min_value=0, max_value=1)
COUNTS = st.integers(min_value=0, max_value=8)


def of(kept: int = 2, cut: int = 0, documents: int = 1, *, answerable: bool = True) -> Written:
    return Written(answerable=answerable, kept=kept, cut=cut, documents=documents)


def value(found: float, written: Written) -> float:
    return judge_written(Confidence(value=found, reasons=("found",)), written).value


WRITTEN = st.builds(
    Written, answerable=st.booleans(), kept=COUNTS, cut=COUNTS, documents=st.integers(1, 8)
)


@given(FOUND, WRITTEN)
def test_it_stays_a_probability(found: float, written: Written) -> None:
    assert 0 < value(found, written) < 1


@given(FOUND, st.integers(1, 8), COUNTS, st.integers(1, 7))
def test_each_sign_moves_it_the_right_way(found: float, kept: int, cut: int, docs: int) -> None:
    base = value(found, of(kept, cut, docs))
    assert value(found, of(kept, cut + 1, docs)) <= base
    assert value(found, of(kept, cut, docs + 1)) >= base
    assert value(found, of(answerable=False)) <= value(found, of(kept=0))
    assert value(min(found + 0.1, 1), of(kept, cut, docs)) >= base


@pytest.mark.parametrize(
    ("found", "written", "judged"),
    [
        (0.2, of(), 0.58),
        (0.8, of(), 0.91),
        (0.8, of(kept=1, cut=1), 0.81),
        (0.8, of(answerable=False), 0.31),
        (0.05, of(), 0.32),
        (0.4, of(kept=0), 0.4),
    ],
)
def test_what_it_is_for_some_answers(found: float, written: Written, judged: float) -> None:
    assert value(found, written) == pytest.approx(judged, abs=0.01)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (of(2, 1, 2), "2 of 3 sentences of the model stand in 2 documents"),
        (of(1, 0, 1), "1 of 1 sentences of the model stand in 1 document"),
        (of(0, 1, 0), "none of the model's sentences stands in the passages"),
        (of(answerable=False), "the model finds no answer in the passages"),
    ],
)
def test_the_reasons_are_told(written: Written, reason: str) -> None:
    found = Confidence(value=0.5, reasons=("found",))
    assert judge_written(found, written).reasons == ("found", reason)
