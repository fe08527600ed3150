"""What Relevo adds to a model's time: search, prompt, client, reading, checks, drafts.

    python -m benchmarks model_overhead

A stand-in for a model (``model_stand_in``) answers at once, over a real socket in OpenAI's protocol. So
all that is measured is not the model. The same call through the bare client of
LangChain is measured beside it: the difference is Relevo's own part.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from benchmarks.report import percentile, show
from bot.vocabulary.knowledge import Answer, Query
from knowledge import EmbeddedKnowledge, load_sample, open_embedded
from knowledge.model import GroundedKnowledge, Manner, ModelSpec, Spending, WritingModel
from knowledge.model.prompt import Asked, build_prompt
from tests.knowledge.model.server import KEY

QUESTIONS = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "sample_questions.jsonl"
WARM_UP = 5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder, a_server() as url:
        load_sample(Path(folder))
        knowledge = open_embedded(Path(folder))
        spec = ModelSpec(name="openai:small", base_url=url, api_key=SecretStr(KEY))
        begun = time.perf_counter()
        model = WritingModel.open(spec, Spending())
        show("model opened", {"imports and all, s": round(time.perf_counter() - begun, 2)})
        asyncio.run(measure(knowledge, model))
        knowledge.close_now()


@dataclass
class Times:
    """Seconds, question by question."""

    quoted: list[float] = field(default_factory=list[float])
    bare: list[float] = field(default_factory=list[float])
    written: list[float] = field(default_factory=list[float])
    first: list[float] = field(default_factory=list[float])


async def measure(knowledge: EmbeddedKnowledge, model: WritingModel) -> None:
    grounded = GroundedKnowledge(knowledge, [model], Manner())
    times, written = Times(), 0
    for query in questions():
        times.quoted.append(await timed_quote(knowledge, query))
        times.bare.append(await timed_bare(knowledge, model, query))
        written += await timed_answer(grounded, query, times)
    added = [whole - bare for whole, bare in zip(times.written, times.bare, strict=True)]
    show(f"answers to {len(added)} questions, {written} of them written, one at a time", {})
    for name, values in (
        ("without a model", times.quoted),
        ("the call through the bare client", times.bare),
        ("with the stand-in, first sentence", times.first),
        ("with the stand-in, whole", times.written),
        ("Relevo's own part of it", added),
    ):
        warm = values[WARM_UP:]
        figures = {f"p{at}, ms": round(1000 * percentile(warm, at), 1) for at in (50, 95)}
        show(name, figures)


async def timed_quote(knowledge: EmbeddedKnowledge, query: Query) -> float:
    begun = time.perf_counter()
    await knowledge.answer(query)
    return time.perf_counter() - begun


async def timed_bare(knowledge: EmbeddedKnowledge, model: WritingModel, query: Query) -> float:
    evidence = await knowledge.evidence(query)
    asked = Asked(question=query.text, earlier=(), language=query.language)
    prompt = build_prompt(asked, evidence.passages, most_tokens=6000)
    begun = time.perf_counter()
    async for _ in model.client.write(prompt, model.client.form):
        pass
    return time.perf_counter() - begun


async def timed_answer(grounded: GroundedKnowledge, query: Query, times: Times) -> bool:
    drafts: list[float] = []

    async def on_draft(draft: Answer) -> None:
        del draft
        drafts.append(time.perf_counter())

    begun = time.perf_counter()
    answer = await grounded.answer(query, on_draft)
    times.written.append(time.perf_counter() - begun)
    times.first += [moment - begun for moment in drafts[:1]]
    return any("of the model stand in" in reason for reason in answer.confidence.reasons)


def questions() -> list[Query]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Query(text=row["question"], language=row["lang"]) for row in rows]


@contextmanager
def a_server() -> Generator[str]:
    """Start the stand-in beside us, so that its work takes no time of ours; gives its address."""
    command = [sys.executable, "-m", "benchmarks.model_stand_in"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
