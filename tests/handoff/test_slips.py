"""Sending is a gesture: of all that agents write nothing else reaches a customer.

Over all verbs, aliases, plain words, buttons, changes and random talk, on the desks of all platforms.
"""

import asyncio
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.messages import IncomingMessage, Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import Plan
from tests.builders import a_message, a_press, an_agent
from tests.handoff.kit import a_case, a_turn, changes_nothing
from tests.handoff.slips import (
    CANARY,
    SENDING,
    Desk,
    a_desk,
    a_desk_turn,
    all_names,
    is_gesture,
    leaks,
    random_message,
    slips,
)

DESKS = [a_desk(platform, language) for platform in Platform for language in LANGUAGES]
DESK = DESKS[0]


def written(text: str, desk: Desk = DESK) -> IncomingMessage:
    """Let Ana write something in the case's thread, or press what begins with ``case:``."""
    action, _, typed = text.partition(" ")
    place = {"conversation": desk.thread, "author": an_agent("Ana")}
    if text.startswith("case:"):
        message = replace(a_press(action, **place), text=typed)
    else:
        message = a_message(text, **place)
    return replace(message, principal=Authority(desk=desk.channel).principal(message))


def plan_of(message: IncomingMessage, *, holder: str | None = "Ana", desk: Desk = DESK) -> Plan:
    case = a_case(desk.agent(holder) if holder else None, thread=desk.thread)
    return asyncio.run(desk.verbs.work(a_turn(message, case)))


def reaches(plan: Plan) -> bool:
    return any(CANARY in str(delivery) for delivery in leaks(plan, DESK))


@given(st.randoms(use_true_random=False), st.sampled_from(DESKS))
@settings(max_examples=200, deadline=None)
def test_no_word_of_an_agent_slips_out(dice: random.Random, desk: Desk) -> None:
    message = random_message(desk, dice)
    plan = asyncio.run(desk.verbs.work(a_desk_turn(desk, message, dice)))
    assert slips(plan, message, desk) == []


@pytest.mark.parametrize("holder", ["Ana", None])
@pytest.mark.parametrize("name", all_names(DESK))
def test_each_verb_sends_words_only_if_it_is_one_that_sends(name: str, holder: str | None) -> None:
    for text in (f"/{name} {CANARY}", f"!{name} {CANARY}", f"case:{name} {CANARY}"):
        message = written(text)
        plan = plan_of(message, holder=holder)
        is_sending = name in SENDING and not (text.startswith("case:") and " " in name)
        assert (reaches(plan), is_gesture(message)) == (is_sending, is_sending), text


@pytest.mark.parametrize("words", [words for verb in DESK.verbs.table for words in verb.plain])
def test_a_longer_message_than_a_plain_word_is_a_note(words: str) -> None:
    for text in (f"{words} {CANARY}", f"{CANARY} {words}", f"{words}\n{CANARY}", f"{words}?"):
        plan = plan_of(written(text))
        [line] = plan.history
        assert (line.speaker, line.text, plan.deliveries) == (Speaker.NOTE, text, ())
        assert (plan.case, plan.owner) == (None, None)


def test_what_sends_has_no_plain_words() -> None:
    table = DESK.verbs.table
    assert all(not verb.plain for verb in table if SENDING & {verb.name, *verb.aliases})
    assert not table.find("send").plain  # type: ignore[union-attr]
    for word in SENDING | {"send", "enviar", "canned"}:
        plan = plan_of(written(word))
        assert [line.speaker for line in plan.history] == [Speaker.NOTE]
        assert changes_nothing(replace(plan, history=()))


def test_the_look_sees_what_a_gesture_sends() -> None:
    message = written(f"/reply {CANARY}")
    assert reaches(plan_of(message))
    assert slips(plan_of(message), written(CANARY), DESK) != []
