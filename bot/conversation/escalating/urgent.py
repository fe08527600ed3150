"""What cannot wait: somebody's life or safety. The fitting words come first, whoever has the word."""

from dataclasses import replace

from bot.conversation.replies import Replies
from bot.texts import catalogue, say
from bot.vocabulary.conversations import OwnerKind, Speaker
from bot.vocabulary.folding import bot_line
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.mood import Heard
from bot.vocabulary.turns import Delivery, Lane, Plan


def is_urgent(heard: Heard | None) -> bool:
    """Whether a person must be brought in at once."""
    return heard is not None and heard.is_urgent


def words_for(heard: Heard | None, language: str, *, again: bool = False) -> str:
    """Return what a customer must read first in their situation; mostly nothing."""
    if heard is None:
        return ""
    key = f"conversation.concern_{heard.concern}"
    if again:
        key = f"conversation.concern_{heard.concern}_again"
    return say(key, language) if key in catalogue() else ""


def told_while_waiting(plan: Plan, replies: Replies) -> Plan:
    """Say it also while the customer waits for people; an agent who is there says it better.

    Whoever says it again is told in fewer words where help is now.
    """
    heard = replies.concern
    words = words_for(heard, replies.language) if is_urgent(heard) else ""
    is_queued = replies.turn.conversation.owner.kind is OwnerKind.QUEUE
    if _was_said(words, replies):
        words = words_for(heard, replies.language, again=True)
    if not words or not is_queued:
        return plan
    message = OutgoingMessage(text=words)
    return replace(
        plan,
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message), *plan.deliveries),
        history=(*plan.history, bot_line(message)),
    )


def _was_said(words: str, replies: Replies) -> bool:
    lines = replies.turn.conversation.history
    return any(line.speaker is Speaker.BOT and words in line.text for line in lines)
