"""Which conversations of an export are replayed."""

import random
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.replay.past import PastConversation


def first(
    conversations: Iterable[PastConversation], limit: int | None
) -> Iterator[PastConversation]:
    """Give the first ones, or all."""
    yield from islice(conversations, limit)


def sample(
    conversations: Iterable[PastConversation], size: int, seed: int
) -> list[PastConversation]:
    """Draw so many of all, each as likely as any other, in their order; only they are in memory.

    The same seed draws the same ones of the same export (reservoir sampling, Vitter's algorithm R).
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, and no secret
    kept: list[tuple[int, PastConversation]] = []
    for number, one in enumerate(conversations):
        if number < size:
            kept.append((number, one))
        elif (place := chance.randrange(number + 1)) < size:
            kept[place] = (number, one)
    return [one for _, one in sorted(kept, key=lambda pair: pair[0])]
