"""A sample of the sweep for the ordinary suite; ``make faults`` runs all of it."""

from pathlib import Path

import pytest

from knowledge import load_sample
from tests.faults.faults import ALL, NEVER_STRUCK, Fault
from tests.faults.run import Result, run_once
from tests.faults.table import line_of

SAMPLE = (
    "kill inbox_durable",
    "kill acknowledged",
    "kill guarded",
    "kill committed",
    "kill sent",
    "SIGTERM under load",
)
MOST_RUNS = 3


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample knowledge, which every worker reads."""
    folder = tmp_path_factory.mktemp("knowledge")
    load_sample(folder)
    return folder


async def struck(fault: Fault, seed: int, data_dir: Path) -> Result:
    """Play runs until the fault strikes in one."""
    result = await run_once(fault, seed, data_dir)
    for again in range(1, MOST_RUNS):
        if result.problem != NEVER_STRUCK:
            break
        result = await run_once(fault, seed + again, data_dir)
    return result


@pytest.mark.processes
@pytest.mark.parametrize("name", SAMPLE)
async def test_nothing_is_lost_or_doubled(name: str, seed: int, data_dir: Path) -> None:
    fault = next(fault for fault in ALL if fault.name == name)
    result = await struck(fault, seed, data_dir)
    assert result.is_good, line_of(result)
    assert result.accepted > 20, "too few messages to prove anything"
