"""A worker that dies by SIGKILL while it learns, as often as it is asked to.

It reads names of failpoints from its standard input. At each it forks a process that learns from the test's
conversation and is killed when it passes that point, and prints what signal ended it.
"""

import asyncio
import os
import signal
import sys

from bot.engine.client.connection import connect
from bot.vocabulary.failpoints import FailpointName, arm
from tests.engine.lessons.kit import School


def kill_at(point: str) -> None:
    """Let this process end at once when it passes a failpoint."""

    def pass_by(name: FailpointName) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(pass_by)


async def learn(url: str) -> None:
    """Learn once from the test's conversation."""
    redis = connect(url, pool_size=4, deadline_seconds=5)
    await School(redis).learn()
    await redis.aclose()


def main(url: str) -> None:
    """Die at each point that is asked for."""
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            kill_at(line.strip())
            asyncio.run(learn(url))
            os._exit(0)
        _, status = os.waitpid(worker, 0)
        sys.stdout.write(f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
