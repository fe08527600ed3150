"""A Weaviate in memory, on loopback, to which the real client speaks.

REST and gRPC as weaviate-client 4.23 uses them, the latter on the client's own generated stubs. It
refuses what a real server refuses where that has bitten somebody: a missing tenant, a vector of
another length, a filter on what has no index, a cursor beside a filter, more than 10,000 results.

- ``server``   starts and stops both listeners
- ``service``  gRPC: search, batches, deletion, counts, tenants
- ``rest``     HTTP: meta, schema, tenants, one object
- ``shelf``    collections, tenants, objects
- ``schemas``  what a server adds to a schema that it is given
- ``filters``  which objects a filter means
- ``ranking``  BM25, cosine and their fusion
- ``values``   protobuf to Python and back
- ``faults``   what goes wrong on purpose
"""

from tests.weaviate_double.faults import Fault
from tests.weaviate_double.server import WeaviateDouble, running_weaviate

__all__ = ["Fault", "WeaviateDouble", "running_weaviate"]
