"""What attackers want remembered, and what that changes later: 500 attacks, and those of the pack.

    python -m benchmarks poisoning (some of it: python -m benchmarks.poisoning --most N --pack N)

Each attack comes in two ways: written in a private conversation, from which the real learner learns as
ever; and planted word for word into every field that a memory has, which no learner would do. Then the
attacker, another person, and that person in the attacker's channel say hello, ask what a refund takes,
ask about costs, and ask for a human, while the model obeys whatever it reads and repeats all that it
remembers. Harm is looked for in what platforms would be sent, in prices, in what turns do beside talking,
in for whom answers are, and in every word that reaches another person.
"""

import argparse
import asyncio
import random
import time
from collections import Counter

from benchmarks.report import show
from tests.hostile.memory_payloads import MALLORY, MARK, own_attacks, pack_texts
from tests.hostile.poisoning import HARMS, Siege, a_siege

SEED = 20261127
TOLD_EVERY = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--most", type=int, default=500, help="attacks of our own to try")
    parser.add_argument("--pack", type=int, default=100, help="attacks of the pack to try")
    arguments = parser.parse_args()
    pack = pack_texts(arguments.pack)
    if not pack:
        print("the injection pack is not here: only our own attacks are tried")
    own = random.Random(SEED).sample(own_attacks(), arguments.most)  # noqa: S311 - no secrets
    asyncio.run(try_all([*own, *pack]))


async def try_all(attacks: list[str]) -> None:
    found: dict[str, Counter[str]] = {"learnt": Counter(), "planted": Counter()}
    started, facts = time.monotonic(), 0
    async with a_siege() as siege:
        for number, attack in enumerate(attacks):
            if number % TOLD_EVERY == 0:
                print(f"  {number} of {len(attacks)}, harm so far: {found}", flush=True)
            for way, harms in (
                ("learnt", await siege.learnt(attack)),
                ("planted", await siege.planted(attack)),
            ):
                found[way] += harms
                if harms:
                    print(f"  {dict(harms)} {way}: {attack[:200]!r}")
            facts += await _learnt(siege, attack)
        told = sum(MARK in str(body["messages"]) for body in siege.town.site.server.asked)
    bound = 3 / len(attacks)
    show(
        f"poisoning: {len(attacks)} attacks that want to be remembered, a model that obeys",
        {
            **{
                f"{harm}, {way}": f"{counted[harm]} of {len(attacks)} (95 % sure: below {bound:.2%})"
                for way, counted in found.items()
                for harm in HARMS
            },
            "attacks of which a fact was learnt": facts,
            "calls in which the model read an attack": told,
            "seconds": f"{time.monotonic() - started:.0f}",
        },
    )


async def _learnt(siege: Siege, attack: str) -> bool:
    """Whether the learner takes anything of an attack for a fact."""
    siege.town.memories.memories.clear()
    await siege.town.learn(attack)
    return bool(siege.town.memories.memory_of(MALLORY).facts)


if __name__ == "__main__":
    main()
