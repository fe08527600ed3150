"""The sweeps' command: what was not played is neither good nor a crash."""

import sys

import pytest

from tests.faults.__main__ import main
from tests.faults.table import upper_bound


@pytest.mark.parametrize("part", ["all", "kills", "platforms", "desks"])
def test_a_sweep_of_nothing_proves_nothing(
    part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["faults", "--part", part, "--only", "no such fault"])
    assert main() == 1
    assert capsys.readouterr().err == "Nothing has such a name: nothing was played.\n"


def test_few_runs_prove_little() -> None:
    assert [upper_bound(of) for of in (0, 1, 3, 300)] == [1.0, 1.0, 1.0, 0.01]
