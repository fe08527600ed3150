"""How many cases each adapter is tried with, as pytest collects them.

python -m benchmarks contract_cases
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import show

ROOT = Path(__file__).parents[1]
SUITE = re.compile(r"class (\w+)\(AdapterContract\)")
NODE = re.compile(r"^(tests/[\w/]+\.py)::(\w+)", re.MULTILINE)
ADAPTER = re.compile(r"(slack|discord|telegram|playground)")


def collected() -> Iterator[tuple[str, str]]:
    """(file, class or function) of each case."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    yield from NODE.findall(listed.stdout)


def suites() -> dict[tuple[str, str], str]:
    """(file, class) of each run of the contract → its name."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {
        (file.relative_to(ROOT).as_posix(), name): name
        for file in files
        for name in SUITE.findall(file.read_text(encoding="utf-8"))
    }


if __name__ == "__main__":
    known, contract, others = suites(), Counter[str](), Counter[str]()
    for file, name in collected():
        found = ADAPTER.search(Path(file).name) or ADAPTER.search(file)
        if (file, name) in known:
            platform = found[0] if found else file
            contract[f"{platform} ({known[file, name]})"] += 1
        elif found:
            others[found[0]] += 1
        elif name.startswith("test_") and "any_to_any" in file:
            others["any to any"] += 1
    show("the adapters' contract", dict(sorted(contract.items())))
    show("further cases of one platform", dict(sorted(others.items())))
