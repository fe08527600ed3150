"""Who may work a case: every verb, by text and by button, for everybody and in every place."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.messages import Author, IncomingMessage, MessageKind, Principal
from bot.vocabulary.turns import Change, DeskTurn, Lane, Outcome, Plan
from handoff.agents.table import Scope
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle
from tests.builders import DESK
from tests.handoff.kit import (
    ANA,
    BEN,
    THREAD,
    a_case,
    a_closed_case,
    a_line,
    a_turn,
    at_once,
    by_agent,
    changes_nothing,
    in_lane,
    says,
    told_to_thread,
)

VERBS = AgentVerbs(DeskStyle(language="en"), copilot=Copilot())
ALL = [*(verb.name for verb in VERBS.table), "nonsense"]
OF_THE_CASE, OF_AN_OPEN_CASE = (
    [name for name in ALL if (verb := VERBS.table.find(name)) is None or verb.scope in scopes]
    for scopes in ({Scope.CASE, Scope.OPEN}, {Scope.OPEN})
)

NAMES = ("claim", "reply", "undo", "note", "release", "resolve", "return", "help", "nonsense")
EARLIER = a_line()

Gesture = Callable[[str], IncomingMessage]

GESTURES: dict[str, Gesture] = {
    "text": lambda verb: says(f"/{verb} hello"),
    "exclamation": lambda verb: says(f"!{verb} hello"),
    "button": lambda verb: replace(
        says(f"case:{verb}:{EARLIER.message_id}" if verb == "undo" else f"case:{verb}"),
        text="hello",
    ),
}


def case_for(verb: str) -> Case:
    """Build the case in which an agent's verb does something."""
    return a_case(ANA) if verb in {"release", "undo"} else a_case()


def turn_of(message: IncomingMessage, case: Case) -> DeskTurn:
    return a_turn(message, case, EARLIER)


def external(message: IncomingMessage) -> IncomingMessage:
    author = Author(user_id="ana", display_name="Ana", is_external=True)
    return by_agent(replace(message, author=author))


def without_principal(message: IncomingMessage) -> IncomingMessage:
    return replace(message, principal=None)


def elsewhere(message: IncomingMessage) -> IncomingMessage:
    """Whoever does not write in the desk is no agent."""
    place = message.conversation
    principal = Principal(platform=place.platform, tenant_id=place.tenant_id, user_id="ana")
    return replace(message, principal=principal)


OUTSIDERS = [external, without_principal, elsewhere]

EFFECTS: dict[str, Callable[[Plan], bool]] = {
    "claim": lambda plan: plan.case is not None and plan.case.status is CaseStatus.CLAIMED,
    "reply": lambda plan: "hello" in [d.message.text for d in in_lane(plan, Lane.CUSTOMER)],
    "undo": lambda plan: Change.RETRACT in [d.change for d in in_lane(plan, Lane.CUSTOMER)],
    "note": lambda plan: [line.text for line in plan.history] == ["hello"],
    "release": lambda plan: plan.case is not None and plan.case.status is CaseStatus.QUEUED,
    "resolve": lambda plan: plan.case is not None and not plan.case.is_open,
    "return": lambda plan: plan.case is not None and not plan.case.is_open,
    "help": lambda plan: "/claim" in told_to_thread(plan)[0],
    "nonsense": lambda plan: changes_nothing(plan) and "nonsense" in told_to_thread(plan)[0],
}


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("verb", NAMES)
def test_an_agent_may(verb: str, gesture: str) -> None:
    plan = at_once(VERBS.work(turn_of(GESTURES[gesture](verb), case_for(verb))))
    assert EFFECTS[verb](plan)


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("verb", ALL)
def test_nobody_else_may_and_they_are_told(
    verb: str, gesture: str, outsider: Callable[[IncomingMessage], IncomingMessage]
) -> None:
    plan = at_once(VERBS.work(turn_of(outsider(GESTURES[gesture](verb)), case_for(verb))))
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.not_agent_desk", "en")]


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("verb", OF_THE_CASE)
def test_nothing_is_done_from_another_thread(verb: str, gesture: str) -> None:
    other = replace(THREAD, thread_id="t0")
    message = by_agent(replace(GESTURES[gesture](verb), conversation=other))
    turn = turn_of(message, case_for(verb))
    plan = at_once(VERBS.work(turn))
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("verbs.goes_on_elsewhere", "en", case=r"R\-1")]
    past = (replace(a_closed_case(), id="R-0", thread=other),)
    of_a_past_case = replace(turn, conversation=replace(turn.conversation, past=past))
    assert told_to_thread(at_once(VERBS.work(of_a_past_case))) == [say("handoff.closed_desk", "en")]


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("verb", OF_AN_OPEN_CASE)
def test_nothing_is_done_once_the_case_is_closed(verb: str, gesture: str) -> None:
    plan = at_once(VERBS.work(turn_of(GESTURES[gesture](verb), a_closed_case())))
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say("handoff.closed_desk", "en")]


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("kind", [MessageKind.NEW, MessageKind.EDITED, MessageKind.DELETED])
def test_plain_talk_of_others_is_nothing(
    kind: MessageKind, outsider: Callable[[IncomingMessage], IncomingMessage]
) -> None:
    message = outsider(says("what is this?", kind=kind, id=EARLIER.message_id))
    plan = at_once(VERBS.work(turn_of(message, a_case(ANA))))
    assert (plan.deliveries, plan.outcome) == ((), Outcome.NOTED)
    assert changes_nothing(plan)


def test_an_outsider_cannot_change_what_an_agent_sent() -> None:
    for kind in (MessageKind.EDITED, MessageKind.DELETED):
        message = external(says("/reply forged", kind=kind, id=EARLIER.message_id))
        plan = at_once(VERBS.work(turn_of(message, a_case(ANA))))
        assert changes_nothing(plan)
        assert plan.deliveries == ()


def test_a_bot_is_never_answered() -> None:
    author = Author(user_id="b", display_name="Ana", is_bot=True)
    plan = at_once(VERBS.work(turn_of(by_agent(says("/claim", author=author)), a_case())))
    assert plan.deliveries == ()
    assert changes_nothing(plan)


@pytest.mark.parametrize(
    ("action", "case", "key"),
    [
        ("case:claim", a_case(ANA), "already_claimed_desk"),
        ("case:claim", a_case(BEN), "already_claimed_desk"),
        ("case:reply", a_case(BEN), "already_claimed_desk"),
        ("case:resolve", a_case(BEN), "already_claimed_desk"),
        ("case:return", a_case(BEN), "already_claimed_desk"),
        ("case:release", a_case(), "not_claimed_desk"),
        ("case:undo:gone", a_case(ANA), "nothing_to_undo_desk"),
    ],
)
def test_a_button_that_no_longer_fits_is_refused(action: str, case: Case, key: str) -> None:
    message = replace(says(action), text="hello" if action == "case:reply" else "")
    plan = at_once(VERBS.work(turn_of(message, case)))
    holder = case.agent.name if case.agent else ""
    assert changes_nothing(plan)
    assert told_to_thread(plan) == [say(f"handoff.{key}", "en", agent=holder, prefix="/")]


def test_a_replayed_button_does_nothing_twice() -> None:
    claimed = at_once(VERBS.work(turn_of(says("case:resolve"), a_case(ANA))))
    assert claimed.case is not None
    again = at_once(VERBS.work(turn_of(says("case:resolve"), claimed.case)))
    assert changes_nothing(again)


def test_a_thumb_on_a_message_of_the_desk_is_nothing() -> None:
    for place in (THREAD, replace(THREAD, thread_id="t0")):
        thumb = replace(says("case:x"), action="rate:up", conversation=place)
        plan = at_once(VERBS.work(turn_of(by_agent(thumb), a_case(ANA))))
        assert plan.deliveries == ()
        assert changes_nothing(plan)


def test_the_desk_is_the_channel_and_not_its_name() -> None:
    elsewhere = replace(DESK, channel_id="desk2", thread_id="t1")
    message = by_agent(says("/claim", place=elsewhere))
    plan = at_once(VERBS.work(turn_of(message, a_case(thread=elsewhere))))
    assert changes_nothing(plan)
