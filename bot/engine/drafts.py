"""Shows a reply while it is being written, as long as the bot has the word.

A draft is no promise: what is stored takes its place under the same key, or it is taken away again.
Its key is noted in the conversation's state, so that whoever takes a dead worker's turn over finds it.
"""

import math
import time
from dataclasses import dataclass

from bot.engine.mailbox import Mailbox
from bot.engine.plans.deliveries import replaces_draft
from bot.engine.sender import Sender
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Plan


class TurnOvertakenError(Exception):
    """Raised where a turn is still being written whose conversation has changed: nobody will see it."""


@dataclass(slots=True)
class Draft:
    """The draft of one turn. ``version`` is what the turn has read: when it changes, all is void.

    It grows at most every ``seconds``, and no more once the platform hangs, so that no platform slows
    the answer itself down.
    """

    mailbox: Mailbox
    sender: Sender
    conversation: ConversationRef
    version: int
    key: str
    seconds: float
    _shown: bool = False
    _next: float = 0.0

    async def show(self, text: str) -> None:
        """Show the beginning of the reply; see ``ShowDraft``.

        Raises:
            TurnOvertakenError: It would be void, so that nothing more need be written.
        """
        if time.monotonic() < self._next or not text.strip():
            return
        self._next = time.monotonic() + self.seconds
        if not await self.mailbox.note_draft(self.conversation, self.version, self.key):
            raise TurnOvertakenError
        self._shown = True
        if not await self.sender.preview(self.conversation, text, key=self.key):
            self._next = math.inf

    async def end(self, plan: Plan | None) -> None:
        """Take the draft away, unless a stored plan's first words to the customer replace it."""
        replaced = plan is not None and replaces_draft(plan.deliveries)
        if self._shown and not replaced:
            await self.sender.discard(self.conversation, key=self.key)


def draft_key(turn_id: str) -> str:
    """Return the key of a turn's draft: that of the plan's first delivery."""
    return f"{turn_id}-0"
