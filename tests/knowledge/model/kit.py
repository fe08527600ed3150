"""A small knowledge base, a model that writes from it, and what a test says and sees of both."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.vocabulary.budgets import Budget, NoBudget, Prices
from bot.vocabulary.knowledge import Answer, Query
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.model import Deadlines, GroundedKnowledge, Manner, ModelSpec, Spending, WritingModel
from knowledge.model.client import Client, open_client
from tests.knowledge.model.server import KEY, Json, ModelServer, Says

DOCUMENTS = {
    "returns.md": (
        "# Returns\n\n## How long does a refund take?\n\n"
        "You can send anything back within 30 days. The refund takes 5 days."
    ),
    "delivery.md": "# Delivery\n\nParcels to Spain need three days. Express parcels need one day.",
    "cards.md": "# Gift cards\n\nGift cards are valid for two years.",
    "hours.md": "# Opening hours\n\nThe shop in Madrid opens at nine.",
    "invoices.md": "# Invoices\n\nYou find your invoices in your account.",
    "sizes.md": "# Sizes\n\nOur pans come in three sizes.",
    "cleaning.md": "# Cleaning\n\nWash your pans by hand and dry them at once.",
    "warranty.md": "# Warranty\n\nThe warranty on pans lasts ten years. It covers the handle too.",
}
QUESTION = "How long does a refund take?"
PATIENT = Deadlines(first_token=20.0, inter_token=20.0, total=40.0)
"""For tests in which nothing is late, on however slow a machine."""


def fill(folder: Path, documents: dict[str, str] = DOCUMENTS) -> EmbeddedKnowledge:
    """An index of a few documents."""
    files = folder / "help"
    files.mkdir(parents=True)
    for name, text in documents.items():
        (files / name).write_text(text, encoding="utf-8")
    knowledge = open_embedded(folder / "data")
    ingest(knowledge, [files])
    return knowledge


@dataclass
class Room:
    """The knowledge base under test; its models are asked at ``server``."""

    server: ModelServer
    embedded: EmbeddedKnowledge
    deadlines: Deadlines = PATIENT
    budget: Budget = field(default_factory=NoBudget)
    second: bool = False
    manner: dict[str, Any] = field(default_factory=dict[str, Any])
    spec: dict[str, Any] = field(default_factory=dict[str, Any])
    drafts: list[Answer] = field(default_factory=list[Answer])

    def __post_init__(self) -> None:
        names = ["openai:small", "openai:second"] if self.second else ["openai:small"]
        spending = Spending(budget=self.budget, prices=Prices(input=1.0, output=2.0))
        self.models = [WritingModel.of(opened(self._spec(name)), spending) for name in names]
        manner = Manner(deadlines=self.deadlines, **self.manner)
        self.knowledge = GroundedKnowledge(self.embedded, self.models, manner)

    async def ask(self, text: str = QUESTION, language: str = "en", **fields: Any) -> Answer:
        """Ask, and note how the answer grows."""
        self.drafts.clear()

        async def on_draft(draft: Answer) -> None:
            self.drafts.append(draft)

        return await self.knowledge.answer(Query(text=text, language=language, **fields), on_draft)

    def _spec(self, name: str) -> ModelSpec:
        spec = ModelSpec(name=name, base_url=self.server.url, api_key=SecretStr(KEY))
        return replace(spec, **self.spec)


@cache
def _model_of(spec: ModelSpec) -> Client:
    return open_client(spec)


def opened(spec: ModelSpec) -> Client:
    """A client that no other test has loosened; opening one anew takes a while each time."""
    known = _model_of(spec)
    return Client(spec, known.model, known.form)


def reply(*claims: tuple[str, str], answerable: bool = True) -> str:
    """A reply of the agreed form: (text, id of its source) each."""
    written = [{"text": text, "sources": [source]} for text, source in claims]
    return json.dumps({"answerable": answerable, "claims": written}, ensure_ascii=False)


def passages_of(body: Json) -> list[Json]:
    """The passages that a call has brought."""
    lines = body["messages"][-1]["content"].partition("<passages>\n")[2]
    inside = lines.partition("\n</passages>")[0]
    return [json.loads(line) for line in inside.splitlines()]


def asked_of(body: Json) -> str:
    """What follows the passages: earlier questions, the question, the language."""
    return body["messages"][-1]["content"].partition("</passages>\n")[2]


def citing(*texts: str, **fields: Any) -> Callable[[Json], Says]:
    """A model that writes these sentences, each citing the passage with most of its words."""

    def write(body: Json) -> Says:
        given = passages_of(body)
        claims = [(text, _nearest(text, given)) for text in texts]
        return Says(text=reply(*claims), **fields)

    return write


def _nearest(text: str, given: list[Json]) -> str:
    words = set(text.lower().split())
    return max(given, key=lambda one: len(words & set(one["text"].lower().split())))["id"]
