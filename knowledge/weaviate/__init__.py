"""Weaviate: a published copy of this machine's index, for many machines.

- ``options``     where it is and how long it may take
- ``connection``  the client, on an event loop of its own, each call with a deadline
- ``failures``    what it raises, in words
- ``shape``       collections, properties and names
- ``editions``    what readers must know of one published state of the documents
- ``local``       what the index has to publish
- ``publishing``  brings Weaviate in line with the index, and switches readers over at once
- ``cleaning``    marks, unmarks and deletes what is stored
- ``candidates``  a hybrid search among what the asker may see
- ``store``       the whole as a ``PassageStore``
- ``opening``     a knowledge base on it
- ``looking``     what ``relevo doctor`` says of it

Importing any of them but ``options`` imports the client, which takes a second: do it only when Weaviate
is set.
"""

from knowledge.weaviate.options import WeaviateOptions

__all__ = ["WeaviateOptions"]
