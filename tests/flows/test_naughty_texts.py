"""Whatever people write: nobody is met with silence, and nothing ends among the dead letters."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import all_partitions
from bot.texts import LANGUAGES, say
from knowledge import load_sample, open_embedded
from tests.builders import a_conversation, a_message
from tests.engine_kit import outcome_of
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty-strings"
OWN = [
    " ",
    "\n\n\t",
    "\x00",
    "a" * 40_000,
    "¿" * 5_000,
    "👩‍👩‍👧‍👦" * 500,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    "\u202eright to left",
    "\U000e0041\U000e0042 tags",
    "' OR 1=1 --",
    '"NEAR(" AND * ^ {}',
    "{agent} {0} %s $(id)",
    "<script>alert(1)</script>",
    "/",
    "/ human",
    "//",
    "case:claim",
]


def naughty_texts() -> list[str]:
    rows: list[str] = []
    for file in sorted(NAUGHTY.glob("*.jsonl")):
        rows += [json.loads(line)["text"] for line in file.read_text("utf-8").split("\n") if line]
    return rows


async def survive(flow: Flow, redis: Redis, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        flow.customer = a_conversation(f"n{number}")
        message = a_message(text, conversation=flow.customer)
        shown = await flow.arrive(message)
        assert shown, f"silence for {text[:60]!r}"
        assert all(line.strip() for line in shown)
        assert await outcome_of(redis, message) not in {None, "accepted", "dropped"}
    dead = [f"rv:{{{partition}}}:dead" for partition in all_partitions()]
    assert await run_command(redis, "EXISTS", *dead) == 0


async def test_our_own_list(redis_client: Redis, tmp_path: Path) -> None:
    load_sample(tmp_path)
    knowledge = open_embedded(tmp_path)
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    flow.use(knowledge)
    await survive(flow, redis_client, OWN)
    await knowledge.close()


@pytest.mark.skipif(not NAUGHTY.is_dir(), reason="../shared/data/naughty-strings is not here")
async def test_the_big_list_of_naughty_strings(redis_client: Redis, tmp_path: Path) -> None:
    texts = naughty_texts()
    assert len(texts) > 100
    load_sample(tmp_path)
    knowledge = open_embedded(tmp_path)
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    flow.use(knowledge)
    await survive(flow, redis_client, texts)
    await knowledge.close()


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_catalogue_values_are_never_templates(text: str, language: str) -> None:
    assert text in say("handoff.claimed_desk", language, agent=text)
