"""From the decision to hand over to the briefing in the agents' thread, over Slack's SDK and sockets.

    python -m benchmarks handover

Customers ask for a person one after the other on a loopback Slack (tests/platforms/slack) whose desk is
a channel there. The decision is the time of the receipt; the briefing is there when the server has the
thread's first message. The quiet time that ends a turn (``engine.join_seconds``) lies before the
decision and is shown apart.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.report import percentile, show
from bot.engine.client.connection import connect
from bot.engine.receipts import Receipts
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.messages import ConversationRef
from tests.flows.installation import installation
from tests.platforms.slack.stage import SlackStage, place, slack_stage
from tests.platforms.stage import Someone

CASES = 120
WARM_UP = 10
LONGEST_SECONDS = 30
WISH = "Please let me talk to a person"


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as name:
        folder = Path(name)
        async with EmbeddedServer(folder=folder / "redis", fsync="everysec") as server:
            redis = connect(server.url, pool_size=16, deadline_seconds=5)
            async with slack_stage() as stage:
                desk = installation(server.url, folder / "data", [stage], desk=stage)
                async with desk:
                    took = [await hand_over(stage, redis, number) for number in range(CASES)]
            await redis.aclose()
    _tell(took[WARM_UP:])


async def hand_over(stage: SlackStage, redis: Redis, number: int) -> tuple[float, float]:
    """Let a new customer ask; returns seconds from their message and from the decision on."""
    who, direct = Someone(user_id=f"U0BENCH{number:03}", name=f"C{number}"), f"D0BENCH{number:03}"
    stage.server.workspace.add_user(who.user_id, who.name)
    stage.server.workspace.add_channel(direct, is_im=True).members.add(who.user_id)
    before, begun, at = len(stage.threads()), time.perf_counter(), place(direct)
    await stage.write(at, WISH, who=who)
    while len(stage.threads()) == before:
        if time.perf_counter() - begun > LONGEST_SECONDS:
            raise RuntimeError(f"No briefing within {LONGEST_SECONDS} s.")
        await asyncio.sleep(0.001)
    shown, ended = datetime.now(UTC), time.perf_counter()
    return ended - begun, (shown - await _decided(redis, at)).total_seconds()


async def _decided(redis: Redis, conversation: ConversationRef) -> datetime:
    [receipt] = await Receipts(redis, deadline=5).latest(conversation, 1)
    return receipt.at


def _tell(took: list[tuple[float, float]]) -> None:
    for title, values in (
        ("from the decision to the briefing", [decided for _, decided in took]),
        ("from the customer's message to the briefing", [whole for whole, _ in took]),
    ):
        figures = {
            f"p{percent}, ms": round(percentile(values, percent) * 1000, 1)
            for percent in (50, 95, 100)
        }
        show(f"{title}, {len(values)} cases", figures)


if __name__ == "__main__":
    asyncio.run(main())
