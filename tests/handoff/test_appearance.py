"""How the desk looks: agents by name or as the brand, verbs with the platform's prefix, marks."""

import pytest

from bot.texts import LANGUAGES, say
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.turns import Lane, Turn
from handoff.agents.verbs import AgentVerbs
from handoff.desk.chat import ChatDesk
from handoff.saying.plans import CLAIMED_BUTTONS, QUEUED_BUTTONS
from handoff.saying.style import DeskStyle
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, NOW, a_case, a_turn, at_once, in_lane, says, told_to_thread

REQUEST = HandoverRequest(
    reason=CaseReason.REQUESTED, reasons=("asked",), language="en", question="where is it?"
)


def a_customer_turn(case: Case | None = None) -> Turn:
    conversation = Conversation(ref=a_conversation(), case=case)
    return Turn(
        id="turn1", conversation=conversation, messages=(a_message("human!"),), started_at=NOW
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("brand", ["", "Casa *Lumbre*"])
def test_as_a_brand_no_customer_reads_a_name(brand: str, language: str) -> None:
    verbs = AgentVerbs(DeskStyle(language="en", agents_as="brand", brand=brand))
    for verb in ("claim", "reply", "release", "resolve", "return"):
        case = a_case(None if verb == "claim" else ANA, language=language)
        plan = at_once(verbs.work(a_turn(says(f"/{verb} hello"), case)))
        told = in_lane(plan, Lane.CUSTOMER)
        assert told
        for delivery in told:
            assert "Ana" not in f"{delivery.message.text} {delivery.message.speaker}"
            assert "{" not in delivery.message.text
        if verb == "reply":
            assert told[0].message.speaker == (brand or None)
            assert plan.history[0].name == "Ana"
        else:
            team = literal(brand) or say("handoff.our_team", language)
            assert team in told[0].message.text
            assert any("Ana" in text for text in told_to_thread(plan))


def test_by_name_the_customer_reads_it() -> None:
    verbs = AgentVerbs(DeskStyle(language="en"))
    plan = at_once(verbs.work(a_turn(says("/claim"), a_case())))
    assert in_lane(plan, Lane.CUSTOMER)[0].message.text == say(
        "handoff.claimed_customer", "en", agent="Ana"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_name_verbs_as_the_platform_takes_them(language: str) -> None:
    verbs = AgentVerbs(DeskStyle(language=language, prefix="!"))
    opened = ChatDesk(language=language, prefix="!").hand_over(a_customer_turn(), REQUEST)
    texts = [
        *told_to_thread(at_once(verbs.work(a_turn(says("/help"), a_case())))),
        *told_to_thread(at_once(verbs.work(a_turn(says("/reply"), a_case())))),
        *told_to_thread(at_once(verbs.work(a_turn(says("/repyl"), a_case())))),
        told_to_thread(opened)[0],
    ]
    for text in texts:
        assert "`!" in text
        assert "`/" not in text


def test_a_card_offers_what_can_be_done_next() -> None:
    verbs = AgentVerbs(DeskStyle(language="en"))
    opened = ChatDesk(language="en").hand_over(a_customer_turn(), REQUEST)
    claimed = at_once(verbs.work(a_turn(says("/claim"), a_case())))
    released = at_once(verbs.work(a_turn(says("/release"), a_case(ANA))))
    shown = [in_lane(plan, Lane.DESK)[0].message.buttons for plan in (opened, claimed, released)]
    assert [[button.action for button in buttons] for buttons in shown] == [
        [f"case:{verb}" for verb in verbs]
        for verbs in (QUEUED_BUTTONS, CLAIMED_BUTTONS, QUEUED_BUTTONS)
    ]
    for buttons in shown:
        asking = {button.action for button in buttons if button.asks}
        assert asking <= {"case:reply", "case:snooze", "case:transfer"}
        assert "case:reply" in asking


def test_a_case_that_its_customer_leaves_stays_with_whoever_wants_to_be_reminded_of_it() -> None:
    desk = ChatDesk(language="en")
    asleep = a_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=NOW, follow_up_at=NOW)
    case = desk.cancel(a_customer_turn(asleep), "en").case
    assert case is not None
    assert (case.agent, case.follow_up_at, case.snoozed_until) == (ANA, NOW, None)


def test_each_change_of_a_case_marks_its_thread() -> None:
    verbs, desk = AgentVerbs(DeskStyle(language="en")), ChatDesk(language="en")
    marks = {
        "opened": desk.hand_over(a_customer_turn(), REQUEST),
        "claim": at_once(verbs.work(a_turn(says("/claim"), a_case()))),
        "first reply": at_once(verbs.work(a_turn(says("/reply hi"), a_case()))),
        "release": at_once(verbs.work(a_turn(says("/release"), a_case(ANA)))),
        "resolve": at_once(verbs.work(a_turn(says("/resolve"), a_case(ANA)))),
        "return": at_once(verbs.work(a_turn(says("/return"), a_case(ANA)))),
        "cancel": desk.cancel(a_customer_turn(a_case(ANA)), "en"),
        "reply": at_once(verbs.work(a_turn(says("/reply hi"), a_case(ANA)))),
        "note": at_once(verbs.work(a_turn(says("hi"), a_case(ANA)))),
    }
    found = {
        name: [item.marks for item in in_lane(plan, Lane.DESK) if item.marks]
        for name, plan in marks.items()
    }
    assert found == {
        "opened": [CaseStatus.QUEUED],
        "claim": [CaseStatus.CLAIMED],
        "first reply": [CaseStatus.CLAIMED],
        "release": [CaseStatus.QUEUED],
        "resolve": [CaseStatus.RESOLVED],
        "return": [CaseStatus.RESOLVED],
        "cancel": [CaseStatus.RESOLVED],
        "reply": [],
        "note": [],
    }
    for name, plan in marks.items():
        if found[name]:
            assert plan.case is not None
            assert found[name] == [plan.case.status], name
