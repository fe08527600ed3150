"""Which settings may change while Relevo runs, and why the others may not (pure).

What is not named here is read once, when connections, models, stores and the engine are opened: a new
value would not take effect, so it is refused.
"""

from collections.abc import Mapping

from config.fields import Field, Kind
from config.paths import Path, path_of

_ALL: frozenset[str] = frozenset()

LIVE: Mapping[str, frozenset[str]] = {
    "admins": _ALL,
    "authority": _ALL,
    "rollout": _ALL,
    "knowledge": frozenset({"members", "tags"}),
    "llm": frozenset(
        {
            "calls_per_minute",
            "person_tokens_per_day",
            "tenant_tokens_per_day",
            "tokens_per_day",
            "cost_per_day",
            "cost_per_minute",
        }
    ),
    "answers": _ALL,
    "memory": frozenset({"consent", "off_in"}),
    "escalation": _ALL,
    "desk": frozenset(
        {"language", "agents_as", "brand", "undo_seconds", "receipts", "reopen_hours"}
    ),
    "timing": _ALL,
    "storm": _ALL,
    "topics": _ALL,
    "teams": _ALL,
    "agents": _ALL,
    "tiers": _ALL,
    "copilot": _ALL,
    "translation": frozenset({"seconds"}),
    "canned": _ALL,
    "surveys": _ALL,
    "offers": _ALL,
}
"""Sections and tables that may change; with names, those of their settings alone."""

_FIXED_IN_ITEMS = {("teams", "channel")}


def why_fixed(path: Path, field: Field) -> str:
    """Say why a setting can't be changed while Relevo runs; empty where it can."""
    name = path_of(path)
    if field.is_hidden:
        return (
            f"{name} is a secret, and secrets are neither shown nor changed in chat: put it into "
            f"{variable(path)} of the environment or of .env, and start Relevo again."
        )
    if _is_whole(path, field):
        return f"{name} is a whole table: name one of its settings."
    if not _is_live(path):
        return (
            f"{name} is read at the start: put it into relevo.toml or {variable(path)}, and start "
            "Relevo again."
        )
    if field.is_name:
        return f"{name} is what the item is known by: add another one and remove this one."
    return ""


def variable(path: Path) -> str:
    """Return the variable of the environment for a setting, or for the table that it stands in."""
    names: list[str] = []
    for step in path:
        if step.is_item:
            break
        names.append(step.name.upper())
    return "RELEVO_" + "__".join(names)


def _is_live(path: Path) -> bool:
    names = [step.name for step in path if not step.is_item]
    allowed = LIVE.get(names[0])
    if allowed is None or (names[0], names[-1]) in _FIXED_IN_ITEMS:
        return False
    return not allowed or names[1] in allowed


def _is_whole(path: Path, field: Field) -> bool:
    return field.kind is Kind.SECTION and not path[-1].is_item
