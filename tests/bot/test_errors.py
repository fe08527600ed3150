import asyncio

import pytest

from bot.vocabulary.errors import ConnectionLostError, StateUnavailableError, first_error


async def test_the_error_that_cancelled_the_others_is_found_through_nested_groups() -> None:
    async def fail(error: Exception, seconds: float) -> None:
        await asyncio.sleep(seconds)
        raise error

    async def fail_when_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise StateUnavailableError("second")

    async def nest() -> None:
        async with asyncio.TaskGroup() as inner:
            inner.create_task(fail(ConnectionLostError("first"), 0.01))
            inner.create_task(fail_when_cancelled())

    async def nest_once_more() -> None:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(fail_when_cancelled())
            outer.create_task(nest())

    with pytest.raises(ExceptionGroup) as caught:
        await nest_once_more()
    assert str(first_error(caught.value)) == "first"
