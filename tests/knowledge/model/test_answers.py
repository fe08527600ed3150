"""What customers get from a model that does as it is told, and from one that does not."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.vocabulary.knowledge import Audience, Query
from knowledge import EmbeddedKnowledge, open_embedded
from knowledge.answering.evidence import Passage
from knowledge.model.client import Form
from knowledge.model.grounded import written_in
from tests.fakes import a_source
from tests.knowledge.model.kit import (
    DOCUMENTS,
    QUESTION,
    Room,
    asked_of,
    citing,
    fill,
    passages_of,
    reply,
)
from tests.knowledge.model.server import Json, ModelServer, Says

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


async def test_a_model_that_finds_no_answer_makes_the_quotation_less_sure(
    room: Room, server: ModelServer
) -> None:
    server.always = reply(answerable=False)
    answer, quoted = await room.ask(), await room.embedded.answer(QUERY)
    assert answer.text == quoted.text
    assert answer.confidence.value < quoted.confidence.value - 0.05
    assert "the model finds no answer in the passages" in answer.confidence.reasons


async def test_claims_beside_not_answerable_are_not_said(room: Room, server: ModelServer) -> None:
    server.always = reply(("The refund takes 5 days.", "p1"), answerable=False)
    answer, quoted = await room.ask(), await room.embedded.answer(QUERY)
    assert answer.text == quoted.text
    assert room.drafts == []


async def test_where_nothing_is_found_no_model_is_asked(
    server: ModelServer, tmp_path: Path
) -> None:
    empty = open_embedded(tmp_path)
    answer = await Room(server, empty).ask()
    assert answer.text == ""
    assert server.asked == []
    empty.close_now()


async def test_where_rules_leave_no_room_for_passages_the_receipt_says_so(
    server: ModelServer, embedded: EmbeddedKnowledge
) -> None:
    room = Room(server, embedded, manner={"instructions": "Be kind. " * 3000})
    answer, quoted = await room.ask(), await embedded.answer(QUERY)
    assert answer.text == quoted.text
    assert answer.confidence.value == quoted.confidence.value
    assert answer.confidence.reasons[-1] == "quoted, for no passage fits into llm.max_input_tokens"
    assert server.asked == []


async def test_a_follow_up_is_asked_with_the_questions_before_it(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("Express parcels need one day.")
    answer = await room.ask("And express?", history=("How long do parcels to Spain need?",))
    assert answer.text == "Express parcels need one day."
    [body] = server.asked
    assert "Parcels to Spain" in passages_of(body)[0]["text"]
    lines = asked_of(body).splitlines()
    assert lines.index('"How long do parcels to Spain need?"') < lines.index('"And express?"')


async def test_spanish_is_answered_in_spanish_from_english_documents(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("El reembolso tarda 5 días.")
    answer = await room.ask("¿Cuánto tarda un reembolso?", language="es")
    assert answer.text == "El reembolso tarda 5 días."
    assert answer.language == "es"
    assert asked_of(server.asked[0]).endswith("Write the answer in Spanish.")


async def test_where_nothing_could_be_checked_the_language_of_the_documents_is_kept(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("The refund takes 5 days.")
    answer = await room.ask("Combien de jours pour un remboursement ? refund", language="fr")
    assert answer.language == "en"
    assert answer.text == "The refund takes 5 days."
    assert asked_of(server.asked[0]).endswith("Write the answer in English.")


async def test_a_model_that_writes_another_language_is_believed_less(
    room: Room, server: ModelServer
) -> None:
    question = "¿Cuánto tarda un reembolso?"
    server.says.append(citing("El reembolso tarda 5 días."))
    asked_for = await room.ask(question, language="es")
    server.says.append(citing("The refund takes 5 days. You can send anything back."))
    another = await room.ask(question, language="es")
    assert (asked_for.language, another.language) == ("es", "en")
    assert another.text.startswith("The refund takes 5 days.")
    assert another.confidence.value < asked_for.confidence.value


@pytest.mark.parametrize(
    ("asked", "spoken", "written"),
    [
        ("en", ["en"], "en"),
        ("es", ["en"], "es"),
        ("en", ["de", "es"], "en"),
        ("fr", ["en", "fr"], "fr"),
        ("fr", ["en", "es"], "en"),
        ("es", ["de"], "de"),
    ],
)
def test_the_language_of_an_answer(asked: str, spoken: list[str], written: str) -> None:
    passages = [Passage(id=one, text="x", source=a_source(language=one)) for one in spoken]
    assert written_in(asked, passages) == written


async def test_what_a_customer_typed_of_themselves_does_not_leave(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("The refund takes 5 days.")
    mail, card = "marta.ruiz@mail.example", "4111 1111 1111 1111"
    await room.ask(f"How long does a refund to {card} take?", history=(f"I am {mail}",))
    sent = str(server.asked[0])
    assert mail not in sent
    assert card not in sent
    assert "<CARD_1>" in sent
    assert "<EMAIL_1>" in sent


async def test_what_a_customer_typed_needs_no_source_but_all_around_it_does(
    room: Room, server: ModelServer
) -> None:
    mail, page = "marta.ruiz@mail.example", "https://evil.example/x"
    server.always = citing(
        "The refund for <EMAIL_1> takes 5 days.",
        "The refund for <EMAIL_1> takes 90 days.",
        "The refund takes 5 days: <SECRET_1>",
        "- <EMAIL_1>.",
        "The refund takes 5 days <MARK_1>.",
    )
    answer = await room.ask(
        f"How long does a refund for {mail} <CARD_7> take?", history=(f"My password: {page}",)
    )
    assert answer.text.startswith(f"The refund for {mail} takes 5 days.")
    assert "90 days" not in answer.text
    assert page not in answer.text
    assert answer.text.count(mail) == 1
    assert "CARD_7" not in answer.text


async def test_a_placeholder_that_stands_for_nothing_is_not_shown(
    room: Room, server: ModelServer
) -> None:
    server.always = citing("The refund takes 5 days.", "The refund goes to <EMAIL_1> in 5 days.")
    answer = await room.ask()
    assert answer.text == "The refund takes 5 days."


async def test_a_model_that_obeys_somebody_else_pings_and_links_nowhere(
    room: Room, server: ModelServer
) -> None:
    server.always = citing(
        "The refund takes 5 days <!channel> @everyone <@U123>.",
        "The refund takes 5 days: [click](https://evil.example/refund).",
    )
    answer = await room.ask()
    shown = answer.text + "".join(draft.text for draft in room.drafts)
    assert "<!channel>" not in shown
    assert "@everyone" not in shown
    assert "<@U123>" not in shown
    assert "evil.example" not in shown


async def test_steps_stand_below_one_another(room: Room, server: ModelServer) -> None:
    server.always = citing(
        "You can send anything back.",
        "1. Send it back within 30 days.",
        "2. The refund takes 5 days.",
    )
    answer = await room.ask()
    assert answer.text == (
        "You can send anything back.\n\n1. Send it back within 30 days.\n2. The refund takes 5 days."
    )


async def test_an_answer_from_two_documents_cites_both(room: Room, server: ModelServer) -> None:
    server.always = citing("The refund takes 5 days.", "Parcels to Spain need three days.")
    answer = await room.ask("How long do refunds and parcels to Spain take?")
    assert {source.title for source in answer.sources} == {"Returns", "Delivery"}
    assert len({source.doc_id for source in answer.sources}) == 2


async def test_a_model_may_answer_by_calling_the_only_tool(room: Room, server: ModelServer) -> None:
    """So are models asked whose providers enforce no form of texts."""
    room.models[0].client.form = Form.TOOL

    def write(body: Json) -> Says:
        [tool] = body["tools"]
        assert tool["function"]["parameters"]["required"] == ["answerable", "claims"]
        return Says(tool=("answer", reply(("The refund takes 5 days.", "p1"))), finish="tool_calls")

    server.always = write
    assert (await room.ask()).text == "The refund takes 5 days."
    assert len(room.drafts) == 1


async def test_search_asks_no_model(room: Room, server: ModelServer) -> None:
    found = await room.knowledge.search(QUERY, 3)
    assert found[0].title == "Returns"
    assert server.asked == []


async def test_what_is_not_for_the_asker_does_not_leave(
    server: ModelServer, tmp_path: Path
) -> None:
    documents = DOCUMENTS | {
        "inside.md": "---\naudience: internal\n---\n# Refund\n\nThe refund may take 90 days at most."
    }
    embedded = fill(tmp_path, documents)
    server.always = citing("The refund takes 5 days.")
    room = Room(server, embedded)
    await room.ask()
    await room.ask(audience=Audience.INTERNAL)
    assert ["90 days" in str(body) for body in server.asked] == [False, True]
    embedded.close_now()


async def test_many_are_answered_at_once_and_each_gets_their_own(
    room: Room, server: ModelServer
) -> None:
    said = {
        "How long does a refund take?": "The refund takes 5 days.",
        "How long is the warranty on pans?": "The warranty on pans lasts ten years.",
        "How long are gift cards valid?": "Gift cards are valid for two years.",
    }
    all_may_end = asyncio.Event()

    def write(body: Json) -> Says:
        question = json.loads(asked_of(body).splitlines()[1])
        if len(server.asked) == 12:
            all_may_end.set()
        says = citing(said[question])(body)
        assert isinstance(says, Says)
        says.first = all_may_end
        return says

    server.always = write
    questions = [Query(text=text, language="en") for text in said] * 4
    answers = await asyncio.gather(*(room.knowledge.answer(query) for query in questions))
    assert [answer.text for answer in answers] == [said[query.text] for query in questions]
