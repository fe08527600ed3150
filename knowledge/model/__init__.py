"""Answers written by a language model, from the passages that were found and from nothing else.

``grounded`` wraps the knowledge base that quotes: it fits the passages into a ``prompt``, lets one
``model`` after the other write (``client`` opens it through LangChain, ``streaming`` reads what comes
under three deadlines, ``calling`` pays, counts and lets one that fails rest, ``failures`` names what
went wrong), reads the reply claim by claim (``reply``), keeps what its passages say (``writing``) and judges the whole
(``confidence``). ``tokens`` estimates lengths, ``metrics`` counts, ``check`` is for ``relevo doctor``.

``facts`` reads out of customers' messages what they state about themselves, in the form of ``stated``.
"""

from knowledge.model.calling import Spending, WritingModel
from knowledge.model.check import check_model
from knowledge.model.client import ModelSpec
from knowledge.model.facts import ModelFactWriter
from knowledge.model.grounded import EvidentKnowledge, GroundedKnowledge, Manner
from knowledge.model.streaming import Deadlines

__all__ = [
    "Deadlines",
    "EvidentKnowledge",
    "GroundedKnowledge",
    "Manner",
    "ModelFactWriter",
    "ModelSpec",
    "Spending",
    "WritingModel",
    "check_model",
]
