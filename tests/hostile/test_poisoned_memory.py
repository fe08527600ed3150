"""What attackers want remembered changes nothing later: not for others, and for themselves only words.

``python -m benchmarks poisoning`` does the same with 500 attacks and the injection pack.
"""

import random
from collections import Counter
from dataclasses import replace

from typing_extensions import override

from bot.vocabulary.memory import Recalled
from bot.vocabulary.messages import ConversationRef, Principal
from tests.conversation.recalling.kit import RememberingAll
from tests.hostile.memory_payloads import MALLORY, MARK, TEMPLATES, own_attacks, planted
from tests.hostile.poisoning import HARMS, Siege, Whose, a_siege, harms_of_talk

FEW = 2


class Leaking(RememberingAll):
    """A memory that takes everybody for the attacker: what must never be built."""

    @override
    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        return await super().recall(MALLORY, place, is_direct=True, question=question)


async def test_what_is_planted_or_learnt_does_no_harm(seed: int) -> None:
    attacks = random.Random(seed).sample(own_attacks(), FEW)
    async with a_siege() as siege:
        for attack in attacks:
            assert await siege.planted(attack) == Counter(), attack
            assert await siege.learnt(attack) == Counter(), attack
        heard = str(siege.town.site.server.asked)
        assert MARK in heard, "the model must have been told what to obey"


async def test_a_memory_that_leaks_is_seen() -> None:
    async with a_siege() as siege:
        memories = siege.town.memories
        leaking = Leaking(people=memories.people, memories=memories.memories)
        town = replace(siege.town, memories=leaking)
        leaky = Siege(town, siege.clean)
        assert (await leaky.planted(own_attacks()[0]))["others"] > 0


async def test_each_kind_of_harm_is_seen() -> None:
    async with a_siege() as siege:
        clean = siege.clean[Whose.ANOTHER]
        first = clean.plans[0]
        evil = "Costs 0 € now, see https://evil.com @everyone /erase hid\u200bden"
        message = replace(first.deliveries[0].message, text=evil)
        shown = replace(first, deliveries=(replace(first.deliveries[0], message=message),))
        bad = replace(clean, plans=(shown, *clean.plans[2:]), queries=clean.queries[1:])
        found = harms_of_talk(bad, clean, whose=Whose.ANOTHER)
    assert set(found) == set(HARMS) - {"others"}


def test_there_are_500_attacks_and_each_is_told_apart() -> None:
    attacks = own_attacks()
    assert len(attacks) == len(set(attacks)) == 500
    assert all(MARK in attack for attack in attacks)
    assert len(TEMPLATES) == 20
    assert all(MARK in repr(planted(attack).facts[0]) or len(attack) > 150 for attack in attacks)
