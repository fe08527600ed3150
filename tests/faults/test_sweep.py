"""The sweeps' command: what was not played is neither good nor a crash."""

import sys

import pytest

from tests.faults.__main__ import main


@pytest.mark.parametrize("part", ["all", "kills", "platforms", "desks"])
def test_a_sweep_of_nothing_proves_nothing(
    part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["faults", "--part", part, "--only", "no such fault"])
    assert main() == 1
    assert capsys.readouterr().err == "Nothing has such a name: nothing was played.\n"
