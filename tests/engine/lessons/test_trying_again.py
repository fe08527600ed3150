"""To fail is not to find nothing: lessons wait for their learner, and none holds up the others for ever."""

import time

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from bot.engine.lessons.duty import MOST_TRIES
from tests.builders import a_customer
from tests.engine.lessons.kit import CUSTOMER, KEYS, School, SmallLearner


@pytest.fixture
def school(redis_client: Redis) -> School:
    return School(redis_client)


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("relevo_lessons_total", {"result": result}) or 0


async def test_what_can_not_be_learnt_now_waits(school: School) -> None:
    school.learner.refuses = "plan"
    await school.say("my plan is Pro")
    await school.learn()
    assert len(await school.waiting()) == 1
    assert await school.engine().sweeper.sweep() == 0, "not at once"
    school.learner.refuses = ""
    await school.pass_time()
    await school.learn()
    assert await school.facts() == {"plan": "Pro"}


async def test_each_pause_is_longer_up_to_an_hour(school: School) -> None:
    school.learner.refuses = "plan"
    await school.say("my plan is Pro")
    pauses: list[float] = []
    for _ in range(MOST_TRIES):
        await school.pass_time()
        await school.learn()
        due = await school.redis.zscore(KEYS.learning, str(CUSTOMER))
        assert due is not None
        pauses.append(round((due - time.time()) / 10) * 10)
    assert pauses == [60, 240, 960, 3600, 3600]


async def test_more_talk_does_not_hurry_a_learner_that_rests(school: School) -> None:
    school.learner.refuses = "plan"
    await school.say("my plan is Pro")
    await school.learn()
    await school.say("my version is 7")
    await school.learn()
    assert len(school.learner.read) == 1
    due = await school.redis.zscore(KEYS.learning, str(CUSTOMER))
    assert due is not None
    assert due > time.time() + 50


async def test_one_that_fails_is_given_up_and_the_others_are_learnt(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    before = counted("given_up"), counted("delayed")
    school.learner.refuses = "plan"
    await school.say("my plan is Pro")
    await school.say("my version is 7")
    for _ in range(MOST_TRIES):
        await school.pass_time()
        await school.learn()
    assert await school.facts() == {}
    await school.pass_time()
    await school.learn()
    await school.learn()
    assert await school.facts() == {"version": "7"}
    assert counted("given_up") == before[0] + 1
    assert counted("delayed") > before[1]
    assert "learning given up" in caplog.text
    assert "Pro" not in caplog.text


async def test_one_that_kills_its_workers_is_given_up_as_well(school: School) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    await school.say("my plan is Pro")
    await school.say("my version is 7")
    for _ in range(MOST_TRIES):
        school.learner.meanwhile = broken
        await school.pass_time()
        with pytest.raises(ZeroDivisionError):
            await school.learn()
    await school.pass_time()
    await school.learn()
    await school.learn()
    assert await school.facts() == {"version": "7"}


async def test_a_delay_holds_up_no_other_person(school: School) -> None:
    school.learner.refuses = "plan"
    await school.say("my version is 7", author=a_customer("Bea"))
    await school.say("my plan is Pro")
    await school.learn()
    assert await school.facts("person:playground:demo:bea") == {"version": "7"}
    assert len(await school.waiting()) == 2


async def test_at_last_it_is_learnt_by_whoever_needs_no_model(school: School) -> None:
    school.learner.refuses = "plan"
    school.simpler = SmallLearner()
    await school.say("my plan is Pro")
    for _ in range(MOST_TRIES):
        assert await school.facts() == {}
        await school.pass_time()
        await school.learn()
    assert await school.facts() == {"plan": "Pro"}
    assert len(school.simpler.read) == 1
    assert await school.waiting() == []
