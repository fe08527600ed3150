"""Builds the plans of the memory's replies: what is private in them stays out of the history."""

from dataclasses import replace

from bot.conversation.replies import Replies
from bot.texts import say
from bot.vocabulary.conversations import HistoryLine, MemoryQuestion
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.messages import Attachment, Button, OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AuditEntry, Delivery, Lane, Outcome, Plan


def told(replies: Replies, key: str, buttons: tuple[Button, ...] = (), **values: object) -> Plan:
    """Say a sentence of the catalogue's room ``memory`` that holds nothing private."""
    return spoken(replies, sentence(replies, key, **values), buttons, reason=key)


def sentence(replies: Replies, key: str, **values: object) -> str:
    """Return a sentence of the catalogue's room ``memory`` in the customer's language."""
    return say(f"memory.{key}", replies.language, prefix=replies.prefix, **values)


def spoken(  # noqa: PLR0913 (the parts of a reply, each named)
    replies: Replies,
    text: str,
    buttons: tuple[Button, ...] = (),
    *,
    reason: str,
    line: str | None = None,
    files: tuple[Attachment, ...] = (),
    question: MemoryQuestion | None = None,
    audit: AuditEntry | None = None,
) -> Plan:
    """Say something of a memory; the history keeps ``line`` instead where the text is private.

    ``question`` is what the reply asks. Nothing is learnt from such a turn, for it is a command.
    """
    message = OutgoingMessage(
        text=text,
        buttons=(*buttons, _way(replies)),
        attachments=files,
        in_reply_to=replies.turn.messages[-1].id,
    )
    receipt = receipt_of(
        replies.turn,
        outcome=Outcome.COMMANDED,
        language=replies.language,
        question=replies.question,
        reasons=(f"memory: {reason}",),
    )
    return Plan(
        outcome=Outcome.COMMANDED,
        receipt=receipt,
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),),
        history=(*customer_lines(replies.turn.messages), _kept(message, line)),
        amends=replies.amends,
        memo=replace(
            replies.memo, greeted=True, offered=False, memory_asked=question, memory_told=True
        ),
        audit=audit,
    )


def _kept(message: OutgoingMessage, line: str | None) -> HistoryLine:
    """Return the history's line; prompts and briefings are written from it."""
    return bot_line(message if line is None else replace(message, text=line))


def _way(replies: Replies) -> Button:
    """Return the way to a person, or back to the bot."""
    action = "bot" if replies.with_people else "human"
    return Button(action=action, label=say(f"conversation.button_{action}", replies.language))
