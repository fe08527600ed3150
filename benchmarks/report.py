"""How figures are printed: a title and its values, one line each."""

from collections.abc import Mapping, Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile by the nearest rank; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def show(title: str, values: Mapping[str, object]) -> None:
    print(f"\n{title}", flush=True)
    for name, value in values.items():
        print(f"  {name:32} {value}", flush=True)
