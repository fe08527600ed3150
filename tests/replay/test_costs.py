"""What models cost is counted turn by turn, for each conversation that runs side by side."""

import asyncio
from dataclasses import replace

from typing_extensions import override

from bot.replay.costs import Metered
from bot.replay.judging import Result
from bot.replay.past import Line, PastConversation, Role
from bot.replay.running import Replaying
from bot.vocabulary.conversations import Memo
from bot.vocabulary.knowledge import Answer, KnowledgeBase, OnDraft, Query
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Outcome, Plan, ShowDraft, Turn, unseen
from tests.engine_kit import EchoHandler
from tests.fakes import ScriptedKnowledge


class Priced(ScriptedKnowledge):
    """Knowledge whose answers cost as much as words were asked."""

    @override
    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        await asyncio.sleep(0)
        return replace(await super().answer(query, on_draft), cost=float(len(query.text.split())))


class Handing(EchoHandler):
    """Looks up what is asked, and hands it over with a memo that knows nothing of costs."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        super().__init__()
        self._knowledge = knowledge

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        del show
        question = turn.messages[0].text
        await self._knowledge.answer(Query(text=question, language="en"))
        receipt = receipt_of(
            turn, outcome=Outcome.HANDED_OVER, language="en", question=question, reasons=()
        )
        return Plan(outcome=Outcome.HANDED_OVER, receipt=receipt, memo=Memo())


async def test_each_conversation_has_its_own_costs_also_where_it_is_handed_over() -> None:
    handler = Handing(Metered(Priced()))
    replaying = Replaying(handler=handler, topic_of=lambda _, __: "", wide=3)
    pasts = [
        PastConversation(id=str(n), lines=(Line(role=Role.CUSTOMER, text="dear " * n),))
        for n in range(1, 4)
    ]
    found = [finding async for finding in replaying.run(pasts)]
    assert [[turn.cost for turn in one.turns] for one in found] == [[1.0], [2.0], [3.0]]
    assert {turn.result for one in found for turn in one.turns} == {Result.HANDED_OVER}
