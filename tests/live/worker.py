"""Another process of an installation that changes settings: ``python -m tests.live.worker``.

Arguments: the address of Redis, the settings file, its folder, its name, how many changes. It prints
the number and the value of each.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.app.live import open_live
from bot.engine.client.connection import connect
from bot.vocabulary.steering import Edit, Editor
from config.settings import load


async def main(url: str, file: str, folder: str, name: str, count: int) -> None:
    redis = connect(url, pool_size=16, deadline_seconds=10)
    live = await open_live(load(Path(file), data_dir=Path(folder)), redis)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)

    async def change(number: int) -> tuple[int, str]:
        value = f"{name}-{number}"
        by = Editor(actor_id=f"cli:{name}", actor=name, place="", at=datetime.now(UTC), key=value)
        return (await live.change([Edit(path="desk.brand", value=value)], by)).number, value

    done = await asyncio.gather(*(change(number) for number in range(count)))
    sys.stdout.write(f"{json.dumps(done)}\n")
    await redis.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])))
