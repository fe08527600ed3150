"""Documents in, grounded answers out.

The way of a document: ``origins`` (where it lies) → ``readers`` (bytes to blocks) → ``chunks``
(blocks to passages) → ``language`` and ``embedding`` (passages to terms and vectors) → ``index`` (one
file on disk); ``loading`` sees to it that a run is complete or not there at all, and that what lies
elsewhere is read again.

The way of a question: ``questions`` (weighted terms) → one of the ``stores`` (``index.reader`` or
``weaviate``) with ``ranking`` (passages with their evidence) → ``answering`` (an answer in words, and how
likely it is right) → ``base`` (the ``KnowledgeBase`` that all this makes). ``breaker`` keeps it from
waiting for a service that is down, ``calls`` bounds how long one may take.

Where the settings ask for it, ``reranking`` lets a model order what a store has found.

With a language model it is ``model`` that answers, from the same passages.

``wording`` puts agents' texts into other words and other languages.

What stands around every answer: ``guards`` (personal data, claims, links, topics).

How good all that is: ``evaluation`` asks labelled questions (``relevo eval``); ``gaps`` shows which
questions of customers found no good answer (``relevo kb gaps``). ``documents`` is what a
reader gives, ``labels`` for whom and until when it holds; ``sample`` holds the articles of the demo.
"""

from knowledge.answering.freshness import DatedKnowledge
from knowledge.base import EmbeddedKnowledge, open_embedded
from knowledge.guards.guarded import GuardedKnowledge
from knowledge.guards.rules import AnswerRule, AnswerRules
from knowledge.guards.style import AnswerStyle
from knowledge.loading.ingest import IngestReport, ingest
from knowledge.loading.refreshing import Refreshing
from knowledge.loading.sample import load_sample

__all__ = [
    "AnswerRule",
    "AnswerRules",
    "AnswerStyle",
    "DatedKnowledge",
    "EmbeddedKnowledge",
    "GuardedKnowledge",
    "IngestReport",
    "Refreshing",
    "ingest",
    "load_sample",
    "open_embedded",
]
