"""The oracle finds what it is there for: each kind of wrong, planted in evidence that was right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.turns import Outcome
from tests.faults.evidence import Evidence, Shown
from tests.faults.ledger import Entry, Ledger
from tests.faults.oracle import judge

CARLA = "playground:demo:carla"
THREAD = "playground:demo:desk:t1"


def entry(number: int, text: str, *, ref: str = CARLA, delivers: bool = False) -> Entry:
    token = f"w{number}"
    return Entry(
        id=f"say-{token}",
        ref=ref,
        token=token,
        text=f"{text} {token}",
        is_agent=ref == THREAD,
        delivers=delivers,
        acked_at=1.0,
    )


QUESTION, WISH, ADDED = entry(1, "where"), entry(2, "human"), entry(3, "also")
CLAIM = entry(4, "/claim", ref=THREAD)
HELLO = entry(5, "/reply hello", ref=THREAD, delivers=True)
BYE = entry(6, "/reply bye", ref=THREAD, delivers=True)
LEDGER = Ledger([QUESTION, WISH, ADDED, CLAIM, HELLO, BYE])


def line(speaker: Speaker, text: str, written: Entry | None = None) -> HistoryLine:
    message_id = written.id if written else None
    return HistoryLine(
        speaker=speaker, name="x", text=text, at=datetime.now(UTC), message_id=message_id
    )


def shown(turn: int, text: str, *, voice: str = "bot", position: int = 0) -> Shown:
    return Shown(
        id=f"r_{turn}-{position}", voice=voice, text=text, by_relevo=True, place=(turn, position)
    )


RIGHT = Evidence(
    outcomes={
        QUESTION.id: Outcome.ANSWERED,
        WISH.id: Outcome.HANDED_OVER,
        ADDED.id: Outcome.RELAYED,
        CLAIM.id: Outcome.NOTED,
        HELLO.id: Outcome.NOTED,
        BYE.id: Outcome.NOTED,
    },
    histories={
        CARLA: [
            line(Speaker.CUSTOMER, QUESTION.text, QUESTION),
            line(Speaker.BOT, "here"),
            line(Speaker.CUSTOMER, WISH.text, WISH),
            line(Speaker.MARKER, "handed over"),
            line(Speaker.BOT, "someone comes"),
            line(Speaker.CUSTOMER, ADDED.text, ADDED),
            line(Speaker.AGENT, "hello w5", HELLO),
            line(Speaker.AGENT, "bye w6", BYE),
        ]
    },
    shown={
        CARLA: [
            shown(0, "here"),
            shown(1, "someone comes"),
            shown(4, "hello w5", voice="agent"),
            shown(5, "bye w6", voice="agent"),
        ],
        THREAD: [
            shown(1, "briefing: human w2", position=1),
            shown(1, WISH.text, voice="customer", position=2),
            shown(2, ADDED.text, voice="customer"),
        ],
    },
    questions=["where", "human", "also", CLAIM.text, HELLO.text, BYE.text],
    threads=frozenset({THREAD}),
)


def test_what_is_right_is_not_complained_about() -> None:
    assert judge(LEDGER, RIGHT).complaints == []


def kinds(evidence: Evidence) -> set[str]:
    """Return the kinds of everything that the oracle finds wrong."""
    return {text.partition(":")[0] for text in judge(LEDGER, evidence).complaints}


@pytest.mark.parametrize(
    ("outcome", "kind"), [(None, "lost"), ("accepted", "silent"), (Outcome.DROPPED, "lost")]
)
@pytest.mark.parametrize("of", [QUESTION, CLAIM], ids=["customer", "agent"])
def test_outcomes(of: Entry, outcome: str | None, kind: str) -> None:
    assert kind in kinds(replace(RIGHT, outcomes={**RIGHT.outcomes, of.id: outcome}))


def with_history(lines: Sequence[HistoryLine]) -> Evidence:
    return replace(RIGHT, histories={CARLA: lines})


def test_what_was_handled() -> None:
    lines = list(RIGHT.histories[CARLA])
    assert kinds(with_history([*lines[:2], lines[0], *lines[2:]])) == {"doubled"}
    assert "lost" in kinds(with_history(lines[1:]))
    assert kinds(with_history([*lines[2:5], *lines[:2], *lines[5:]])) == {"disordered"}
    unanswered = [line for line in lines if line.speaker is not Speaker.BOT]
    assert kinds(with_history(unanswered)) == {"silent"}


def test_a_bot_that_speaks_for_an_agent() -> None:
    lines = list(RIGHT.histories[CARLA])
    claimed = line(Speaker.MARKER, "Ana took over")
    returned = line(Speaker.MARKER, "back with the bot: resolved")
    assert kinds(with_history([*lines[:1], claimed, *lines[1:]])) == {"overruled"}
    assert kinds(with_history([*lines[:1], claimed, returned, *lines[1:]])) == set()


def test_what_agents_have_done() -> None:
    assert kinds(replace(RIGHT, questions=[*RIGHT.questions, CLAIM.text])) == {"doubled"}
    assert kinds(replace(RIGHT, questions=RIGHT.questions[:-1])) == {"lost"}


def with_page(ref: str, lines: Sequence[Shown]) -> Evidence:
    return replace(RIGHT, shown={**RIGHT.shown, ref: lines})


@pytest.mark.parametrize("missing", range(4))
def test_what_a_customer_does_not_see(missing: int) -> None:
    lines = list(RIGHT.shown[CARLA])
    del lines[missing]
    assert kinds(with_page(CARLA, lines)) == {"silent"}


@pytest.mark.parametrize("twice", range(4))
def test_what_a_customer_sees_twice(twice: int) -> None:
    lines = list(RIGHT.shown[CARLA])
    again = replace(lines[twice], id="r_other", place=None)
    assert "doubled" in kinds(with_page(CARLA, [*lines, again]))
    assert "doubled" in kinds(with_page(CARLA, [*lines[: twice + 1], *lines[twice:]]))


def test_what_a_customer_sees_in_the_wrong_order() -> None:
    lines = list(RIGHT.shown[CARLA])
    assert kinds(with_page(CARLA, [lines[1], lines[0], *lines[2:]])) == {"disordered"}
    assert kinds(with_page(CARLA, [*lines[:2], lines[3], lines[2]])) == {"disordered"}


def test_what_agents_see() -> None:
    lines = list(RIGHT.shown[THREAD])
    assert "silent" in kinds(with_page(THREAD, [lines[0], lines[2]]))
    assert "doubled" in kinds(with_page(THREAD, [*lines, lines[2]]))
    assert kinds(with_page(THREAD, [lines[0], lines[2], lines[1]])) == {"disordered"}


def with_relayed(entry: Entry, evidence: Evidence) -> Evidence:
    return replace(evidence, outcomes={**evidence.outcomes, entry.id: Outcome.RELAYED})


def test_a_message_that_was_relayed_to_nobody() -> None:
    assert kinds(with_relayed(QUESTION, RIGHT)) == set(), "people took over: they have the question"
    lines = [line for line in RIGHT.histories[CARLA] if line.speaker is not Speaker.MARKER]
    assert kinds(with_relayed(QUESTION, with_history(lines))) == {"silent"}


def test_an_answer_that_was_withheld_is_not_missed() -> None:
    """The agent has the question then; only so many answers may be missing as were withheld."""
    lines = RIGHT.shown[CARLA]
    assert kinds(with_relayed(QUESTION, with_page(CARLA, lines[1:]))) == set()
    assert kinds(with_relayed(QUESTION, with_page(CARLA, lines[2:]))) == {"silent"}
