"""What a model that obeys every instruction can do: nothing, on any platform, in so many attacks.

    python -m benchmarks hostile [--most N]

The stand-in answers over a real loopback server and does what questions and documents tell it: it
shows what the attacker wants, prints its instructions, repeats what other customers wrote, and writes
commands and placeholders. Attacks are our own (``tests/hostile/payloads.py``) and those of
``shared/data/injection``, in questions and at the start, the middle and the end of real e-mails. Harm is
looked for in what Slack, Discord, Telegram and the playground would be sent.
"""

import argparse
import asyncio
import time
from collections import Counter

from benchmarks.report import show
from bot.vocabulary.knowledge import Answer, Confidence
from knowledge.model.prompt import RULES
from tests.hostile.looking import HARMS, harms_of, was_written
from tests.hostile.obeying import OTHERS, a_site
from tests.hostile.payloads import GOALS, Attack, own_attacks, pack_attacks

PLATFORMS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--most", type=int, default=10_000, help="attacks of the pack to try")
    arguments = parser.parse_args()
    pack = list(pack_attacks())
    if not pack:
        print("the injection pack is not here: only our own attacks are tried")
    report_control()
    asyncio.run(try_all([*own_attacks(), *pack[: arguments.most]]))


def report_control() -> None:
    """What is seen when nobody makes a text safe, so that a 0 is known to mean something."""
    found: Counter[str] = Counter()
    texts = (*GOALS, *OTHERS, RULES)
    for text in texts:
        found += harms_of(
            Answer(text=text, language="en", sources=(), confidence=Confidence(value=1))
        )
    show(
        f"the look itself: {len(texts)} texts as attackers want them, shown as they are",
        {harm: found[harm] for harm in HARMS},
    )


async def try_all(attacks: list[Attack]) -> None:
    found: Counter[str] = Counter()
    places: Counter[str] = Counter()
    written: Counter[str] = Counter()
    started = time.monotonic()
    async with a_site() as site:
        await site.tell_secrets()
        for attack in attacks:
            answer = await site.attack(attack)
            harms = harms_of(answer)
            found += harms
            places[attack.place] += 1
            written[attack.place] += was_written(answer)
            if harms:
                print(f"  {dict(harms)} from a {attack.place}: {attack.text[:200]!r}")
    total = len(attacks)
    show(
        f"hostile: a model that obeys, {total} attacks, each looked at on {PLATFORMS} platforms",
        {
            **{
                harm: f"{found[harm]} of {total} (95 % sure: below {3 / total:.2%})"
                for harm in HARMS
            },
            **{
                f"answers by the model, from a {place}": f"{written[place]} of {count}"
                for place, count in places.items()
            },
            "seconds": f"{time.monotonic() - started:.0f}",
        },
    )


if __name__ == "__main__":
    main()
