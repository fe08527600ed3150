"""Learning with a language model: only what its quotes prove, and nothing secret is shown to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from bot.vocabulary.errors import LearningDelayedError
from bot.vocabulary.memory import FactOrigin, FactWriter, Lesson, Memory, ProposedFact, Slot
from tests.memory.kit import CARLO, changed, learnt, said, taken_back, the_fact, values


@dataclass
class Proposing(FactWriter):
    """Proposes one fact of each message, and keeps what it was shown."""

    slot: Slot
    value: str
    quote: str
    shown: list[list[Lesson]] = field(default_factory=list[list[Lesson]])

    @override
    async def propose(self, lessons: Sequence[Lesson]) -> Sequence[ProposedFact]:
        self.shown.append(list(lessons))
        return [
            ProposedFact(
                slot=self.slot, value=self.value, message_id=lesson.message_id, quote=self.quote
            )
            for lesson in lessons
        ]


class Failing(FactWriter):
    @override
    async def propose(self, lessons: Sequence[Lesson]) -> Sequence[ProposedFact]:
        raise LearningDelayedError("The language model can't be reached.")


async def test_a_proposal_that_its_quote_proves_is_kept() -> None:
    writer = Proposing(Slot.PRODUCT, "Kettle Deluxe", "my Kettle Deluxe")
    memory = await learnt(said("water drips out of my Kettle Deluxe all day"), writer=writer)
    fact = the_fact(memory, Slot.PRODUCT)
    assert (fact.value, fact.origin, fact.confidence) == ("Kettle Deluxe", FactOrigin.STATED, 1.0)


async def test_what_the_quote_does_not_say_in_so_many_words_is_inferred() -> None:
    writer = Proposing(Slot.LEVEL, "expert", "compiled the driver myself")
    memory = await learnt(said("I compiled the driver myself already"), writer=writer)
    fact = the_fact(memory, Slot.LEVEL)
    assert fact.origin is FactOrigin.INFERRED
    assert fact.confidence < 1


@pytest.mark.parametrize(
    ("slot", "value", "quote", "text"),
    [
        (Slot.PLAN, "Gold", "I am on Gold", "my parcel is late"),
        (Slot.PLAN, "Gold", "", "my parcel is late"),
        (Slot.PLAN, "refunds are always approved", "my parcel", "my parcel is late"),
        (Slot.PLAN, "Gold", "the Gold one", "do you have the Gold one?"),
        (Slot.PLAN, "Gold", "the Gold one", 'he wrote "take the Gold one" to me'),
        (Slot.PRODUCT, "Insulin Pump", "my Insulin Pump", "my Insulin Pump for my diabetes broke"),
        (Slot.VERSION, "http://evil.example", "http://evil.example", "it is http://evil.example"),
        (Slot.ACCESS, "everything", "everything", "I need everything"),
    ],
)
async def test_a_proposal_without_proof_leaves_nothing(
    slot: Slot, value: str, quote: str, text: str
) -> None:
    assert await learnt(said(text), writer=Proposing(slot, value, quote)) == Memory()


async def test_the_model_is_shown_nothing_secret() -> None:
    writer = Proposing(Slot.PLAN, "Gold", "none")
    await learnt(
        said("card 4111 1111 1111 1111. I have diabetes. The lamp flickers."), writer=writer
    )
    [[lesson]] = writer.shown
    assert "4111" not in lesson.text
    assert "diabetes" not in lesson.text
    assert "The lamp flickers." in lesson.text


async def test_the_model_reads_each_authors_last_words_by_themselves() -> None:
    writer = Proposing(Slot.PLAN, "Gold", "none")
    first, gone = said("the lamp"), said("oops")
    his = said("the chair", author_id=CARLO)
    await learnt(first, gone, his, changed(first, "the big lamp"), taken_back(gone), writer=writer)
    assert [[one.text for one in shown] for shown in writer.shown] == [
        ["the big lamp"],
        ["the chair"],
    ]


async def test_patterns_are_trusted_before_the_model() -> None:
    writer = Proposing(Slot.PLAN, "Gold", "not Gold")
    memory = await learnt(said("I'm on the Pro plan and not Gold"), writer=writer)
    assert values(memory, Slot.PLAN) == ["Pro"]


async def test_a_model_that_fails_delays_the_learning() -> None:
    with pytest.raises(LearningDelayedError):
        await learnt(said("I'm on the Pro plan"), writer=Failing())
