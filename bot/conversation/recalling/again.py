"""The same question as in an earlier conversation: what failed then is not said again (pure)."""

import re

from bot.conversation.recalling.quoting import quoted
from bot.texts import say
from bot.texts.days import when_in_words
from bot.texts.plain import plain
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.knowledge import Answer
from bot.vocabulary.memory import Episode, Recalled
from bot.vocabulary.turns import Turn

QUOTE_LENGTH = 200

TELLING = 25
"""Characters that an answer and what was tried rarely share by chance, as they may share "Yes."."""


def rejected_before(recalled: Recalled) -> tuple[str, ...]:
    """Return the documents whose answers the customer did not want the last time."""
    return recalled.again.rejected if recalled.again is not None else ()


def was_tried(found: Answer, recalled: Recalled) -> bool:
    """Whether an answer says what was tried the last time and did not help."""
    again = recalled.again
    if again is None or again.is_solved is not False:
        return False
    return any(_says(found.text, text) for text in again.tried)


def words_about(recalled: Recalled, turn: Turn, language: str, answer: str = "") -> str:
    """Say that it was about the same before, and what helped then if that is not the ``answer`` anyway.

    Empty when that was said already.
    """
    if recalled.again is None:
        return ""
    words = _said(recalled.again, turn, language, answer)
    told = (line.text for line in turn.conversation.history if line.speaker is Speaker.BOT)
    return "" if any(words in text for text in told) else words


def _said(again: Episode, turn: Turn, language: str, answer: str) -> str:
    when = when_in_words(again.ended_at.date(), turn.started_at.date(), language)
    # In a shared place it may have been somebody else.
    key = "again" if all(message.is_direct for message in turn.messages) else "here_again"
    if again.is_solved and again.resolution.strip() and not _says(answer, again.resolution):
        words = quoted(again.resolution, QUOTE_LENGTH)
        return say(f"recalled.{key}_helped", language, when=when, words=words)
    if again.is_solved is False:
        return say(f"recalled.{key}_unsolved", language, when=when)
    return say(f"recalled.{key}", language, when=when)


def _says(answer: str, earlier: str) -> bool:
    """Whether an answer says what was said in an earlier one, or in its beginning."""
    said, before = _words(plain(answer)), _words(earlier)
    return len(before) >= TELLING and bool(said) and (before in said or said in before)


def _words(text: str) -> str:
    """Return the words of a text alone; a cut one loses its mark."""
    return " ".join(re.findall(r"\w+", text.casefold()))
