"""Documents in, grounded answers out.

The way of a document: ``origins`` (where it lies) → ``readers`` (bytes to blocks) → ``chunks``
(blocks to passages) → ``words`` and ``embedding`` (passages to terms and vectors) → ``index`` (one
file on disk); ``ingest`` with ``loading`` sees to it that a run is complete or not there at all,
``similar`` notices what is said twice, and ``reports`` says what was done. ``refreshing`` with its
child process ``refresh_worker`` reads again what lies elsewhere while Relevo runs.

The way of a question: ``questions`` with ``synonyms`` (weighted terms) → ``index.reader`` with
``ranking`` (passages with their evidence) → ``drafts``: ``sections`` with ``kinds`` (which passage
of a document answers, by what the question expects), ``units`` and ``excerpts`` (which sentences,
rows or steps of it), ``confidence`` (how likely it is right) → ``base`` (the ``KnowledgeBase`` that
all this makes).

How good all that is: ``evaluation`` asks labelled questions (``relevo eval``).

``documents``, ``sentences``, ``stopwords`` and ``languages`` are what these share. ``sample`` holds
the articles of the demo, ``sample_loader`` brings them in.
"""

from knowledge.base import EmbeddedKnowledge, open_embedded
from knowledge.ingest import IngestReport, ingest
from knowledge.refreshing import Refreshing
from knowledge.sample_loader import load_sample

__all__ = [
    "EmbeddedKnowledge",
    "IngestReport",
    "Refreshing",
    "ingest",
    "load_sample",
    "open_embedded",
]
