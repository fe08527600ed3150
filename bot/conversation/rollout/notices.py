"""What the desk is to be told of a mode, as it travels with its alarm."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from bot.vocabulary.rollout import RolloutMode


class NoticeKind(StrEnum):
    """A topic was taken a step back, or could go one further."""

    DEMOTED = "demoted"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mode that was changed or could be, and the numbers that speak for it.

    ``of`` things were seen, of which ``percent`` were good, between ``low`` and ``high`` (95 %).
    ``base_*`` is what they are compared with: people beside a canary, or how it was before a fall.
    ``change`` is the number of the change by which a topic was taken back.
    """

    kind: NoticeKind
    topic: str
    before: RolloutMode
    after: RolloutMode
    of: int
    percent: int
    low: int = 0
    high: int = 100
    base_of: int = 0
    base_percent: int = 0
    change: int | None = None


_notice = TypeAdapter(Notice)


def written(notice: Notice) -> str:
    """Write a notice as text: the same notice is always the same text."""
    return _notice.dump_json(notice).decode()


def read(text: str) -> Notice:
    """Read what ``written`` wrote.

    Raises:
        ValueError: It is none.
    """
    return _notice.validate_json(text)
