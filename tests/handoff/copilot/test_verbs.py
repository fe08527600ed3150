"""The copilot's gestures: what is drafted waits for an agent, and goes out as it was shown."""

from dataclasses import replace

import pytest

from bot.vocabulary.conversations import Memo
from bot.vocabulary.turns import Lane, Plan
from tests.handoff.copilot.kit import (
    ANSWER,
    Phrasebook,
    Working,
    a_copilot,
    buttons_of,
    customer_says,
    to_customer,
)
from tests.handoff.kit import BEN, a_case, in_lane, says, told_to_thread


async def test_a_draft_is_shown_to_the_agent_alone() -> None:
    working = Working(a_copilot())
    plan = await working.does("/draft")
    [text] = told_to_thread(plan)
    assert f"> {ANSWER}" in text
    assert "0.80" in text
    assert to_customer(plan) == []
    assert set(buttons_of(plan)) == {"send", "edit", "shorter", "warmer"}


@pytest.mark.parametrize("by", ["button", "word"])
async def test_a_draft_is_sent_by_a_gesture_with_its_sources_and_an_undo(by: str) -> None:
    working = Working(a_copilot())
    drafted = await working.does("/draft")
    sent = await working.does(buttons_of(drafted)["send"] if by == "button" else "/send")
    [reply] = in_lane(sent, Lane.CUSTOMER)
    assert reply.message.text == ANSWER
    assert not reply.message.is_literal
    assert [link.title for link in reply.message.sources]
    assert reply.hold_seconds > 0
    assert "undo" in buttons_of(sent)
    assert sent.history[-1].text == ANSWER


async def test_whoever_sends_a_draft_of_a_waiting_case_takes_it() -> None:
    working = Working(a_copilot(), case=a_case())
    drafted = await working.does("/draft")
    sent = await working.does(buttons_of(drafted)["send"])
    assert sent.owner is not None
    assert ANSWER in to_customer(sent)


async def test_a_colleague_s_case_gets_no_draft_of_mine() -> None:
    working = Working(a_copilot(), case=a_case(BEN))
    drafted = await working.does("/draft")
    sent = await working.does(buttons_of(drafted)["send"])
    assert to_customer(sent) == []
    assert "Ben" in told_to_thread(sent)[0]


async def test_a_draft_can_be_edited_first() -> None:
    working = Working(a_copilot())
    drafted = await working.does("/draft")
    edit = buttons_of(drafted)["edit"]
    button = next(
        one
        for delivery in in_lane(drafted, Lane.DESK)
        for one in delivery.message.buttons
        if one.action == edit
    )
    assert button.asks
    assert button.prefill == ANSWER
    sent = await working.does(edit, text="Scrub it. *Gently.*")
    [reply] = in_lane(sent, Lane.CUSTOMER)
    assert reply.message.text == "Scrub it. *Gently.*"
    assert reply.message.is_literal


async def test_where_there_are_no_forms_there_is_something_to_copy() -> None:
    working = Working(a_copilot())
    drafted = await working.does("/draft")
    plan = await working.does(buttons_of(drafted)["edit"])
    assert to_customer(plan) == []
    assert f"/reply {ANSWER}" in told_to_thread(plan)[0]


async def test_other_words_are_a_new_draft_and_the_old_one_stays() -> None:
    working = Working(a_copilot())
    drafted = await working.does("/draft")
    shorter = await working.does(buttons_of(drafted)["shorter"])
    assert "> Scrub it with salt. Dry it at once." in told_to_thread(shorter)[0]
    assert to_customer(await working.does(buttons_of(drafted)["send"])) == [ANSWER]
    assert to_customer(await working.does(buttons_of(shorter)["send"])) == [
        "Scrub it with salt. Dry it at once."
    ]
    warmer = await working.does("/warmer")
    assert "Hi Carla" in told_to_thread(warmer)[0]


async def test_a_draft_that_is_gone_is_said_to_be_gone() -> None:
    working = Working(a_copilot())
    for words in ("/send", "/shorter", "/translate es", "case:send:nothere", "case:edit:nothere"):
        plan = await working.does(words)
        assert to_customer(plan) == []
        assert "no longer here" in told_to_thread(plan)[0], words


async def test_without_an_answer_there_is_no_draft() -> None:
    working = Working(a_copilot(), history=(customer_says("What about the moon then?"),))
    plan = await working.does("/draft")
    assert "No document answers this" in told_to_thread(plan)[0]
    assert plan.memo is None


async def test_a_canned_reply_is_filled_in_and_waits() -> None:
    working = Working(a_copilot(), memo=Memo(language="es"))
    listed = await working.does("/canned money")
    assert "refund-sent" in told_to_thread(listed)[0]
    shown = await working.does(buttons_of(listed)["canned"])
    assert "> Hola, Carla. Ana" in told_to_thread(shown)[0]
    assert to_customer(shown) == []
    assert to_customer(await working.does(buttons_of(shown)["send"])) == ["Hola, Carla. Ana"]
    assert "No canned reply" in told_to_thread(await working.does("/canned nowhere"))[0]


async def test_a_draft_in_another_language_needs_somebody_who_translates() -> None:
    alone = Working(a_copilot())
    await alone.does("/draft")
    assert "Nobody translates" in told_to_thread(await alone.does("/translate es"))[0]
    helped = Working(a_copilot(Phrasebook({(ANSWER, "es"): "Frótala con sal."})))
    await helped.does("/draft")
    translated = await helped.does("/translate es")
    assert "> Frótala con sal." in told_to_thread(translated)[0]
    assert to_customer(await helped.does("/send")) == ["Frótala con sal."]


async def test_an_outsider_gets_nothing_from_the_copilot() -> None:
    working = Working(a_copilot())
    drafted = await working.does("/draft")
    for words in ("/draft", "/canned refund-sent", "/send", buttons_of(drafted)["send"]):
        plan = await as_outsider(working, words)
        assert to_customer(plan) == []
        assert plan.memo is None
        assert ANSWER not in "".join(told_to_thread(plan))


async def as_outsider(working: Working, words: str) -> Plan:
    message = says(words)
    assert message.principal is not None
    nobody = replace(message.principal, is_agent=False)
    return await working.gets(replace(message, principal=nobody))
