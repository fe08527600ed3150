"""What a draft is asked for: the customer's words since somebody answered."""

from typing import Any

from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.copilot import Draft
from bot.vocabulary.errors import KnowledgeUnavailableError
from handoff.copilot.drafting import DRAFTS_KEPT, Drafter, asked, with_draft
from tests.builders import a_conversation
from tests.fakes import ScriptedKnowledge
from tests.handoff.kit import NOW


def said(speaker: Speaker, text: str) -> HistoryLine:
    return HistoryLine(speaker=speaker, name="x", text=text, at=NOW, message_id=text[:9])


def conversation(*lines: HistoryLine, **memo: Any) -> Conversation:
    return Conversation(ref=a_conversation(), history=lines, memo=Memo(**memo))


def test_it_is_what_the_customer_wrote_since_an_agent_answered() -> None:
    lines = (
        said(Speaker.CUSTOMER, "My pan has rust, what now?"),
        said(Speaker.AGENT, "Scrub it."),
        said(Speaker.CUSTOMER, "And how do I season it again afterwards?"),
        said(Speaker.NOTE, "she is nice"),
        said(Speaker.CUSTOMER, "With which oil?"),
    )
    question, earlier = asked(conversation(*lines))
    assert question == "And how do I season it again afterwards? With which oil?"
    assert earlier == ("My pan has rust, what now?",)


def test_a_few_words_are_understood_with_the_question_before() -> None:
    question, _ = asked(conversation(said(Speaker.CUSTOMER, "And now?"), question="Is it rust?"))
    assert question == "Is it rust? And now?"


def test_nothing_is_asked_where_nothing_was_written() -> None:
    assert asked(conversation())[0] == ""


async def test_a_draft_leaves_out_what_was_rejected_and_is_for_the_public() -> None:
    knowledge = ScriptedKnowledge(
        {"rust": [("d1", "No.", 0.9), ("d2", "Scrub it with salt.", 0.8)]}
    )
    drafter = Drafter(knowledge=knowledge)
    lines = (said(Speaker.CUSTOMER, "How do I clean my rusty pan?"),)
    draft = await drafter.draft(
        conversation(*lines, rejected=("d1",)), draft_id="1", language="en", asker="a"
    )
    assert draft is not None
    assert draft.text == "Scrub it with salt."
    query = knowledge.queries[-1]
    assert query.excluded == {"d1"}
    assert query.audience.rank == 0


async def test_without_an_answer_or_without_an_index_there_is_no_draft() -> None:
    asking = conversation(said(Speaker.CUSTOMER, "How do I clean my rusty pan?"))
    failing = ScriptedKnowledge(error=KnowledgeUnavailableError("The index can't be read."))
    for knowledge in (ScriptedKnowledge(), failing):
        drafter = Drafter(knowledge=knowledge)
        assert await drafter.draft(asking, draft_id="1", language="en", asker=None) is None


def test_only_the_last_drafts_are_kept() -> None:
    drafts: tuple[Draft, ...] = ()
    for number in range(10):
        drafts = with_draft(drafts, Draft(id=str(number % 6), text="x", language="en"))
    assert [draft.id for draft in drafts] == ["0", "1", "2", "3"]
    assert len(drafts) == DRAFTS_KEPT
