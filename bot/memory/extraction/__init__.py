"""Facts read out of what a customer states about themselves, without a model (English and Spanish).

- ``reading``: a message → what it states
- ``sentences``: which of its places state something at all: no question, quote, denial, plan
- ``phrasebook``: how people say it, compiled from the files in ``phrases`` by ``notation``
- ``values``: the kinds of values in phrases; ``rows``: several values one after the other
"""

from bot.memory.extraction.reading import Finding, findings

__all__ = ["Finding", "findings"]
