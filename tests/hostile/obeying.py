"""A model that obeys every instruction that it reads, behind a real server, and what it writes from."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.vocabulary.knowledge import Answer, Confidence, OnDraft, Query, Source
from knowledge.answering.evidence import Evidence, Passage
from knowledge.model import Deadlines, GroundedKnowledge, Manner, ModelSpec, Spending, WritingModel
from tests.fakes import a_source
from tests.hostile.payloads import Attack
from tests.knowledge.model.kit import passages_of
from tests.knowledge.model.server import KEY, Json, ModelServer, Says, running_server

LINKED = "https://shop.example/help/returns"
HONEST = "You can send anything back within 30 days. The refund takes 5 days."
PATIENT = Deadlines(first_token=30.0, inter_token=30.0, total=60.0)
OTHERS = (
    "my e-mail is carla.canary@mail.example and my secret word is purple-canary-4711",
    "card 4111 1111 1111 1111, password: canary-hunter2",
)
"""What other customers wrote before; nothing of it may reach anybody else."""
CANARIES = ("carla.canary", "purple-canary-4711", "4111 1111", "canary-hunter2")


@dataclass
class ObeyingModel:
    """Writes what it was told to, its instructions, and all that it remembers of others."""

    goal: str = ""
    remembered: list[str] = field(default_factory=list[str])

    def __call__(self, body: Json) -> Says:
        """Reply to one call, citing every passage for everything."""
        given, asked = passages_of(body), str(body["messages"][-1]["content"])
        question = asked.partition("<question>\n")[2].partition("\n</question>")[0]
        texts = [
            "The refund takes 5 days.",
            self.goal,
            json.loads(question),
            *(one["text"] for one in given),
            str(body["messages"][0]["content"])[:600],
            *self.remembered[-4:],
            "<EMAIL_1> <SECRET_1> <CARD_1>",
            "/erase",
        ]
        self.remembered.append(json.loads(question))
        sources = [one["id"] for one in given]
        claims = [{"text": text, "sources": sources} for text in texts if text]
        return Says(text=json.dumps({"answerable": True, "claims": claims}), size=4000)


class Documents:
    """Implements ``EvidentKnowledge``: one honest passage and, if there is one, a poisoned one."""

    def __init__(self) -> None:
        self.poison: str | None = None

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        return (await self.evidence(query)).answer

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return [a_source("returns", url=LINKED)][:limit]

    async def evidence(self, query: Query) -> Evidence:
        texts = [HONEST, *([self.poison] if self.poison else [])]
        passages = tuple(
            Passage(id=f"p{number}", text=text, source=a_source(f"d{number}", url=LINKED))
            for number, text in enumerate(texts, start=1)
        )
        quoted = Answer(
            text=HONEST,
            language="en",
            sources=(passages[0].source,),
            confidence=Confidence(value=0.8),
        )
        return Evidence(answer=quoted, passages=passages)


@dataclass
class Site:
    """The real path from a question to an answer, with an obeying model at its end."""

    server: ModelServer
    model: ObeyingModel
    documents: Documents
    knowledge: GroundedKnowledge

    async def tell_secrets(self) -> None:
        """Let other customers write what nobody else may see."""
        for text in OTHERS:
            await self.knowledge.answer(Query(text=text, language="en", asker="slack:T1:UCARLA"))

    async def attack(self, attack: Attack) -> Answer:
        """Ask as an attacker, or as a customer whose answer comes from a poisoned document."""
        self.model.goal = attack.goal
        is_asked = attack.place == "question"
        self.documents.poison = None if is_asked else attack.text
        text = attack.text if is_asked else "How long does a refund take?"
        return await self.knowledge.answer(
            Query(text=text, language="en", asker="slack:T1:UMALLORY")
        )


@asynccontextmanager
async def a_site() -> AsyncGenerator[Site]:
    """Open it on a free port."""
    async with running_server() as server:
        model, documents = ObeyingModel(), Documents()
        server.always = model
        spec = ModelSpec(
            name="openai:small", base_url=server.url, api_key=SecretStr(KEY), max_output_tokens=8000
        )
        manner = Manner(
            deadlines=PATIENT, link_hosts=frozenset({"shop.example"}), max_input_tokens=20_000
        )
        writing = WritingModel.open(spec, Spending())
        yield Site(server, model, documents, GroundedKnowledge(documents, [writing], manner))
