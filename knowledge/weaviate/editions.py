"""What readers must know of one published state of the documents.

An edition is a small object that says which passages count, and beside it one object a language with
its words, and one with the list of documents. Readers take the number of the present edition with each
search: as that one object is replaced, all of them go over at once.
"""

import base64
import dataclasses
import json
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from weaviate import WeaviateAsyncClient
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter
from weaviate.collections.classes.filters import FilterReturn
from weaviate.exceptions import WeaviateQueryError

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import Vectors
from knowledge.index.spelling import Speller
from knowledge.ranking import Statistics
from knowledge.weaviate.shape import EDITIONS, FORM, NAMESPACE, tenant_of

PRESENT = uuid.uuid5(NAMESPACE, "present edition")
DOCUMENTS = "documents"


class MissingError(KnowledgeUnavailableError):
    """Raised when nothing that this Relevo can read has been published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One published state.

    ``index`` names the index that it was published from and ``content`` its state; ``languages``
    are passages and mean length by language, ``mean`` the mean of all vectors as base64 of 32-bit
    numbers; ``labels`` are all combinations of audience and tags. ``published_at`` is ISO 8601 in
    UTC.
    """

    number: int
    form: int = FORM
    collection: str
    fingerprint: str
    index: str
    content: str
    documents: int
    languages: dict[str, tuple[int, float]]
    labels: tuple[str, ...]
    mean: str
    published_at: str

    def misfit(self, built_with: str) -> str:
        """Why a Relevo whose index is ``built_with`` this can't read it, in a sentence; or nothing."""
        if self.form != FORM:
            return (
                "The documents in Weaviate were published by another version of Relevo: use the "
                "same one on all machines and run 'relevo kb publish'."
            )
        if self.fingerprint != built_with:
            return (
                f"The documents in Weaviate were built with {self.fingerprint!r}, but Relevo now "
                f"uses {built_with!r}: use the same embeddings on all machines and run 'relevo kb "
                "publish'."
            )
        return ""

    @property
    def passages(self) -> int:
        """How many passages it holds."""
        return sum(count for count, _ in self.languages.values())

    def holding(self) -> list[FilterReturn]:
        """What a passage must be for this edition to hold it."""
        return [
            Filter.by_property("since").less_or_equal(self.number),
            Filter.by_property("until").greater_than(self.number),
        ]

    def mean_vector(self) -> Vectors:
        """The mean of all vectors."""
        return np.frombuffer(base64.b64decode(self.mean), dtype="<f4")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A ``Vocabulary``: the words of one language in one edition."""

    language: str
    passages: int
    mean_length: float
    frequencies: Mapping[str, int]
    spellings: Sequence[str]

    def statistics(self, names: Iterable[str]) -> Statistics:
        """In how many passages each term stands."""
        found = {name: self.frequencies[name] for name in names if name in self.frequencies}
        return Statistics(passages=self.passages, mean_length=self.mean_length, frequencies=found)

    def speller(self) -> Speller:
        """The spellings of the documents."""
        return self._speller

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.spellings)


async def present(client: WeaviateAsyncClient, tenant: str) -> Edition | None:
    """The present edition; None when nothing has been published for this tenant.

    It may be of another form: these fields are those of all forms, but its passages are not ours.
    """
    try:
        content = await _content(client, tenant, PRESENT)
    except WeaviateQueryError as error:
        if "tenant not found" in str(error) or "could not find class" in str(error):
            return None
        raise
    if content is None:
        return None
    fields = cast("dict[str, Any]", json.loads(content))
    languages = {code: (int(n), float(mean)) for code, (n, mean) in fields["languages"].items()}
    read: dict[str, Any] = fields | {"languages": languages, "labels": tuple(fields["labels"])}
    # What a later Relevo has added is passed over.
    return Edition(**{one.name: read[one.name] for one in dataclasses.fields(Edition)})


async def read_words(client: WeaviateAsyncClient, tenant: str, of: Edition, language: str) -> Words:
    """The words of one language.

    Raises:
        MissingError: They are not there, as when another edition has taken the place of this one.
    """
    found = await _part(client, tenant, of.number, language)
    passages, mean_length = of.languages[language]
    return Words(
        language=language,
        passages=passages,
        mean_length=mean_length,
        frequencies=found["frequencies"],
        spellings=found["spellings"],
    )


async def read_documents(
    client: WeaviateAsyncClient, tenant: str, of: Edition
) -> list[dict[str, Any]]:
    """The documents as they were published.

    Raises:
        MissingError: They are not there.
    """
    return (await _part(client, tenant, of.number, DOCUMENTS))["documents"]


async def make_present(client: WeaviateAsyncClient, tenant: str, edition: Edition) -> None:
    """Let readers go over to an edition, all at once."""
    content = json.dumps(asdict(edition), ensure_ascii=False)
    await _put(client, tenant, PRESENT, {"kind": "present", "content": content})


async def put_part(
    client: WeaviateAsyncClient, tenant: str, number: int, name: str, content: Any
) -> None:
    """Store the words of a language or the list of documents of an edition."""
    fields = {"kind": "part", "edition": number, "content": pack(content)}
    await _put(client, tenant, part_id(number, name), fields)


def part_id(number: int, name: str) -> uuid.UUID:
    """The id of the words of a language, or of the list of documents, of one edition."""
    return uuid.uuid5(NAMESPACE, f"{number} {name}")


def pack(content: Any) -> str:
    """JSON in few bytes: the words of a language are some hundred kilobytes."""
    return base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()


async def _put(
    client: WeaviateAsyncClient, tenant: str, name: uuid.UUID, fields: dict[str, Any]
) -> None:
    objects = tenant_of(client, EDITIONS, tenant)
    await objects.data.insert_many([DataObject(uuid=name, properties=fields)])


async def _part(client: WeaviateAsyncClient, tenant: str, number: int, name: str) -> Any:
    content = await _content(client, tenant, part_id(number, name))
    if content is None:
        raise MissingError(
            "Weaviate lacks a part of the documents that were published: run 'relevo kb publish'."
        )
    return json.loads(zlib.decompress(base64.b64decode(content)))


async def _content(client: WeaviateAsyncClient, tenant: str, name: uuid.UUID) -> str | None:
    objects = tenant_of(client, EDITIONS, tenant)
    found: Any = await objects.query.fetch_object_by_id(name, return_properties=["content"])
    return None if found is None else str(found.properties["content"])
