"""Collections, properties and names in Weaviate.

Passages of one form and one length of vectors share a collection, each installation as a tenant. A new
form or embedder gets a collection beside it, and readers go over with the next edition: so nothing is
ever changed under them. A property that is only added needs no new form.
"""

import uuid
from typing import Any

from weaviate import WeaviateAsyncClient
from weaviate.classes.config import Configure, DataType, Property, Tokenization
from weaviate.classes.tenants import Tenant
from weaviate.collections import CollectionAsync
from weaviate.collections.classes.config import StopwordsPreset

FORM = 1
PASSAGES = "RelevoPassages"
EDITIONS = "RelevoEditions"
VECTOR = "words"
FOREVER = 2_147_483_647
"""``until`` of a passage that no edition has left out yet."""
NAMESPACE = uuid.UUID("6f1d8f0a-3f0b-4d53-9d2f-4a1c0b7f5a11")
Objects = CollectionAsync[Any, Any]


def passages_name(dimensions: int) -> str:
    """The collection of passages whose vectors have this length."""
    return f"{PASSAGES}{FORM}x{dimensions}"


def tenant_of(client: WeaviateAsyncClient, collection: str, tenant: str) -> Objects:
    """One installation's objects in a collection."""
    return client.collections.use(collection).with_tenant(tenant)


async def prepare(client: WeaviateAsyncClient, tenant: str, dimensions: int) -> None:
    """Make the collections, properties and tenants that are missing."""
    for name, properties in ((passages_name(dimensions), _PASSAGE), (EDITIONS, _EDITION)):
        if not await client.collections.exists(name):
            await client.collections.create(
                name,
                description=f"Written and read by Relevo, form {FORM}.",
                properties=properties,
                # Said of both, so that no module of the server's ever reads the documents.
                vector_config=[Configure.Vectors.self_provided(name=VECTOR)],
                inverted_index_config=Configure.inverted_index(
                    # Words are marked with their language; none is left out by another's list.
                    stopwords_preset=StopwordsPreset.NONE
                ),
                multi_tenancy_config=Configure.multi_tenancy(enabled=True),
            )
        collection = client.collections.use(name)
        known = {one.name for one in (await collection.config.get()).properties}
        for one in properties:
            if one.name not in known:
                await collection.config.add_property(one)
        if tenant not in await collection.tenants.get():
            await collection.tenants.create([Tenant(name=tenant)])


def _texts(
    *names: str,
    filtered: bool = False,
    searched: bool = False,
    parted: Tokenization | None = None,
) -> list[Property]:
    """Text, which without more is only read."""
    return [
        Property(
            name=name,
            data_type=DataType.TEXT,
            index_filterable=filtered,
            index_searchable=searched,
            tokenization=parted,
        )
        for name in names
    ]


def _whole(*names: str) -> list[Property]:
    """Text that is compared as a whole."""
    return _texts(*names, filtered=True, parted=Tokenization.FIELD)


def _words(*names: str) -> list[Property]:
    """Terms, as our own analysis makes them, parted by spaces."""
    return _texts(*names, searched=True, parted=Tokenization.WHITESPACE)


def _numbers(*names: str) -> list[Property]:
    return [Property(name=name, data_type=DataType.INT, index_range_filters=True) for name in names]


_PASSAGE = [
    *_whole("doc_id", "language", "audience", "labels"),
    *_words("title_terms", "heading_terms", "body_terms"),
    *_texts("title", "url", "headings", "text", "anchor", "tags", "review_by"),
    *_numbers("position", "page", "since", "until"),
]
"""``since`` is the first edition that holds a passage, ``until`` the first that holds it no more;
``labels`` are audience and tags in one text, which readers choose by."""
_EDITION = [*_whole("kind"), *_numbers("edition"), *_texts("content")]
