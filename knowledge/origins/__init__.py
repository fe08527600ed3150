"""Places that documents come from, and how each is gathered.

An origin gives files for the readers, each with the source that it is remembered by, the place that
names its documents and, for a web page, its address. What lies elsewhere is fetched into a
temporary folder first, so that the index is written only once everything is there.

- ``values``      what an origin is and what it gives
- ``recognise``   which kind of origin a path or an address is
- ``local``       files, folders and patterns
- ``git``         repositories; ``git_guard`` lets no git outlive Relevo
- ``web``         pages and sitemaps; ``visit`` walks through them
- ``addresses``   which web addresses may be fetched
- ``fetcher``     fetches them, from checked addresses alone
- ``bodies``      what servers send, bounded
- ``sitemap``     reads sitemaps
"""

from knowledge.origins.addresses import WebRules
from knowledge.origins.recognise import (
    address_of,
    open_origin,
    recognise,
    without_credentials,
)
from knowledge.origins.values import (
    Gathered,
    Gathering,
    Item,
    Note,
    OnProgress,
    Origin,
    OriginError,
    OriginGoneError,
    OriginKind,
    Validators,
)

__all__ = [
    "Gathered",
    "Gathering",
    "Item",
    "Note",
    "OnProgress",
    "Origin",
    "OriginError",
    "OriginGoneError",
    "OriginKind",
    "Validators",
    "WebRules",
    "address_of",
    "open_origin",
    "recognise",
    "without_credentials",
]
