"""What customers get when the model's server fails, is slow, or sends what it should not."""

import asyncio
import socket

import pytest

from bot.vocabulary.knowledge import Answer
from knowledge import EmbeddedKnowledge
from knowledge.model import Deadlines
from knowledge.model.failures import REASONS, Failure
from tests.knowledge.model.kit import PATIENT, Room, citing, reply
from tests.knowledge.model.server import Ending, ModelServer, Says

GOOD = "The refund takes 5 days."
LATE = Deadlines(first_token=0.3, inter_token=20.0, total=40.0)
STALLED = Deadlines(first_token=20.0, inter_token=0.3, total=40.0)
SLOW = Deadlines(first_token=20.0, inter_token=20.0, total=0.4)
"""One clock each that runs out, whatever else the machine does."""


def was_quoted(answer: Answer, failure: Failure) -> bool:
    """Whether the answer is a quotation, and its receipt says why."""
    return (
        "refund takes 5 days" in answer.text
        and answer.text != GOOD
        and f"quoted, for {REASONS[failure]}" in answer.confidence.reasons
    )


@pytest.mark.parametrize(
    ("says", "failure"),
    [
        (Says(status=401), Failure.KEY),
        (Says(status=403), Failure.KEY),
        (Says(status=404), Failure.MODEL),
        (Says(status=429), Failure.LIMIT),
        (Says(status=500), Failure.SERVER),
        (Says(status=503), Failure.SERVER),
        (Says(status=400), Failure.REQUEST),
        (Says(text=reply((GOOD, "p1")), upto=2, ending="cut"), Failure.UNREACHABLE),
        (Says(text=reply((GOOD, "p1")), upto=2, ending="error_event"), Failure.SERVER),
        (Says(text=reply((GOOD, "p1")), upto=2, ending="garbage_event"), Failure.FORMAT),
        (Says(text=""), Failure.EMPTY),
        (Says(text=" \n\t "), Failure.EMPTY),
        (Says(refusal="I can't help with that."), Failure.EMPTY),
        (Says(text=reply((GOOD, "p1"))[:40], finish="length"), Failure.TOO_LONG),
        (Says(text=reply((GOOD, "p1"))[:40], finish="content_filter"), Failure.REFUSED),
        (Says(text="word " * 50, forever=True), Failure.TOO_LONG),
        (Says(text="x" * 10_000_000, size=10_000_000), Failure.TOO_LONG),
        (Says(tool=("delete_everything", '{"really": true}')), Failure.EMPTY),
        (Says(text="I would say: 5 days."), Failure.FORMAT),
        (Says(text="[1, 2"), Failure.FORMAT),
        (Says(text='{"answer": "5 days"}'), Failure.FORMAT),
        (Says(text='{"answerable": "yes", "claims": []}'), Failure.FORMAT),
        (Says(text='{"answerable": NaN, "claims": []}'), Failure.FORMAT),
        (
            Says(text='{"answerable": true, "claims": [{"text": NaN, "sources": []}]}'),
            Failure.FORMAT,
        ),
        (Says(text='{"answerable": true, "claims": [{"text": "", "sources": 1}]}'), Failure.FORMAT),
        (Says(text='{"answerable": true, "claims": ' + "[" * 3000), Failure.FORMAT),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, Failure) else None,
)
async def test_the_customer_gets_a_quotation_instead(
    room: Room, server: ModelServer, says: Says, failure: Failure
) -> None:
    server.always = says
    answer = await room.ask()
    assert was_quoted(answer, failure), answer.confidence.reasons
    assert room.drafts == []


async def test_a_server_that_is_not_there(embedded: EmbeddedKnowledge) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        room = Room(ModelServer(port=nobody.getsockname()[1]), embedded)
        assert was_quoted(await room.ask(), Failure.UNREACHABLE)


@pytest.mark.parametrize(
    ("says", "deadlines", "failure"),
    [
        (Says(text="x", first=asyncio.Event()), LATE, Failure.LATE),
        (Says(text=" ", pause=0.01, forever=True), LATE, Failure.LATE),
        (Says(text=reply((GOOD, "p1")), upto=2, ending="hang"), STALLED, Failure.STALLED),
        (Says(text=reply((GOOD, "p1")), size=1, pause=0.05), SLOW, Failure.SLOW),
    ],
    ids=["no first words", "only white space", "silence in the middle", "drip by drip"],
)
async def test_a_slow_model_is_waited_for_only_so_long(
    server: ModelServer,
    embedded: EmbeddedKnowledge,
    says: Says,
    deadlines: Deadlines,
    failure: Failure,
) -> None:
    server.always = says
    room = Room(server, embedded, deadlines=deadlines)
    assert was_quoted(await room.ask(), failure)
    async with asyncio.timeout(20):
        await server.left.wait()


@pytest.mark.parametrize("ending", ["cut", "error_event", "garbage_event", "hang"])
async def test_half_an_answer_is_replaced_by_the_quotation_and_no_other_model_asked(
    server: ModelServer, embedded: EmbeddedKnowledge, ending: Ending
) -> None:
    """What was seen may not be all: the rest of it may have said "but not for sale items"."""

    def write(body: dict[str, object]) -> Says:
        says = citing(GOOD, "You can send anything back within 30 days.")(body)
        assert isinstance(says, Says)
        # All of the first claim, and a little of the second.
        says.size, says.upto = says.text.index("You can send") + 5, 1
        says.ending = ending
        return says

    server.always = write
    room = Room(server, embedded, second=True, deadlines=STALLED)
    answer = await room.ask()
    assert [draft.text for draft in room.drafts] == [GOOD]
    assert "refund takes 5 days" in answer.text
    assert answer.text != GOOD
    assert server.models_asked == ["small"]


@pytest.mark.parametrize(
    "says",
    [Says(status=500), Says(status=401), Says(text="no JSON"), Says(refusal="No."), Says(text="")],
    ids=["error", "key", "form", "refusal", "empty"],
)
async def test_the_second_model_is_asked_once(
    server: ModelServer, embedded: EmbeddedKnowledge, says: Says
) -> None:
    server.says.append(says)
    server.always = citing(GOOD)
    room = Room(server, embedded, second=True)
    assert (await room.ask()).text == GOOD
    assert server.models_asked == ["small", "second"]


async def test_both_models_fail(server: ModelServer, embedded: EmbeddedKnowledge) -> None:
    server.always = Says(status=503)
    room = Room(server, embedded, second=True)
    assert was_quoted(await room.ask(), Failure.SERVER)
    assert server.models_asked == ["small", "second"]


async def test_a_model_that_keeps_failing_is_left_alone(room: Room, server: ModelServer) -> None:
    server.always = Says(status=500)
    for _ in range(5):
        await room.ask()
    assert was_quoted(await room.ask(), Failure.RESTING)
    assert len(server.asked) == 5


async def test_replies_of_no_use_do_not_stop_the_model_for_others(
    room: Room, server: ModelServer
) -> None:
    """Customers could provoke them."""
    server.always = Says(text="I was told to write no JSON.")
    for _ in range(6):
        await room.ask()
    server.always = citing(GOOD)
    assert (await room.ask()).text == GOOD


async def test_a_provider_that_asks_for_rest_gets_it_at_once(
    room: Room, server: ModelServer
) -> None:
    server.always = Says(status=429, retry_after="30")
    await room.ask()
    assert was_quoted(await room.ask(), Failure.RESTING)
    assert len(server.asked) == 1


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_retry_after_that_says_nothing_is_passed_over(
    room: Room, server: ModelServer, value: str
) -> None:
    server.says.append(Says(status=429, retry_after=value))
    server.always = citing(GOOD)
    await room.ask()
    assert (await room.ask()).text == GOOD


@pytest.mark.parametrize(
    "wrap",
    [
        "Here it is:\n```json\n{}\n```\nAnything else?",
        'A reply looks like {{"like": "this"}}, so: {}',
        "\ufeff\n\n{}\n\n",
        "{}" + " and so on" * 20,
    ],
    ids=["fence", "an example before", "white space", "talk behind"],
)
async def test_the_answer_is_found_within_talk(room: Room, server: ModelServer, wrap: str) -> None:
    server.always = lambda _: Says(text=wrap.format(reply((GOOD, "p1"))), size=5)
    assert (await room.ask()).text == GOOD


async def test_a_server_that_knows_no_schema_is_asked_in_words_from_then_on(
    room: Room, server: ModelServer
) -> None:
    def write(body: dict[str, object]) -> Says:
        if "response_format" in body:
            return Says(status=400, message="unknown field response_format")
        says = citing(GOOD)(body)
        assert isinstance(says, Says)
        return says

    server.always = write
    assert (await room.ask()).text == GOOD
    assert (await room.ask()).text == GOOD
    assert ["response_format" in body for body in server.asked] == [True, False, False]


async def test_what_comes_after_a_whole_answer_costs_it_nothing(
    server: ModelServer, embedded: EmbeddedKnowledge
) -> None:
    for ending in ("cut", "error_event", "hang"):
        server.says.append(Says(text=reply((GOOD, "p1")), ending=ending))
        room = Room(server, embedded, deadlines=PATIENT)
        assert (await room.ask()).text == GOOD
