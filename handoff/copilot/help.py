"""All that agents are helped with, as one value."""

from dataclasses import dataclass, field

from bot.vocabulary.copilot import Rewriter
from handoff.copilot.canned import CannedReplies
from handoff.copilot.drafting import Drafter
from handoff.copilot.interpreting import Interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class Copilot:
    """``drafter`` is None where there is no knowledge, ``interpreter`` where nobody translates.

    With ``drafts_itself`` a draft stands in the thread whenever the customer has written.
    """

    drafter: Drafter | None = None
    rewriter: Rewriter | None = None
    interpreter: Interpreter | None = None
    canned: CannedReplies = field(default_factory=CannedReplies)
    drafts_itself: bool = True
