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
from knowledge.model.prompt import Asked, Prompt, build_prompt
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
    """Seconds of the clock and of the processor, question by question."""

    clock: list[float] = field(default_factory=list[float])
    processor: list[float] = field(default_factory=list[float])

    @contextmanager
    def taken(self) -> Generator[None]:
        begun = time.perf_counter(), time.process_time()
        yield
        self.clock.append(time.perf_counter() - begun[0])
        self.processor.append(time.process_time() - begun[1])

    def without(self, others: "Times") -> "Times":
        """The difference, question by question."""
        return Times(
            [whole - part for whole, part in zip(self.clock, others.clock, strict=True)],
            [whole - part for whole, part in zip(self.processor, others.processor, strict=True)],
        )

    def show(self, title: str) -> None:
        figures: dict[str, object] = {}
        for name, values in (("", self.clock), ("processor, ", self.processor)):
            warm = [1000 * value for value in values[WARM_UP:]]
            figures |= {f"{name}p{at}, ms": round(percentile(warm, at), 1) for at in (50, 95)}
        show(title, figures)


async def measure(knowledge: EmbeddedKnowledge, model: WritingModel) -> None:
    grounded = GroundedKnowledge(knowledge, [model], Manner())
    quoted, bare, written, first = Times(), Times(), Times(), list[float]()
    count = 0
    for query in questions():
        with quoted.taken():
            await knowledge.answer(query)
        prompt = await prompt_for(knowledge, query)
        with bare.taken():
            async for _ in model.client.write(prompt, model.client.form):
                pass
        begun = time.perf_counter()
        drafts: list[float] = []

        async def on_draft(_: Answer, drafts: list[float] = drafts) -> None:
            drafts.append(time.perf_counter())

        with written.taken():
            answer = await grounded.answer(query, on_draft)
        first += [moment - begun for moment in drafts[:1]]
        count += any("of the model stand in" in reason for reason in answer.confidence.reasons)
    show(f"{len(written.clock)} questions one at a time, {count} answered by the stand-in", {})
    quoted.show("without a model")
    bare.show("the call alone, through LangChain's client")
    written.show("with the stand-in")
    written.without(bare).show("Relevo's own part of that")
    figures = {f"p{at}, ms": round(1000 * percentile(first[WARM_UP:], at), 1) for at in (50, 95)}
    show("until the first sentence is shown", figures)


async def prompt_for(knowledge: EmbeddedKnowledge, query: Query) -> Prompt:
    evidence = await knowledge.evidence(query)
    asked = Asked(question=query.text, earlier=(), language=query.language)
    return build_prompt(asked, evidence.passages, most_tokens=6000)


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
