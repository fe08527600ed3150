"""Questions that an operator suggests at the start of a conversation, as buttons."""

from collections.abc import Sequence
from dataclasses import replace

from bot.vocabulary.messages import Button, IncomingMessage, MessageKind

MOST = 5
LABEL_LENGTH = 75
"""Characters of a button that every platform shows."""

ASK_ACTION = "ask:"


class Suggestions:
    """The suggested questions; those behind the first few are not shown."""

    def __init__(self, questions: Sequence[str] = ()) -> None:
        self._questions = tuple(questions)[:MOST]

    def buttons(self) -> tuple[Button, ...]:
        """Return a button for each question."""
        return tuple(
            Button(action=f"{ASK_ACTION}{number}", label=_label(question))
            for number, question in enumerate(self._questions)
        )

    def asked(self, message: IncomingMessage) -> IncomingMessage:
        """Return a pressed suggestion as if the customer had written it; else the message itself."""
        actions = [f"{ASK_ACTION}{number}" for number in range(len(self._questions))]
        if message.kind is not MessageKind.PRESSED or message.action not in actions:
            return message
        question = self._questions[actions.index(message.action)]
        return replace(message, kind=MessageKind.NEW, action=None, text=question)


def _label(question: str) -> str:
    flat = " ".join(question.split())
    return flat if len(flat) <= LABEL_LENGTH else flat[: LABEL_LENGTH - 1].rstrip() + "…"
