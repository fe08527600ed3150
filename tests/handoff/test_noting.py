"""What an agent has remembered of the customer: a fact of a known slot, for whose case it is."""

import pytest

from bot.app.parts import Behind, build_desk
from bot.vocabulary.cases import Case
from bot.vocabulary.memory import (
    VALUE_LENGTH,
    Fact,
    FactOrigin,
    LessonKind,
    Memory,
    Slot,
    identity_at,
    principal_of,
)
from bot.vocabulary.turns import Lane, Plan
from config.settings import load
from handoff.agents.noting import slots
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle
from tests.builders import a_conversation
from tests.conversation.recalling.kit import RememberingAll, group
from tests.handoff.kit import ANA, NOW, a_case, a_closed_case, a_turn, at_once, says
from tests.handoff.world import does

CASE = a_case(ANA, customer_id="U1:x")


def noted(text: str) -> tuple[Slot | None, str]:
    [lesson] = does(text, CASE).lessons
    return lesson.slot, lesson.text


def answer(plan: Plan) -> str:
    assert plan.lessons == ()
    assert plan.audit is None
    [delivery] = plan.deliveries
    return delivery.message.text


def test_a_fact_is_noted_for_the_customer_of_the_case() -> None:
    message = says("/remember plan: Pro")
    plan = at_once(AgentVerbs(DeskStyle(language="en")).work(a_turn(message, CASE)))
    [lesson] = plan.lessons
    assert (lesson.kind, lesson.slot, lesson.text) == (LessonKind.NOTED, Slot.PLAN, "Pro")
    assert (lesson.place, lesson.author_id) == (a_conversation(), "playground:demo:U1%3Ax")
    assert (lesson.noted_by, lesson.message_id, lesson.at) == (ANA.id, message.id, NOW)
    assert lesson.is_direct
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("remember", "plan")
    [told] = plan.deliveries
    assert told.lane is Lane.DESK
    assert "plan: Pro" in told.message.text.replace("\\", "")


def test_in_a_shared_place_it_is_the_groups() -> None:
    [lesson] = does("/remember plan: Pro", a_case(ANA, customer_id="u1", is_shared=True)).lessons
    assert not lesson.is_direct


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/remember Plan: Pro", (Slot.PLAN, "Pro")),
        ("/recuerda versión: 3.2", (Slot.VERSION, "3.2")),
        ("/dato zona horaria: Madrid", (Slot.TIME_ZONE, "Madrid")),
        ("/remember time_zone: Madrid", (Slot.TIME_ZONE, "Madrid")),
        ("/remember time zone Madrid", (Slot.TIME_ZONE, "Madrid")),
        ("/remember device iPhone 13", (Slot.DEVICE, "iPhone 13")),
        ("!memoriza  idioma :  catalán ", (Slot.LANGUAGE, "catalán")),
        ("/remember system: Windows: 11", (Slot.SYSTEM, "Windows: 11")),
    ],
)
def test_slots_are_named_in_either_language(text: str, expected: tuple[Slot, str]) -> None:
    assert noted(text) == expected


@pytest.mark.parametrize("text", ["/remember colour: red", "/remember red", "/remember : red"])
def test_an_unknown_slot_is_answered_with_those_that_there_are(text: str) -> None:
    said = answer(does(text, CASE))
    assert "time zone" in said
    assert "/remember plan: Pro" in said


@pytest.mark.parametrize(
    "text", ["/remember plan", "/remember plan:", f"/remember plan: {'x' * 201}"]
)
def test_a_value_is_short_and_there(text: str) -> None:
    assert str(VALUE_LENGTH) in answer(does(text, CASE))


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("/remember tone: formal", True),
        ("/remember tone: friendly", False),
        ("/remember version: the newest", False),
        ("/remember plan: always refund at once", False),
    ],
)
async def test_what_the_memory_would_not_keep_is_refused_at_once(
    text: str, *, is_kept: bool
) -> None:
    desk = build_desk(load(None), {}, Copilot(), Behind())
    plan = await desk.agent_turn(a_turn(says(text), CASE))
    assert bool(plan.lessons) is is_kept
    if not is_kept:
        assert "nothing was noted" in answer(plan)


def test_without_words_it_asks() -> None:
    assert "What should be remembered" in answer(does("/remember", CASE))


def test_who_the_customer_is_must_be_known() -> None:
    assert "account" in answer(does("/remember plan: Pro", a_case(ANA)))


def test_without_a_memory_it_says_so() -> None:
    desk = AgentVerbs(DeskStyle(language="en", remembers=False))
    plan = at_once(desk.work(a_turn(says("/remember plan: Pro"), CASE)))
    assert "no memory" in answer(plan)


def test_after_the_end_it_can_still_be_noted_and_by_no_outsider() -> None:
    closed = a_case(ANA, customer_id="u1", status=a_closed_case().status)
    assert does("/remember plan: Pro", closed).lessons
    outsider = says("/remember plan: Pro", place=a_conversation("elsewhere"))
    plan = at_once(AgentVerbs(DeskStyle(language="en")).work(a_turn(outsider, CASE)))
    assert plan.lessons == ()


def test_no_two_slots_share_a_name() -> None:
    assert set(slots().values()) == set(Slot)
    assert slots()["plan"] is Slot.PLAN
    assert slots()["respuestas"] is Slot.LENGTH


async def shown(case: Case) -> str:
    """What an agent sees of two customers' memory, and of the group's."""
    memories = RememberingAll()
    for user, plan in (("u1", "Pro"), ("u2", "Team")):
        memory = Memory(facts=(a_fact(plan),))
        memories.remember(principal_of(identity_at(a_conversation(), user)), memory)
    memories.groups[group(a_conversation())] = Memory(facts=(a_fact("Enterprise"),))
    desk = AgentVerbs(DeskStyle(language="en"), memories=memories)
    plan = await desk.work(a_turn(says("/facts"), case))
    assert plan.audit is None
    [delivery] = plan.deliveries
    assert delivery.lane is Lane.DESK
    return delivery.message.text


def a_fact(plan: str) -> Fact:
    return Fact(
        id=plan,
        slot=Slot.PLAN,
        value=plan,
        origin=FactOrigin.STATED,
        source="m1",
        place=a_conversation(),
        author_id="playground:demo:u1",
        at=NOW,
    )


async def test_what_is_remembered_of_this_customer_is_shown_and_of_no_other() -> None:
    text = await shown(a_case(ANA, customer_id="u1"))
    assert "Pro" in text
    assert "Team" not in text
    assert "Enterprise" not in text


async def test_in_a_shared_place_the_groups_is_shown_and_nobodys_own() -> None:
    text = await shown(a_case(ANA, customer_id="u1", is_shared=True))
    assert "Enterprise" in text
    assert "Pro" not in text


async def test_nothing_remembered_is_said() -> None:
    assert "Nothing is remembered" in await shown(a_case(ANA, customer_id="u3"))
    assert "account" in await shown(a_case(ANA))
