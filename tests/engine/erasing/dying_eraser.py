"""A worker that dies by SIGKILL in the midst of an erasure, as often as it is asked to.

It reads numbers from its standard input. For each it forks a process that does the erasures that are due and is
killed when it passes the failpoint of that number, and prints what signal ended it: 0 when it came to its end.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.engine.client.connection import connect
from bot.engine.keys import all_partitions
from bot.vocabulary.failpoints import FailpointName, arm
from tests.engine.erasing.erasing_kit import a_town
from tests.memory_kit import stores_on


def kill_at(number: int) -> None:
    """Let this process end at once when it passes the failpoint of a number."""
    passed = 0

    def pass_by(_: FailpointName) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(pass_by)


async def erase(url: str, folder: Path) -> None:
    """Do what is due."""
    redis = connect(url, pool_size=4, deadline_seconds=5)
    town = await a_town(redis, await stores_on(redis), folder)
    for partition in all_partitions():
        await town.ending.erasing.work(partition)
    await redis.aclose()


def main(url: str, folder: str) -> None:
    """Die at each failpoint that is asked for."""
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            kill_at(int(line))
            asyncio.run(erase(url, Path(folder)))
            os._exit(0)
        _, status = os.waitpid(worker, 0)
        sys.stdout.write(f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
