"""A conversation that is over becomes one episode, and what comes later another."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.engine.keys import ConversationKeys
from tests.builders import a_conversation, a_customer
from tests.engine.lessons.kit import CARLA, CUSTOMER, KEYS, KilledError, School


@pytest.fixture
def school(redis_client: Redis) -> School:
    return School(redis_client)


async def due(school: School) -> float | None:
    return await school.redis.zscore(KEYS.learning, str(CUSTOMER))


async def test_silence_ends_a_conversation(school: School) -> None:
    await school.say("my printer is broken")
    await school.learn()
    assert await school.problems() == []
    at = await due(school)
    assert at is not None
    assert 1790 < at - time.time() < 1801
    await school.pass_time()
    await school.learn()
    [episode] = (await school.shelf.memory()).episodes
    assert (episode.problem, episode.author_ids) == ("my printer is broken", (CARLA,))
    assert await due(school) is None


async def test_who_goes_on_talking_is_not_interrupted(school: School) -> None:
    await school.say("my printer is broken")
    await school.learn()
    await school.redis.zadd(KEYS.learning, {str(CUSTOMER): 0})
    await school.learn()
    assert await school.problems() == []
    assert school.learner.concluded == []
    at = await due(school)
    assert at is not None
    assert at > time.time() + 1790


async def test_what_comes_after_an_episode_is_another_one(school: School) -> None:
    for text in ("my printer is broken", "and the scanner"):
        await school.say(text)
        await school.pass_time()
        await school.learn()
        await school.pass_time()
        await school.learn()
    assert await school.problems() == ["my printer is broken", "and the scanner"]
    first, second = (await school.shelf.memory()).episodes
    assert school.learner.concluded == [None, first.ended_at]
    assert first.ended_at < second.began_at


async def test_it_is_concluded_once(school: School) -> None:
    await school.say("my printer is broken")
    await school.pass_time()
    for _ in range(3):
        await school.learn()
        await school.pass_time()
        await school.engine().sweeper.sweep()
    assert len(school.learner.concluded) == 1


async def test_an_open_case_goes_on_and_its_end_is_an_episode_at_once(school: School) -> None:
    await school.say("a human please")
    await school.pass_time()
    await school.learn()
    assert await school.problems() == []
    assert await due(school) is None, "only its end is waited for"
    await school.agent("/reply hello")
    await school.pass_time()
    await school.learn()
    await school.agent("/resolve")
    assert await school.engine().sweeper.sweep() == 1
    await school.learn()
    [episode] = (await school.shelf.memory()).episodes
    assert episode.problem == "a human please"
    assert episode.author_ids == (CARLA,)
    assert await school.redis.hget(KEYS.learnt, "over") is None


async def test_a_case_that_is_open_again_by_then_goes_on(school: School) -> None:
    await school.say("a human please")
    await school.agent("/resolve")
    await school.say("a human please")
    await school.learn()
    assert await school.problems() == []
    await school.agent("/resolve")
    await school.learn()
    assert await school.problems() == ["a human please"]


async def test_a_case_closed_while_the_last_one_is_concluded_is_not_lost(school: School) -> None:
    await school.say("a human please")
    await school.agent("/resolve")

    async def meanwhile() -> None:
        await school.say("another human please")
        await school.agent("/resolve")

    school.shelf.written = meanwhile
    await school.learn()
    assert await school.engine().sweeper.sweep() == 1
    await school.learn()
    assert len(await school.problems()) == 2


async def test_talk_of_agents_alone_is_no_episode(school: School) -> None:
    await school.say("a human please")
    await school.agent("/resolve")
    await school.learn()
    await school.agent("he called again")
    await school.pass_time()
    await school.learn()
    assert len(school.learner.concluded) == 1
    assert await due(school) is None


async def test_what_was_said_with_memory_off_is_never_concluded(school: School) -> None:
    school.shelf.silent.add(CARLA)
    await school.say("my printer is broken")
    await school.pass_time()
    await school.learn()
    school.shelf.silent.clear()
    await school.say("and the scanner")
    await school.pass_time()
    await school.learn()
    assert await school.problems() == ["and the scanner"]


async def test_an_episode_of_a_shared_place_needs_the_leave_of_all(school: School) -> None:
    square = a_conversation("square")
    bea = a_customer("Bea")
    group = "group:playground:demo:square"
    await school.say("my printer is broken", conversation=square, is_direct=False)
    await school.say("mine too", conversation=square, is_direct=False, author=bea)
    await school.pass_time(square)
    await school.learn(square)
    [episode] = (await school.shelf.memory(group)).episodes
    assert episode.author_ids == ("playground:demo:bea", CARLA)
    school.shelf.silent.add("playground:demo:bea")
    await school.say("and the scanner", conversation=square, is_direct=False)
    await school.say("oh no", conversation=square, is_direct=False, author=bea)
    await school.pass_time(square)
    await school.learn(square)
    assert len(await school.problems(group)) == 1


async def test_two_persons_in_one_direct_place_leave_no_episode_to_either(school: School) -> None:
    await school.say("my printer is broken")
    await school.say("mine too", author=a_customer("Bea"))
    await school.pass_time()
    await school.learn()
    assert await school.problems() == []
    assert await school.problems("person:playground:demo:bea") == []


async def test_what_was_said_before_an_erasure_is_in_no_episode(school: School) -> None:
    message = await school.say("my printer is broken")
    await school.say("and the scanner")
    school.shelf.erased[CARLA] = message.sent_at
    await school.pass_time()
    await school.learn()
    assert await school.problems() == []


async def test_an_erased_conversation_is_passed_over(school: School) -> None:
    await school.say("my printer is broken")
    await school.redis.delete(KEYS.history)
    await school.pass_time()
    await school.learn()
    assert school.learner.concluded == []
    assert await due(school) is None


async def test_what_can_not_be_learnt_holds_up_no_episode(school: School) -> None:
    school.learner.refuses = "plan"
    await school.say("my plan is Pro")
    await school.pass_time()
    await school.learn()
    assert await school.problems() == ["my plan is Pro"]
    assert len(await school.waiting()) == 1
    school.learner.refuses = ""
    await school.pass_time()
    await school.learn()
    assert await school.facts() == {"plan": "Pro"}
    assert len(school.learner.concluded) == 1


async def killed() -> None:
    raise KilledError


@pytest.mark.parametrize("more", [False, True], ids=["", "who wrote again"])
async def test_a_worker_that_dies_after_it_has_concluded_leaves_one_episode(
    school: School, *, more: bool
) -> None:
    await school.say("my printer is broken")
    await school.learn()
    await school.pass_time()
    school.shelf.written = killed
    with pytest.raises(KilledError):
        await school.learn()
    if more:
        await school.say("and the scanner")
    await school.pass_time()
    await school.learn()
    [episode] = (await school.shelf.memory()).episodes
    assert episode.problem == "my printer is broken"
    assert (episode.ended_at - episode.began_at).total_seconds() >= 0
    assert await due(school) is None


async def test_who_wrote_while_it_was_concluded_begins_the_next(school: School) -> None:
    await school.say("my printer is broken")
    await school.learn()
    await school.pass_time()

    async def meanwhile() -> None:
        await school.say("and the scanner")

    school.shelf.written = meanwhile
    await school.learn()
    await school.pass_time()
    await school.learn()
    await school.pass_time()
    await school.learn()
    assert await school.problems() == ["my printer is broken", "and the scanner"]


async def test_nothing_of_a_finished_conversation_stays_for_ever(school: School) -> None:
    await school.say("my plan is Pro")
    await school.learn()
    await school.pass_time()
    await school.learn()
    keys = ConversationKeys(CUSTOMER)
    assert 0 < await school.redis.ttl(keys.learnt) <= 90 * 86_400
    assert await school.redis.hkeys(keys.learnt) == ["direct", "since"]
    since = cast("str | None", await school.redis.hget(keys.learnt, "since"))
    assert since is not None
    assert datetime.fromisoformat(since) < datetime.now(UTC)


async def test_threads_of_one_shared_place_share_its_memory(school: School) -> None:
    threads = [replace(a_conversation("square"), thread_id=name) for name in ("1", "2")]
    for number, thread in enumerate(threads):
        await school.say(f"problem {number}", conversation=thread, is_direct=False)
        await school.pass_time(thread)
    await school.learn(threads[0])
    await school.learn(threads[1])
    assert await school.problems("group:playground:demo:square") == ["problem 0", "problem 1"]
