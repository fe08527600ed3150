"""The supervisor: adapters run again after any failure; a refused token stops one, or the start of all."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace

import pytest
from prometheus_client import REGISTRY
from typing_extensions import override

from bot.supervisor import Backoff, keep_receiving
from bot.vocabulary.errors import AuthenticationError, ConnectionLostError
from bot.vocabulary.messages import IncomingMessage, Platform
from bot.vocabulary.platforms import Intake
from tests.fakes import RecordingAdapter

QUICK = Backoff(first=0.001, longest=0.004, healthy=10, starting=0)


@dataclass
class Failing(RecordingAdapter):
    """Meets each run with the next failure; without one it receives until it is cancelled."""

    failures: deque[BaseException | None] = field(default_factory=deque[BaseException | None])
    runs: int = 0
    receiving: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def run(self, intake: Intake) -> None:
        self.runs += 1
        if self.failures:
            failure = self.failures.popleft()
            if failure is None:
                return
            raise failure
        self.receiving.set()
        await asyncio.Event().wait()


async def intake(_message: IncomingMessage) -> bool:
    await asyncio.sleep(0)
    return True


async def kept(*adapters: Failing) -> None:
    """Supervise until all adapters receive."""
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(keep_receiving(adapters, intake, backoff=QUICK))
        for adapter in adapters:
            await adapter.receiving.wait()
        keeping.cancel()


async def test_an_adapter_runs_again_whatever_ended_it() -> None:
    failures = [ConnectionLostError("gone"), KeyError("a bug"), None, ValueError("another")]
    adapter = Failing(failures=deque(failures))
    await kept(adapter)
    assert adapter.runs == 5


async def test_a_failing_platform_does_not_disturb_another() -> None:
    calm = Failing()
    moody = Failing(platform=Platform.SLACK, failures=deque([KeyError("x")] * 20))
    await kept(calm, moody)
    assert calm.runs == 1
    assert moody.runs == 21


async def test_refused_credentials_stop_one_platform_only() -> None:
    refused = Failing(platform=Platform.SLACK, failures=deque([AuthenticationError("token")]))
    calm = Failing(failures=deque([ConnectionLostError("gone")]))
    refused.receiving.set()
    await kept(calm, refused)
    assert refused.runs == 1
    assert REGISTRY.get_sample_value("relevo_adapter_up", {"platform": "slack"}) == 0
    assert REGISTRY.get_sample_value("relevo_adapter_up", {"platform": "playground"}) == 1


async def test_credentials_that_are_refused_at_the_start_end_it() -> None:
    """An operator who has mistyped a token shall see it now, not when customers are missed."""
    refused = Failing(platform=Platform.SLACK, failures=deque([AuthenticationError("wrong token")]))
    with pytest.raises(AuthenticationError, match="wrong token"):
        await keep_receiving([refused, Failing()], intake, backoff=replace(QUICK, starting=30))


async def test_when_all_credentials_are_refused_it_says_so() -> None:
    adapters = [Failing(failures=deque([AuthenticationError("wrong token")])) for _ in range(2)]
    with pytest.raises(AuthenticationError, match="wrong token"):
        await keep_receiving(adapters, intake, backoff=QUICK)


def test_pauses_grow_and_are_bounded() -> None:
    backoff = Backoff(first=1, longest=60)
    for failures in range(1, 100):
        full = min(60, 2 ** (failures - 1))
        assert full / 2 <= backoff.pause(failures) <= full
