"""An agent and a customer of different languages: both read their own, nothing is lost."""

from typing import Any

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import AlarmTurn, Lane, Plan, Turn
from handoff.desk.chat import ChatDesk
from tests.builders import a_message
from tests.handoff.copilot.kit import (
    ANSWER,
    Phrasebook,
    Working,
    a_copilot,
    customer_says,
    to_customer,
)
from tests.handoff.kit import NOW, a_case, a_line, in_lane, told_to_thread

ASKS = "¿Cómo quito el óxido (rust) de la sartén?"
MEANS = "How do I get the rust off my pan?"
BOOK = Phrasebook(
    {
        (ASKS, "en"): MEANS,
        ("Use salt.", "es"): "Usa sal.",
        ("Use oil.", "es"): "Usa aceite.",
        (ANSWER, "es"): "Frótala con sal.",
    }
)


def working(**fields: Any) -> Working:
    values: dict[str, Any] = {"memo": Memo(language="es"), "history": (customer_says(ASKS),)}
    return Working(a_copilot(BOOK), **(values | fields))


async def ring(desk: Working, about: str = "c-1") -> Plan:
    alarm = Alarm(kind=AlarmKind.COPILOT, at=NOW, about=about)
    turn = AlarmTurn(
        id="alarm-turn", alarm=alarm, conversation=desk.conversation(), at=NOW, started_at=NOW
    )
    return await desk.desk.alarm_turn(turn)


async def test_a_reply_reaches_the_customer_in_their_language_and_the_thread_shows_it() -> None:
    plan = await working().does("/reply Use salt.")
    assert to_customer(plan) == ["Usa sal."]
    assert any("Usa sal." in text for text in told_to_thread(plan))
    assert plan.history[-1].text == "Usa sal."


async def test_what_is_in_the_customer_s_language_already_goes_out_as_it_is() -> None:
    plan = await working().does("/reply ¡Usa sal!")
    [reply] = in_lane(plan, Lane.CUSTOMER)
    assert reply.message.text == "¡Usa sal!"
    assert reply.message.is_literal


async def test_words_that_cannot_be_translated_go_out_with_a_warning() -> None:
    plan = await working().does("/reply Nobody knows this sentence.")
    assert to_customer(plan) == ["Nobody knows this sentence."]
    assert any("couldn't be translated" in text for text in told_to_thread(plan))


async def test_an_edit_is_translated_as_well() -> None:
    desk = working(history=(customer_says(ASKS), a_line("Usa sal.", message_id="m1", age=1)))
    plan = await desk.does("/reply Use oil.", id="m1", kind=MessageKind.EDITED)
    assert to_customer(plan) == ["Usa aceite."]


async def test_talk_and_notes_are_never_translated_to_the_customer() -> None:
    for words in ("Use salt.", "/note Use salt."):
        assert to_customer(await working().does(words)) == []


async def test_a_customer_s_words_are_explained_and_answered_in_a_draft() -> None:
    plan = await ring(working())
    meaning, draft = told_to_thread(plan)
    assert MEANS in meaning
    assert f"> {ANSWER}" in draft
    assert plan.memo is not None
    assert to_customer(plan) == []


async def test_only_the_newest_words_get_a_draft_and_only_while_nobody_has_answered() -> None:
    two = working(history=(customer_says(ASKS), customer_says(f"{ASKS} ya", "c-2")))
    assert len(told_to_thread(await ring(two))) == 1
    answered = working(history=(customer_says(ASKS), a_line("Usa sal.")))
    assert len(told_to_thread(await ring(answered))) == 1


async def test_a_case_that_waits_is_explained_and_has_its_briefing_s_draft() -> None:
    assert len(told_to_thread(await ring(working(case=a_case())))) == 1


async def test_nothing_is_said_of_words_that_are_gone() -> None:
    taken_back = working(history=(customer_says("hola", "c-9"),))
    assert told_to_thread(await ring(taken_back)) == []


async def test_without_an_interpreter_nothing_is_translated() -> None:
    line = HistoryLine(speaker=Speaker.CUSTOMER, name="Carla", text=ASKS, at=NOW, message_id="c-1")
    alone = Working(a_copilot(), memo=Memo(language="es"), history=(line,))
    assert to_customer(await alone.does("/reply Use salt.")) == ["Use salt."]


async def test_the_first_words_of_a_case_are_explained_as_well() -> None:
    written = a_message(ASKS, id="c-1")
    turn = Turn(
        id="turn1",
        conversation=Conversation(ref=written.conversation),
        messages=(written,),
        started_at=NOW,
    )
    request = HandoverRequest(
        reason=CaseReason.REQUESTED, reasons=("asked",), language="es", question=ASKS
    )
    for translator, expected in ((BOOK, ["c-1"]), (None, [])):
        desk = ChatDesk(language="en", copilot=a_copilot(translator))
        alarms = desk.hand_over(turn, request).alarms or ()
        assert [one.about for one in alarms if one.kind is AlarmKind.COPILOT] == expected


async def test_a_case_without_a_thread_in_a_storm_is_explained_nowhere() -> None:
    assert told_to_thread(await ring(working(case=a_case(deferred=True, thread=None)))) == []
