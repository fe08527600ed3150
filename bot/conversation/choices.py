"""Asks back which of several documents is meant, and understands the answer (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.texts import shortened
from bot.vocabulary.conversations import Choice
from bot.vocabulary.knowledge import Answer, Source
from bot.vocabulary.messages import Button, IncomingMessage, MessageKind

MOST = 3
NEAR = 0.7
"""Share of the best score from which another document is about equally near."""

LABEL_LENGTH = 75
"""Characters of a button that every platform shows."""

CHOOSE_ACTION = "choose:"


def near(found: Answer) -> tuple[Choice, ...]:
    """Return the nearest documents, best first, when several are about equally near; else none."""
    passages = (*found.sources, *found.considered)
    best = max((source.score for source in passages), default=0.0)
    documents: dict[str, Choice] = {}
    for source in passages:
        if source.score >= NEAR * best and len(documents) < MOST:
            documents.setdefault(source.doc_id, Choice(doc_id=source.doc_id, label=_label(source)))
    choices = tuple(documents.values())
    is_plain = len({choice.label for choice in choices}) == len(choices)
    return choices if len(choices) > 1 and is_plain else ()


def buttons(choices: Sequence[Choice]) -> tuple[Button, ...]:
    """Return a button for each document."""
    return tuple(
        Button(action=f"{CHOOSE_ACTION}{number}", label=choice.label)
        for number, choice in enumerate(choices)
    )


def chosen(message: IncomingMessage, choices: Sequence[Choice]) -> Choice | None:
    """Return what a message chooses: by its button, its number, or its words."""
    if message.kind is MessageKind.PRESSED:
        actions = [f"{CHOOSE_ACTION}{number}" for number in range(len(choices))]
        action = message.action or ""
        return choices[actions.index(action)] if action in actions else None
    if message.kind is not MessageKind.NEW:
        return None
    said = _plain(message.text)
    names = [{str(number), _plain(choice.label)} for number, choice in enumerate(choices, 1)]
    return next((choice for choice, name in zip(choices, names, strict=True) if said in name), None)


def as_written(message: IncomingMessage, choices: Sequence[Choice]) -> IncomingMessage:
    """Return a pressed choice as if the customer had written it; else the message itself."""
    choice = chosen(message, choices) if message.kind is MessageKind.PRESSED else None
    if choice is None:
        return message
    return replace(message, kind=MessageKind.NEW, action=None, text=choice.label)


def _label(source: Source) -> str:
    heading = source.heading.rpartition(" › ")[2]
    is_same = _plain(heading) == _plain(source.title)
    return shortened(
        source.title if not heading or is_same else f"{source.title} › {heading}", LABEL_LENGTH
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
