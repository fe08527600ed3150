"""What people say is learnt after the turn: once, by whoever comes first, into the right memory."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.client.connection import run_command
from bot.engine.keys import LESSONS_KEPT, ConversationKeys
from bot.vocabulary.memory import Lesson, LessonKind, Memory, Slot
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import DeskTurn, Plan
from tests.builders import a_conversation, a_customer, a_message, an_agent
from tests.engine.lessons.kit import CARLA, CUSTOMER, KEYS, OPTIONS, KilledError, School
from tests.engine_kit import EchoHandler, build_engine


@pytest.fixture
def school(redis_client: Redis) -> School:
    return School(redis_client)


async def test_what_a_customer_says_is_known_after_the_turn(school: School) -> None:
    message = await school.say("hi, my plan is Pro")
    assert await school.facts() == {}, "not on the customer's clock"
    assert await school.engine().sweeper.sweep() == 1
    assert list(school.scheduler.lessons) == [str(CUSTOMER)]
    await school.learn()
    assert await school.facts() == {"plan": "Pro"}
    [lesson] = school.learner.read
    assert lesson == Lesson(
        kind=LessonKind.SAID,
        place=CUSTOMER,
        is_direct=True,
        author_id=CARLA,
        message_id=message.id,
        text="hi, my plan is Pro",
        at=message.sent_at,
        language="en",
    )
    assert await school.waiting() == []
    assert await school.engine().sweeper.sweep() == 0
    await school.learn()
    assert len(school.learner.read) == 1


async def test_an_edit_and_a_deletion_are_lessons_too(school: School) -> None:
    message = await school.say("my plan is Pro")
    await school.learn()
    await school.hear(replace(message, event_key="edit", kind=MessageKind.EDITED, text="no"))
    await school.learn()
    assert await school.facts() == {}
    message = await school.say("my version is 7")
    gone = replace(message, event_key="gone", kind=MessageKind.DELETED, text="")
    await school.learn()
    await school.hear(gone)
    await school.learn()
    assert [lesson.kind for lesson in school.learner.read] == [
        LessonKind.SAID,
        LessonKind.CHANGED,
        LessonKind.SAID,
        LessonKind.TAKEN_BACK,
    ]
    assert await school.facts() == {}


async def test_what_is_corrected_within_a_turn_is_one_lesson(school: School) -> None:
    message = a_message("my plan is Pro")
    edited = replace(message, event_key="edit", kind=MessageKind.EDITED, text="my plan is Team")
    gone = a_message("never mind")
    deleted = replace(gone, event_key="deletion", kind=MessageKind.DELETED, text="")
    await school.hear(message, edited, gone, deleted)
    await school.learn()
    assert [(lesson.kind, lesson.text) for lesson in school.learner.read] == [
        (LessonKind.SAID, "my plan is Team")
    ]


async def test_what_says_nothing_is_no_lesson(school: School) -> None:
    await school.say("", kind=MessageKind.PRESSED, action="rate:up")
    await school.say(" ")
    await school.say("my plan is Pro", author=replace(a_customer(), is_bot=True))
    await school.say("/link 1234 5678")
    await school.say("/link 1234 5678", kind=MessageKind.EDITED)
    assert await school.waiting() == []


async def test_direct_words_are_the_persons_and_shared_ones_the_groups(school: School) -> None:
    thread = replace(a_conversation("square"), thread_id="7")
    await school.say("my plan is Pro")
    await school.say("my plan is Team", conversation=thread, is_direct=False)
    await school.learn()
    await school.learn(thread)
    assert await school.facts() == {"plan": "Pro"}
    assert await school.facts("group:playground:demo:square") == {"plan": "Team"}


async def test_each_ones_words_are_their_own(school: School) -> None:
    square = a_conversation("square")
    await school.say("my plan is Pro", conversation=square)
    await school.say("my plan is Team", conversation=square, author=a_customer("Bea"))
    await school.learn(square)
    assert await school.facts() == {"plan": "Pro"}
    assert await school.facts("person:playground:demo:bea") == {"plan": "Team"}


async def test_who_has_switched_it_off_is_not_even_read(school: School) -> None:
    await school.say("my plan is Pro")
    school.shelf.silent.add(CARLA)
    await school.learn()
    assert school.learner.read == []
    assert await school.waiting() == []


async def test_what_was_said_before_an_erasure_is_dropped(school: School) -> None:
    message = await school.say("my plan is Pro")
    school.shelf.erased[CARLA] = message.sent_at
    await school.say("my version is 7")
    await school.learn()
    assert await school.facts() == {"version": "7"}


async def test_without_memory_nothing_is_kept_to_be_learnt(redis_client: Redis) -> None:
    school = School(redis_client)
    engine = build_engine(redis_client, school.adapter, school.handler, options=OPTIONS)
    await engine.inbox.accept(a_message("my plan is Pro"))
    await engine.worker.serve(str(CUSTOMER))
    assert engine.learning is None
    assert not await run_command(redis_client, "KEYS", "*learn*")
    assert not await run_command(redis_client, "KEYS", "*lesson*")


async def test_a_turn_takes_no_more_round_trips_for_it(redis_client: Redis) -> None:
    async def sent(school: School, *, teaches: bool) -> int:
        adapter, handler = school.adapter, school.handler
        engine = (
            school.engine()
            if teaches
            else build_engine(redis_client, adapter, handler, options=OPTIONS)
        )
        await engine.inbox.accept(a_message("my plan is Pro"))
        await run_command(redis_client, "CONFIG", "RESETSTAT")
        await engine.worker.serve(str(CUSTOMER))
        stats = await run_command(redis_client, "INFO", "commandstats")
        return stats["cmdstat_evalsha"]["calls"] + stats.get("cmdstat_eval", {}).get("calls", 0)

    school = School(redis_client)
    await sent(school, teaches=False)
    assert await sent(school, teaches=True) == await sent(school, teaches=False)


async def test_it_is_learnt_a_while_after_the_turn(school: School) -> None:
    school.options = replace(OPTIONS, learn=60)
    before = time.time()
    await school.say("my plan is Pro")
    due = await school.redis.zscore(KEYS.learning, str(CUSTOMER))
    assert due is not None
    assert before + 59 < due < time.time() + 61
    await school.say("and then")
    assert await school.redis.zscore(KEYS.learning, str(CUSTOMER)) == due, "talk delays nothing"
    await school.learn()
    assert school.learner.read == []


async def test_unlearnt_lessons_are_bounded_and_end(school: School) -> None:
    for number in range(3):
        texts = [a_message(f"my version is {number}{place}") for place in range(20)]
        await school.hear(*texts)
    assert len(await school.waiting()) == 60
    filler = (await school.waiting())[0]
    await school.redis.rpush(KEYS.lessons, *[filler] * LESSONS_KEPT)
    await school.say("my plan is Pro")
    assert len(await school.waiting()) == LESSONS_KEPT
    assert await school.redis.ttl(KEYS.lessons) > 0
    assert await school.redis.ttl(KEYS.learnt) > 0


async def test_a_long_queue_is_learnt_from_bit_by_bit(school: School) -> None:
    for number in range(3):
        await school.hear(*(a_message(f"my version is {number}{place}") for place in range(15)))
    while await school.waiting():
        assert await school.engine().sweeper.sweep() == 1
        await school.learn()
    assert await school.facts() == {"version": "214"}
    assert len(school.learner.read) == 45


async def test_of_many_workers_one_learns(school: School) -> None:
    await school.say("my plan is Pro")
    await asyncio.gather(*(school.learn() for _ in range(8)))
    assert len(school.learner.read) == 1
    assert school.shelf.writes == 1


async def test_two_conversations_of_one_person_lose_nothing_to_each_other(school: School) -> None:
    other = a_conversation("c2")
    await school.say("my plan is Pro")
    await school.say("my version is 7", conversation=other)

    async def meanwhile() -> None:
        await school.learn(other)

    school.learner.meanwhile = meanwhile
    await school.learn()
    assert await school.facts() == {"plan": "Pro", "version": "7"}


async def test_one_that_was_overtaken_changes_nothing_twice(school: School) -> None:
    """A worker that hangs longer than its lease: another learns, and what it finds then is known."""
    await school.say("my plan is Pro")

    async def meanwhile() -> None:
        await school.pass_time()
        await school.learn()
        await school.say("my plan is Team")

    school.learner.meanwhile = meanwhile
    await school.learn()
    assert len(await school.waiting()) == 1, "the slow one drops no lesson that it has not read"
    await school.pass_time()
    await school.learn()
    memory = await school.shelf.memory()
    assert [fact.value for fact in memory.facts] == ["Team"]
    assert [fact.value for fact in memory.replaced] == ["Pro"]


async def killed() -> None:
    raise KilledError


@pytest.mark.parametrize("place", ["while it reads", "after it wrote"])
async def test_a_worker_that_dies_leaves_its_lessons_to_the_next(
    school: School, place: str
) -> None:
    await school.say("my plan is Pro")
    await school.learn()
    await school.say("my plan is Team")
    if place == "while it reads":
        school.learner.meanwhile = killed
    else:
        school.shelf.written = killed
    with pytest.raises(KilledError):
        await school.learn()
    assert len(await school.waiting()) == 1
    await school.learn()
    assert len(school.learner.read) == 2, "the dead one still has it"
    await school.pass_time()
    assert await school.engine().sweeper.sweep() == 1
    await school.learn()
    memory = await school.shelf.memory()
    assert [fact.value for fact in memory.facts] == ["Team"]
    assert [fact.value for fact in memory.replaced] == ["Pro"]
    assert await school.waiting() == []


class Noting(EchoHandler):
    """Notes the customer's plan with each message of an agent."""

    @override
    async def desk_turn(self, turn: DeskTurn) -> Plan:
        plan = await super().desk_turn(turn)
        lesson = Lesson(
            kind=LessonKind.NOTED,
            place=CUSTOMER,
            is_direct=True,
            author_id=CARLA,
            message_id=turn.message.id,
            text=turn.message.text,
            at=turn.at,
            language="en",
            slot=Slot.PLAN,
            noted_by="playground:demo:ana",
        )
        return replace(plan, lessons=(lesson,))


async def test_what_an_agent_notes_is_learnt_as_well(redis_client: Redis) -> None:
    school = School(redis_client, handler=Noting())
    await school.say("a human please")
    await school.learn()
    await school.agent("Pro")
    await school.learn()
    [fact] = (await school.shelf.memory()).facts
    assert (fact.value, fact.author_id) == ("Pro", "playground:demo:ana")


async def test_a_lesson_of_another_version_is_passed_over(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    await school.redis.rpush(KEYS.lessons, '{"kind": "unheard of", "text": "secret"}')
    await school.say("my plan is Pro")
    await school.learn()
    assert await school.facts() == {"plan": "Pro"}
    assert await school.waiting() == []
    assert "secret" not in caplog.text


async def test_a_mark_without_anything_to_learn_goes_away(school: School) -> None:
    await school.redis.zadd(KEYS.learning, {str(CUSTOMER): 0})
    await school.learn()
    assert await school.redis.exists(KEYS.learning, KEYS.learnt) == 0


async def test_nobody_is_known_for_nothing(school: School) -> None:
    await school.say("hello there")
    await school.learn()
    assert school.shelf.writes == 0
    assert await school.shelf.memory() == Memory()


async def test_a_flood_is_not_learnt_from(school: School) -> None:
    at = datetime.now(UTC)
    await school.hear(*(a_message("x" * 9000, sent_at=at) for _ in range(2)))
    texts = [lesson for lesson in await school.waiting() if len(lesson) > 5000]
    assert texts == [], "facts stand in short messages"


async def test_what_agents_say_is_no_lesson(school: School) -> None:
    await school.say("a human please")
    await school.agent("/reply my plan is Pro")
    await school.learn()
    desk = ConversationKeys(school.adapter.threads()[-1])
    assert await school.facts() == {}
    assert await school.redis.exists(desk.lessons, desk.learnt) == 0
    assert all(lesson.author_id == CARLA for lesson in school.learner.read)
    assert an_agent().user_id not in {lesson.author_id for lesson in school.learner.read}
