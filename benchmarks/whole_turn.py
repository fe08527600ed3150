"""A whole turn without a language model, on the sample knowledge and a real server.

    python -m benchmarks whole_turn

From the accepted message to the shown reply, through inbox, wake-up, language, understanding,
retrieval, policy, stored plan and send; one question at a time, the sample's own 100 questions.
Quick messages are not waited for (``join`` 0), so that the figure is work and not patience.
"""

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.engine_worker import NotingPlatform
from benchmarks.report import percentile, show
from bot.app import build_detector, build_dispatcher, build_knowledge, read_settings
from bot.engine.client.connection import connect
from bot.engine.engine import Engine, EngineOptions
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from knowledge import load_sample

QUESTIONS = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "sample_questions.jsonl"


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        settings = read_settings(data_dir=Path(folder))
        detector = build_detector(settings)
        detector.load()
        begun = time.perf_counter()
        load_sample(settings.data_dir)
        show("sample knowledge", {"loaded in, s": round(time.perf_counter() - begun, 2)})
        async with EmbeddedServer(folder=Path(folder) / "redis", fsync="always") as server:
            platform = NotingPlatform()
            redis = connect(server.url, pool_size=64, deadline_seconds=5)
            async with open_docket(server.url) as docket:
                adapters: dict[Platform, ChatAdapter] = {Platform.PLAYGROUND: platform}
                knowledge = build_knowledge(settings)
                engine = Engine(
                    redis,
                    DocketScheduler(docket, deadline=5),
                    adapters=adapters,
                    handler=build_dispatcher(settings, knowledge, detector, adapters),
                    authority=Authority(),
                    options=EngineOptions(join=0),
                )
                register(docket, engine.duties)
                async with asyncio.TaskGroup() as tasks:
                    working = tasks.create_task(engine.work(docket))
                    took = [
                        await ask(engine, platform, number, text) for number, text in questions()
                    ]
                    working.cancel()
            await redis.aclose()
    warm = took[5:]
    figures = {name: round(percentile(warm, value) * 1000, 1) for name, value in
               (("p50, ms", 50), ("p95, ms", 95), ("max, ms", 100))}  # fmt: skip
    show(f"whole turn, {len(warm)} questions, one at a time", figures)
    show("first question of a process", {"ms": round(took[0] * 1000, 1)})


def questions() -> list[tuple[int, str]]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return list(enumerate(json.loads(line)["question"] for line in lines))


async def ask(engine: Engine, platform: NotingPlatform, number: int, text: str) -> float:
    """Ask as a new customer and wait for the reply; seconds."""
    before = len(platform.noted)
    begun = time.monotonic()
    await engine.inbox.accept(
        IncomingMessage(
            event_key=f"e{number}",
            id=f"m{number}",
            conversation=ConversationRef(
                platform=Platform.PLAYGROUND, tenant_id="b", channel_id=f"c{number}"
            ),
            author=Author(user_id="u", display_name="Carla"),
            text=text,
            sent_at=datetime.now(UTC),
        )
    )
    while len(platform.noted) == before:  # noqa: ASYNC110
        await asyncio.sleep(0.0005)
    return platform.noted[-1][0] - begun


if __name__ == "__main__":
    uvloop.run(main())
