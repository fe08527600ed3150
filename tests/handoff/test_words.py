"""Agents' words: held, changed and taken back, in time and too late."""

from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import Attachment, IncomingMessage, MessageKind
from bot.vocabulary.turns import Change, Lane, Plan
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle
from tests.handoff.kit import (
    ANA,
    NOW,
    a_case,
    a_closed_case,
    a_line,
    a_note,
    a_turn,
    an_opening,
    at_once,
    changes_nothing,
    in_lane,
    says,
    told_to_thread,
)

VERBS = AgentVerbs(DeskStyle(language="en", undo_seconds=5))
AT_ONCE = AgentVerbs(DeskStyle(language="en", undo_seconds=0))
PHOTO = Attachment(name="label.png", content_type="image/png", size_bytes=10)


def handle(message: IncomingMessage, *history: HistoryLine, verbs: AgentVerbs = VERBS) -> Plan:
    return at_once(verbs.work(a_turn(message, a_case(ANA), *history)))


def test_a_reply_waits_and_can_be_undone_by_a_button() -> None:
    message = says("/reply **on** its way")
    plan = handle(message)
    [reply] = in_lane(plan, Lane.CUSTOMER)
    assert (reply.message.text, reply.message.is_literal) == ("**on** its way", True)
    assert (reply.message.speaker, reply.origin, reply.hold_seconds) == ("Ana", message.id, 5)
    [told] = in_lane(plan, Lane.DESK)
    assert told.message.text == say("handoff.held_desk", "en", seconds="5")
    assert [button.action for button in told.message.buttons] == [f"case:undo:{message.id}"]
    [line] = plan.history
    assert (line.speaker, line.message_id, line.author_id) == (Speaker.AGENT, message.id, ANA.id)
    assert line.at == NOW


def test_without_a_window_a_reply_is_sent_at_once() -> None:
    plan = handle(says("/reply hi"), verbs=AT_ONCE)
    assert in_lane(plan, Lane.CUSTOMER)[0].hold_seconds == 0
    assert told_to_thread(plan) == [say("handoff.sent_desk", "en")]


def test_two_forms_under_one_card_are_two_replies() -> None:
    first, second = (replace(says("case:reply", id="card"), text=text) for text in ("a", "b"))
    origins = [in_lane(handle(form), Lane.CUSTOMER)[0].origin for form in (first, second)]
    assert len(set(origins)) == 2
    assert "card" not in origins


@pytest.mark.parametrize(
    ("age", "edited", "undone"),
    [
        (2, "edited_desk", "undone_desk"),
        (4.9, "edited_late_desk", "undone_late_desk"),
        (6, "edited_late_desk", "undone_late_desk"),
    ],
)
def test_a_change_and_a_deletion_say_whether_they_came_in_time(
    age: float, edited: str, undone: str
) -> None:
    line = a_line("teh answer", age=age)
    plan = handle(says("/reply the answer", kind=MessageKind.EDITED, id="m-reply"), line)
    [change] = in_lane(plan, Lane.CUSTOMER)
    assert (change.change, change.origin) == (Change.EDIT, "m-reply")
    assert (change.message.text, change.message.is_literal) == ("the answer", True)
    assert plan.amends == (("m-reply", "the answer"),)
    assert told_to_thread(plan) == [say(f"handoff.{edited}", "en")]

    for message in (
        says("", kind=MessageKind.DELETED, id="m-reply"),
        says("case:undo:m-reply"),
        says("/undo"),
    ):
        plan = handle(message, line)
        [change] = in_lane(plan, Lane.CUSTOMER)
        assert (change.change, change.origin) == (Change.RETRACT, "m-reply")
        assert plan.amends == (("m-reply", None),)
        assert told_to_thread(plan) == [say(f"handoff.{undone}", "en")]


@pytest.mark.parametrize("verb", ["reply", "responder", "edit", "editar"])
def test_a_reply_is_changed_by_whichever_name_it_was_sent(verb: str) -> None:
    desk = AgentVerbs(DeskStyle(language="en"), copilot=Copilot())
    message = says(f"/{verb} better", kind=MessageKind.EDITED, id="m-reply")
    [change] = in_lane(handle(message, a_line("good"), verbs=desk), Lane.CUSTOMER)
    assert (change.change, change.message.text) == (Change.EDIT, "better")


def test_an_edit_that_changes_nothing_is_nothing() -> None:
    plan = handle(says("/reply same", kind=MessageKind.EDITED, id="m-reply"), a_line("same"))
    assert changes_nothing(plan)
    assert plan.deliveries == ()


@pytest.mark.parametrize("text", ["she is angry", "/note she is angry"])
def test_what_is_no_longer_a_reply_is_taken_back_and_kept_inside(text: str) -> None:
    plan = handle(says(text, kind=MessageKind.EDITED, id="m-reply"), a_line())
    assert in_lane(plan, Lane.CUSTOMER)[0].change is Change.RETRACT
    assert [(line.speaker, line.text) for line in plan.history] == [(Speaker.NOTE, "she is angry")]


def test_a_reply_emptied_by_its_edit_is_taken_back() -> None:
    plan = handle(says("/reply", kind=MessageKind.EDITED, id="m-reply"), a_line())
    assert in_lane(plan, Lane.CUSTOMER)[0].change is Change.RETRACT
    assert plan.history == ()


@pytest.mark.parametrize(
    "message",
    [
        says("/reply mine", "Ben", kind=MessageKind.EDITED, id="m-reply"),
        says("", "Ben", kind=MessageKind.DELETED, id="m-reply"),
        says("case:undo:m-reply", "Ben"),
    ],
    ids=["edit", "deletion", "undo"],
)
def test_only_who_sent_it_may_change_it(message: IncomingMessage) -> None:
    plan = handle(message, a_line())
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.not_yours_desk", "en", agent="Ana")]


def test_the_same_name_is_not_the_same_agent() -> None:
    namesake = replace(says("case:undo:m-reply", "Ben"))
    namesake = replace(namesake, author=replace(namesake.author, display_name="Ana"))
    assert changes_nothing(handle(namesake, a_line()))


def test_undo_without_a_target_takes_back_ones_own_last_reply_of_this_case() -> None:
    earlier = (a_line("of an older case", message_id="m-old"), an_opening())
    assert told_to_thread(handle(says("/undo"), *earlier)) == [
        say("handoff.nothing_to_undo_desk", "en")
    ]
    lines = (*earlier, a_line("one", message_id="m1"), a_line("two", message_id="m2"), a_note())
    assert in_lane(handle(says("/undo"), *lines), Lane.CUSTOMER)[0].origin == "m2"
    assert changes_nothing(handle(says("/undo", "Ben"), *lines))


def test_what_was_taken_back_cannot_be_taken_back_again() -> None:
    plan = handle(says("case:undo:m-reply"))
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.nothing_to_undo_desk", "en")]


@pytest.mark.parametrize("case", [a_case(ANA), a_closed_case()])
def test_notes_follow_their_message_and_never_leave(case: Case) -> None:
    note = a_note("old")
    edited = at_once(
        VERBS.work(a_turn(says("new", kind=MessageKind.EDITED, id="m-note"), case, note))
    )
    assert (edited.amends, edited.deliveries) == ((("m-note", "new"),), ())
    deleted = at_once(
        VERBS.work(a_turn(says("", kind=MessageKind.DELETED, id="m-note"), case, note))
    )
    assert (deleted.amends, deleted.deliveries) == ((("m-note", None),), ())


@pytest.mark.parametrize("history", [(), (a_note(message_id="m1"),)])
@pytest.mark.parametrize("text", ["/reply hello", "!reply hello", "/claim", "/resolve"])
def test_an_edit_is_no_gesture(text: str, history: tuple[HistoryLine, ...]) -> None:
    plan = handle(says(text, kind=MessageKind.EDITED, id="m1"), *history)
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.edit_sends_nothing_desk", "en", prefix="/")]


def test_a_closed_case_changes_nothing_that_was_sent() -> None:
    message = says("/reply better", kind=MessageKind.EDITED, id="m-reply")
    plan = at_once(VERBS.work(a_turn(message, a_closed_case(), a_line())))
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.closed_desk", "en")]


def test_a_customers_message_with_the_same_id_is_left_alone() -> None:
    line = HistoryLine(speaker=Speaker.CUSTOMER, name="Carla", text="hi", at=NOW, message_id="7")
    for message in (
        says("", kind=MessageKind.DELETED, id="7"),
        says("better", kind=MessageKind.EDITED, id="7"),
        says("case:undo:7"),
    ):
        assert changes_nothing(handle(message, line))
    note = a_note("old", message_id="7")
    edited = handle(says("new", kind=MessageKind.EDITED, id="7"), line, note)
    assert (edited.amends, edited.deliveries) == ((("7", "new"),), ())


def test_files_go_out_with_a_reply_and_stay_inside_with_talk() -> None:
    sent = handle(says("/reply", attachments=(PHOTO,)))
    [reply] = in_lane(sent, Lane.CUSTOMER)
    assert (reply.message.text, reply.message.attachments) == ("📎 label.png (1 kB)", (PHOTO,))
    assert sent.history[0].text == "label.png"
    both = in_lane(handle(says("/reply here", attachments=(PHOTO,))), Lane.CUSTOMER)[0]
    assert both.message.text == "here\n\n📎 label.png (1 kB)"
    talk = handle(says("look at this", attachments=(PHOTO,)))
    assert talk.deliveries == ()
    assert handle(says("", attachments=(PHOTO,))).history[0].text == "label.png"


def test_an_empty_reply_is_explained() -> None:
    for message in (says("/reply"), says("/reply   "), says("case:reply")):
        plan = handle(message)
        assert changes_nothing(plan)
        assert told_to_thread(plan) == [say("handoff.empty_reply_desk", "en", prefix="/")]
