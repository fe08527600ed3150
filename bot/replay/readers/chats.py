"""Threads of Slack and Discord, by the readers of the knowledge: who asked is the customer."""

from collections.abc import Iterable, Iterator

from bot.replay.past import Line, PastConversation, Role
from bot.replay.readers.fields import clean, kept, likely
from knowledge.readers.exports.values import Thread


def of_threads(threads: Iterable[Thread]) -> Iterator[PastConversation]:
    """Give each thread in which somebody else has answered."""
    for thread in threads:
        authors = {one.author for one in thread.said}
        if len(authors) > 1:
            yield PastConversation(id=thread.key, lines=kept(_lines(thread)))


def _lines(thread: Thread) -> Iterator[Line]:
    asker = thread.said[0].author
    for one in thread.said:
        role = Role.CUSTOMER if one.author == asker else Role.HUMAN
        yield Line(role=role, text=clean(one.text), at=likely(one.at))
