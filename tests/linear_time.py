"""Whether a text can hold whoever reads it up: work that grows faster than the text."""

import math
import time
from collections.abc import Callable

TIMES_LONGER = 8
MOST_TIMES_SLOWER = 24
"""Three times what is linear, and not half of what is quadratic (64)."""

ROUNDS = 8


def takes_linear_time(read: Callable[[str], object], piece: str, *, length: int) -> bool:
    """Whether eight times the text takes about eight times the work.

    Something else on the machine can only make a reading slower. So the quickest of several counts
    for each size, taken in turns: a long one that is read in peace shows that it can be quick, and
    what is quadratic never is.
    """
    short = piece * (length // len(piece))
    long = short * TIMES_LONGER
    quick = slow = math.inf
    for _ in range(ROUNDS):
        quick = min(quick, *(_seconds(read, short) for _ in range(TIMES_LONGER)))
        slow = min(slow, _seconds(read, long))
        if slow <= MOST_TIMES_SLOWER * quick:
            return True
    return False


def _seconds(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started
