"""The names of settings as text: ``escalation.answer_above``, ``teams[Billing].hours`` (pure).

A name in brackets is an item of a table that can stand several times, or a key with signs of its own;
a backslash before a sign takes it for what it is.
"""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_ITEM = re.compile(r"\[((?:[^\]\\]|\\.)*)\]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a path: a key, or an item's name in brackets."""

    name: str
    is_item: bool = False

    @property
    def text(self) -> str:
        """How it is written."""
        escaped = self.name.replace("\\", "\\\\").replace("]", "\\]")
        return f"[{escaped}]" if self.is_item else self.name


Path = tuple[Step, ...]


def steps_of(path: str) -> Path | None:
    """Read a path; None when it is none."""
    steps: list[Step] = []
    text = path.strip()
    end = 0
    while end < len(text):
        item = _ITEM.match(text, end)
        if item is not None and steps:
            steps.append(Step(name=_ESCAPED.sub(r"\1", item[1]).strip(), is_item=True))
            end = item.end()
            continue
        start = end + 1 if steps and text[end] == "." else end
        name = _NAME.match(text, start) if start > end or not steps else None
        if name is None:
            return None
        steps.append(Step(name=name[0]))
        end = name.end()
    return tuple(steps) or None


def path_of(steps: Path) -> str:
    """Write a path, so that ``steps_of`` reads the same."""
    return "".join(
        step.text if step.is_item or not number else f".{step.text}"
        for number, step in enumerate(steps)
    )


def key_step(key: str) -> Step:
    """Return the step to a key of an open table, such as a language: in brackets where it must be."""
    return Step(name=key, is_item=_PLAIN.fullmatch(key) is None)


def is_within(path: Path, other: Path) -> bool:
    """Whether a path is at or below another one."""
    return path[: len(other)] == other
