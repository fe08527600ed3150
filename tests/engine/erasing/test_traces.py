"""Whose a line of a conversation is: of a shared place exactly what one wrote, and what was said to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.engine import codec
from bot.engine.erasing.traces import StoredPlace, Traces, Whose
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.memory import identity_at
from bot.vocabulary.messages import Author
from bot.vocabulary.turns import Lane
from tests.builders import a_message
from tests.memory_kit import a_place

GROUP = a_place("C1", "1.1")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
PEOPLE = ("UA", "UB", "UC")
ME = identity_at(GROUP, "UA")

TURNS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(1, 3), st.booleans(), st.booleans()),
    max_size=12,
)
"""Who, how many messages, whether the bot answers, whether the author is not noted, as once upon a time."""


def stored(lines: list[HistoryLine], case: Case | None = None) -> StoredPlace:
    state = {"case": codec.dumps(codec.case, case)} if case else {}
    return StoredPlace(
        ref=GROUP,
        state=state,
        history=[codec.dumps(codec.history_line, line) for line in lines],
        receipts=(),
        gaps=(),
        cases=(),
        mailbox=(),
        lessons=(),
        lanes={lane: () for lane in Lane},
        words={},
        learnt={},
    )


def mine(lines: list[HistoryLine], case: Case | None = None, **fields: object) -> list[str]:
    whose = Whose(identities=frozenset({ME}), is_direct=False)
    traces = Traces(stored(lines, case), replace(whose, **fields))
    return [item.value.text for item in traces.lines]


def a_line(speaker: Speaker, name: str, number: int, *, author: str | None) -> HistoryLine:
    at = NOON + timedelta(seconds=number)
    return HistoryLine(speaker=speaker, name=name, text=f"{name} {number}", at=at, author_id=author)


@given(TURNS)
def test_of_a_group_it_is_what_they_wrote_and_what_was_answered_to_that(
    turns: list[tuple[str, int, bool, bool]],
) -> None:
    lines: list[HistoryLine] = []
    theirs: list[str] = []
    knows_name = any(user == "UA" and not is_old for user, _, _, is_old in turns)
    for user, count, answers, is_old in turns:
        author = None if is_old else identity_at(GROUP, user)
        said = [a_line(Speaker.CUSTOMER, user, len(lines) + n, author=author) for n in range(count)]
        if answers:
            said.append(a_line(Speaker.BOT, "Relevo", len(lines) + count, author=None))
        lines += said
        if user == "UA" and (knows_name or not is_old):
            theirs += [line.text for line in said]
    assert mine(lines) == theirs


def test_what_agents_say_belongs_to_whose_case_it_is() -> None:
    agent = "slack:T1:UAGENT"
    lines = [
        a_line(Speaker.CUSTOMER, "UA", 0, author=ME),
        a_line(Speaker.MARKER, "relevo", 1, author=None),
        a_line(Speaker.CUSTOMER, "UB", 2, author=identity_at(GROUP, "UB")),
        a_line(Speaker.AGENT, "Ana", 3, author=agent),
        a_line(Speaker.NOTE, "Ana", 4, author=agent),
    ]
    case = Case(
        id="K1",
        conversation=GROUP,
        customer="UA",
        customer_id="UA",
        language="en",
        status=CaseStatus.CLAIMED,
        reason=CaseReason.REQUESTED,
        opened_at=NOON + timedelta(seconds=1),
        changed_at=NOON + timedelta(seconds=1),
    )
    assert mine(lines, case) == ["UA 0", "relevo 1", "Ana 3", "Ana 4"]
    assert mine(lines, replace(case, customer_id="UB")) == ["UA 0"]


def test_what_came_later_is_not_among_it() -> None:
    lines = [a_line(Speaker.CUSTOMER, "UA", number, author=ME) for number in range(4)]
    assert mine(lines, until=NOON + timedelta(seconds=1)) == ["UA 0", "UA 1"]
    assert mine(lines, until=NOON + timedelta(seconds=1), is_direct=True) == ["UA 0", "UA 1"]


def test_what_may_have_come_later_is_left_to_be_answered() -> None:
    """Telegram tells whole seconds: what it says came at noon may have come until a second later."""
    sent = (-1, 0, 0.2, 0.4)
    messages = [
        a_message(
            f"sent {seconds}",
            conversation=GROUP,
            author=Author(user_id="UA", display_name="Una"),
            sent_at=NOON + timedelta(seconds=seconds),
        )
        for seconds in sent
    ]
    place = replace(stored([]), mailbox=[codec.dumps(codec.incoming, one) for one in messages])
    until = NOON + timedelta(seconds=0.3)
    traces = Traces(place, Whose(identities=frozenset({ME}), is_direct=True, until=until))
    assert [item.value.text for item in traces.messages] == ["sent -1", "sent 0.2"]
