"""How often words of an agent reach a customer without the gesture that sends them.

    python -m benchmarks.gestures [--messages N]

Random messages of agents over all verbs, aliases, plain words and buttons, changes, deletions, files
and talk, on desks of all four platforms in two languages, with cases that wait, are in hand, sleep or
are closed. What counts as the gesture is written down in ``tests/handoff/slips.py``, apart from the
code. How many messages were such gestures and reached the customer is shown too: a desk that sends
nothing at all would show 0 as well.
"""

import argparse
import asyncio
import random
import time

from benchmarks.report import show
from bot.texts import LANGUAGES
from bot.vocabulary.messages import Platform
from tests.handoff.slips import (
    CANARY,
    a_desk,
    a_desk_turn,
    all_names,
    is_gesture,
    leaks,
    random_message,
    slips,
)

SEED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=20_000)
    asyncio.run(report(parser.parse_args().messages))


async def report(total: int) -> None:
    dice = random.Random(SEED)  # noqa: S311 (nothing is to be kept secret)
    desks = [a_desk(platform, language) for platform in Platform for language in LANGUAGES]
    slipped = sent = 0
    started = time.monotonic()
    for number in range(total):
        desk = desks[number % len(desks)]
        message = random_message(desk, dice)
        plan = await desk.verbs.work(a_desk_turn(desk, message, dice))
        found = slips(plan, message, desk)
        slipped += bool(found)
        if found:
            print(f"  {message.action or message.text!r} → {found[0].message.text!r}")
        is_out = any(CANARY in str(one) for one in leaks(plan, desk))
        sent += is_gesture(message) and is_out
    show(
        f"gestures: {total} messages of agents, {len(all_names(desks[0]))} names of verbs, "
        f"{len(desks)} desks",
        {
            "words without the gesture": f"{slipped} (95 % sure: below {3 / total:.3%})",
            "words with the gesture": sent,
            "seconds": f"{time.monotonic() - started:.1f}",
        },
    )


if __name__ == "__main__":
    main()
