"""What was said and tried before a person was asked in, taken from the history."""

from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from bot.texts import LANGUAGES, say
from bot.texts.literal import literal
from bot.texts.plain import plain
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.turns import Turn
from handoff.saying.cards import people_say

TRIED_SHOWN = 3
ANSWER_LENGTH = 160
REACTION_LENGTH = 100
LINES_SHOWN = 6
LINE_LENGTH = 200
A_QUESTION_AND_ITS_ANSWER = 2
"""Lines of a history that are told by what the customer wants and what was tried."""


def standing(turn: Turn, language: str) -> str:
    """Say where it stands: how often the bot has answered since people last had the word."""
    memo, tried = turn.conversation.memo, _pairs(turn)
    if not tried:
        return say("briefing.nothing_tried", language)
    key = "briefing.tried_once" if len(tried) == 1 else "briefing.tried_often"
    told = say(key, language, count=len(tried))
    if memo.rejections:
        told += " " + say("briefing.rejected", language, count=memo.rejections)
    return told


def tried_lines(turn: Turn, language: str) -> Iterator[str]:
    """List the bot's last answers with what the customer said to them, and sources they rejected."""
    for answer, reaction in _pairs(turn)[-TRIED_SHOWN:]:
        said = people_say(plain(answer), ANSWER_LENGTH)
        heard = f" → *{people_say(reaction, REACTION_LENGTH)}*" if reaction.strip() else ""
        yield f"- {said}{heard}"
    rejected = ", ".join(map(literal, turn.conversation.memo.rejected))
    if rejected:
        yield f"- {say('briefing.rejected_sources', language, titles=rejected)}"


def said_lines(turn: Turn) -> Iterator[str]:
    """List the last lines of a conversation in which the bot has tried nothing, shortened."""
    for line in () if _pairs(turn) else turn.conversation.history[-LINES_SHOWN:]:
        words = plain(line.text) if line.speaker is Speaker.BOT else line.text
        text = people_say(words, LINE_LENGTH)
        is_marker = line.speaker is Speaker.MARKER
        yield f"- *{text}*" if is_marker else f"- {people_say(line.name, LINE_LENGTH)}: {text}"


def is_shown_in_full(turn: Turn) -> bool:
    """Whether these lines, beside what the customer wants, leave nothing out."""
    history = turn.conversation.history
    shown = A_QUESTION_AND_ITS_ANSWER if _pairs(turn) else LINES_SHOWN
    longest = ANSWER_LENGTH if _pairs(turn) else LINE_LENGTH
    return len(history) <= shown and all(
        len(line.text) <= longest and "\n" not in line.text for line in history
    )


def _pairs(turn: Turn) -> list[tuple[str, str]]:
    """Pair the bot's answers of this stretch with what the customer said next."""
    newest_first = reversed(turn.conversation.history)
    stretch = list(takewhile(lambda line: line.speaker is not Speaker.MARKER, newest_first))[::-1]
    now = " ".join(message.text for message in turn.messages)
    pairs: list[tuple[str, str]] = []
    for position, line in enumerate(stretch):
        asked = position > 0 and stretch[position - 1].speaker is Speaker.CUSTOMER
        if line.speaker is Speaker.BOT and asked and line.text not in _about_the_memory():
            later = stretch[position + 1 :]
            following = (one.text for one in later if one.speaker is Speaker.CUSTOMER)
            pairs.append((line.text, next(following, now)))
    return pairs


@cache
def _about_the_memory() -> frozenset[str]:
    """What a history holds in the place of what was shown of the memory: that tries to solve nothing."""
    keys = ("line_show", "line_ask", "line_code")
    return frozenset(say(f"memory.{key}", language) for key in keys for language in LANGUAGES)
