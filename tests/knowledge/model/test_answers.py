"""What customers get from a model that does as it is told, and from one that does not."""

from bot.vocabulary.knowledge import Query
from tests.knowledge.model.kit import QUESTION, Room, citing, reply
from tests.knowledge.model.server import ModelServer

QUERY = Query(text=QUESTION, language="en")


async def test_an_answer_is_written_from_the_passages_and_cites_them(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("The refund takes 5 days.", "You can send anything back within 30 days.")
    answer = await room.ask()
    assert answer.text == "The refund takes 5 days. You can send anything back within 30 days."
    assert [source.title for source in answer.sources] == ["Returns"]
    assert answer.confidence.value > 0.7
    assert "2 of 2 sentences of the model stand in 1 document" in answer.confidence.reasons
    assert {source.title for source in answer.considered}.isdisjoint({"Returns"})


async def test_it_grows_by_whole_sentences_while_it_is_written(
    room: Room, server: ModelServer
) -> None:
    server.always = citing(
        "The refund takes 5 days.", "You can send anything back within 30 days.", size=3
    )
    answer = await room.ask()
    texts = [draft.text for draft in room.drafts]
    assert texts == ["The refund takes 5 days.", answer.text]
    assert room.drafts[0].confidence.value >= 0.5
    assert [source.title for source in room.drafts[0].sources] == ["Returns"]


async def test_sentences_without_support_are_cut_and_counted(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("The refund takes 5 days.", "The refund takes 90 minutes by bank.")
    answer = await room.ask()
    assert answer.text == "The refund takes 5 days."
    assert any(
        reason.startswith("1 sentence of the model cut") for reason in answer.confidence.reasons
    )


async def test_what_cites_nothing_that_was_given_is_cut(room: Room, server: ModelServer) -> None:
    sentence = "The refund takes 5 days."
    server.always = reply((sentence, "p99"))
    answer = await room.ask()
    quoted = await room.embedded.answer(QUERY)
    assert answer.text == quoted.text
    assert room.drafts == []
    assert any("names no passage" in reason for reason in answer.confidence.reasons)
