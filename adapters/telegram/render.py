"""What Relevo says → pieces of text with entities and buttons (pure).

There is no parse mode, so nothing that a person or a model wrote can become markup. Telegram itself
makes links of ``@name``, ``/word`` and phone numbers, but not where one of our entities is. Only the
first could notify someone, a member of the same group: in groups names are therefore marked as code,
which leaves the words as they are and notifies nobody. In a link, which holds no code, they are respelt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity

from adapters.markup.split import split_blocks, split_text
from adapters.markup.tree import Anchor, Inline, Paragraph, Strong, Text, parse, safe_url
from adapters.notified import NUMBER, valid
from adapters.telegram.keyboard import keyboard
from adapters.telegram.letters import cleaned, is_visible
from adapters.telegram.people import clean_name
from adapters.telegram.writer import (
    Written,
    takes_link,
    unnamed,
    write,
    write_mentions,
    write_words,
)
from bot.vocabulary.messages import Link, OutgoingMessage

MOST_UNITS = 4096
MOST_ENTITIES = 100
LONGEST_SOURCE = 200
SOURCE_MARK = "› "
NOTHING = Written(text="…")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_HEADER_ROOM = 180
_HEADER_MARKS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message: its text, what stretches of it are, and the buttons under it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    buttons: InlineKeyboardMarkup | None = None


def render(message: OutgoingMessage, *, in_group: bool, has_files: bool) -> tuple[Piece, ...]:
    """Return the pieces of a message, the buttons under the last one.

    None when it has nothing to show besides its files; without files there is always one.
    """
    bodies = [body for body in _bodies(message, in_group=in_group) if is_visible(body.text)]
    if message.speaker and (name := clean_name(message.speaker)):
        head = write([Paragraph(of=(Strong(of=(Text(text=name),)),))], shield=in_group)
        bodies = [head.then(bodies[0], between="\n"), *bodies[1:]] if bodies else [head]
    if sources := _sources(message.sources, in_group=in_group):
        bodies = [*bodies[:-1], *_below(bodies[-1], sources)] if bodies else [sources]
    if people := valid(message, NUMBER):
        head = write_mentions([int(person) for person in people])
        bodies = [head.then(bodies[0], between="\n"), *bodies[1:]] if bodies else [head]
    if not bodies and (message.buttons or not has_files):
        bodies = [NOTHING]
    pieces = [_piece(body) for body in bodies]
    if pieces:
        pieces[-1] = replace(pieces[-1], buttons=keyboard(message.buttons))
    return tuple(pieces)


def bare(piece: Piece, *, in_group: bool) -> Piece:
    """Return a piece without its entities, which hide names in groups: there they are respelt."""
    text = unnamed(piece.text) if in_group else piece.text
    return replace(piece, text=text, entities=())


def _bodies(message: OutgoingMessage, *, in_group: bool) -> list[Written]:
    if message.is_literal:
        return [
            write_words(words, shield=in_group)
            for words in split_text(
                cleaned(message.text), lambda words: _fits(write_words(words, shield=in_group))
            )
        ]
    blocks = parse(message.text)
    return [
        write(part, shield=in_group)
        for part in split_blocks(blocks, lambda part: _fits(write(part, shield=in_group)))
    ]


def _fits(written: Written) -> bool:
    """Whether a piece leaves room for the name above the first one."""
    return (
        written.units <= MOST_UNITS - _HEADER_ROOM
        and len(written.marks) <= MOST_ENTITIES - _HEADER_MARKS
    )


def _sources(sources: Sequence[Link], *, in_group: bool) -> Written | None:
    """Write the sources as a list; only what a browser may open becomes a link."""
    written: Written | None = None
    for source in sources:
        words = Paragraph(of=(_source(source),))
        line = Written(text=SOURCE_MARK).then(write([words], shield=in_group), between="")
        written = line if written is None else written.then(line, between="\n")
    return written


def _source(source: Link) -> Inline:
    """Return a source's title, as a link unless its address has to be written out and is long."""
    title = clean_name(source.title, longest=LONGEST_SOURCE)
    words = Text(text=title or (source.url or "")[:LONGEST_SOURCE])
    url = safe_url(source.url)
    if url is None or (len(url) > LONGEST_SOURCE and not takes_link(url)):
        return words
    return Anchor(url=url, of=(words,))


def _below(body: Written, more: Written) -> list[Written]:
    """Put a text below another one, or into a piece of its own when both together are too long."""
    joined = body.then(more)
    fits = joined.units <= MOST_UNITS and len(joined.marks) <= MOST_ENTITIES
    return [joined] if fits else [body, more]


def _piece(written: Written) -> Piece:
    return Piece(text=written.text, entities=tuple(mark.entity() for mark in written.marks))
