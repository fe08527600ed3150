"""A conversation in full, as agents read it: literal text in pages of a few messages."""

from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby

from bot.texts import say
from bot.texts.defanged import defanged
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import OutgoingMessage

MESSAGE_LENGTH = 1800
"""Characters of one message: every platform shows so many in one piece."""

PAGE_MESSAGES = 4


def pages(history: Sequence[HistoryLine], zone: tzinfo, language: str) -> list[list[str]]:
    """Cut a history into pages of texts, the newest page first; each page is told oldest first."""
    texts = _packed([part for line in _lines(history, zone, language) for part in _parts(line)])
    found: list[list[str]] = []
    while texts:
        found.append(texts[-PAGE_MESSAGES:])
        texts = texts[:-PAGE_MESSAGES]
    return found


def shown(texts: Sequence[str]) -> tuple[OutgoingMessage, ...]:
    """Build the messages of a page; people's words stay as they stand."""
    return tuple(OutgoingMessage(text=text, is_literal=True) for text in texts)


def _lines(history: Sequence[HistoryLine], zone: tzinfo, language: str) -> list[str]:
    told: list[str] = []
    for day, lines in groupby(history, key=lambda line: line.at.astimezone(zone).date()):
        told.append(f"— {day.isoformat()} —")
        told += (_line(line, zone, language) for line in lines)
    return told


def _line(line: HistoryLine, zone: tzinfo, language: str) -> str:
    at = line.at.astimezone(zone).strftime("%H:%M")
    text, name = defanged(line.text), defanged(line.name)
    match line.speaker:
        case Speaker.MARKER:
            return f"{at} — {text}"
        case Speaker.NOTE:
            return f"{at} {say('verbs.note_of', language, name=name)}: {text}"
        case _:
            return f"{at} {name}: {text}"


def _parts(line: str) -> list[str]:
    return [line[at : at + MESSAGE_LENGTH] for at in range(0, len(line), MESSAGE_LENGTH)]


def _packed(lines: Sequence[str]) -> list[str]:
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= MESSAGE_LENGTH:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return packed
