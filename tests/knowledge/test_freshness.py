"""Answers from documents whose review is overdue are less sure, and say so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from bot.vocabulary.knowledge import Answer, Confidence, OnDraft, Query, Source
from knowledge import DatedKnowledge
from knowledge.answering.freshness import aged

TODAY = date(2026, 11, 27)
LATE = date(2026, 5, 1)


def source(review_by: date | None) -> Source:
    return Source(
        doc_id="d",
        title="Returns",
        heading="",
        url=None,
        score=1.0,
        language="en",
        excerpt="",
        review_by=review_by,
    )


def answer(*dates: date | None) -> Answer:
    return Answer(
        text="30 days.",
        language="en",
        sources=tuple(map(source, dates)),
        confidence=Confidence(value=0.75, reasons=("found",)),
        considered=(source(LATE),),
    )


@pytest.mark.parametrize("dates", [(), (None,), (TODAY,), (date(2027, 1, 1), None)])
def test_what_is_not_overdue_stays_as_it_is(dates: Sequence[date | None]) -> None:
    assert aged(answer(*dates), TODAY) == answer(*dates)


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ([LATE], "the source was due for review on 2026-05-01"),
        ([None, LATE], "1 of 2 sources were due for review, the first on 2026-05-01"),
        (
            [date(2026, 11, 26), LATE, TODAY],
            "2 of 3 sources were due for review, the first on 2026-05-01",
        ),
    ],
)
def test_what_is_overdue_counts_less_and_says_since_when(
    dates: list[date | None], reason: str
) -> None:
    found = aged(answer(*dates), TODAY)
    assert found.confidence == Confidence(value=0.6, reasons=("found", reason))
    assert replace(found, confidence=answer().confidence) == answer(*dates)


@dataclass
class Writing:
    """Writes an answer in two steps."""

    written: Answer

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        del query
        assert on_draft is not None
        await on_draft(replace(self.written, text="30"))
        return self.written

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return [source(LATE)][:limit] if query.text else []


async def test_drafts_are_as_sure_as_the_answer() -> None:
    heard: list[Answer] = []

    async def on_draft(draft: Answer) -> None:
        heard.append(draft)

    dated = DatedKnowledge(Writing(answer(LATE)), lambda: TODAY)
    query = Query(text="how long?", language="en")
    found = await dated.answer(query, on_draft)
    assert [draft.confidence for draft in heard] == [found.confidence]
    assert found.confidence.value == pytest.approx(0.6)
    assert await dated.answer(query) == found
    assert await dated.search(query, 1) == [source(LATE)]
