"""A conversation in full, as agents read it: literal text in pages, each of which is one message."""

from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby

from bot.texts import say
from bot.texts.defanged import defanged
from bot.texts.plain import plain
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import OutgoingMessage

PAGE_LENGTH = 7000
"""Characters of one page; a platform that shows fewer in a message parts it between lines."""


def pages(history: Sequence[HistoryLine], zone: tzinfo, language: str) -> list[str]:
    """Cut a history into pages, the newest first; each page is told oldest first."""
    found: list[list[str]] = []
    room = 0
    for part in reversed(
        [part for line in _lines(history, zone, language) for part in _parts(line)]
    ):
        if len(part) + 1 > room:
            found.append([])
            room = PAGE_LENGTH
        found[-1].append(part)
        room -= len(part) + 1
    return ["\n".join(reversed(page)) for page in found]


def shown(found: Sequence[str], number: int, prefix: str, language: str) -> OutgoingMessage:
    """Show a page, counted from 1, with the way to what came before; people's words stay as they are."""
    key = "page" if number < len(found) else "last_page"
    told = say(
        f"verbs.{key}", language, page=number, last=len(found), next=number + 1, prefix=prefix
    )
    # It stands among people's words, where no markup counts.
    told = told.replace("`", "")
    return OutgoingMessage(text=f"{found[number - 1]}\n\n{told}", is_literal=True)


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
        case Speaker.BOT:  # its markup counts for nothing here
            return f"{at} {name}: {defanged(plain(line.text))}"
        case _:
            return f"{at} {name}: {text}"


def _parts(line: str) -> list[str]:
    most = PAGE_LENGTH - 1
    return [line[at : at + most] for at in range(0, len(line), most)]
