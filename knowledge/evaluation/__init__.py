"""How good the answers are, measured on labelled questions.

- ``labelled``: reads questions with the documents and answers that are right for them
- ``metrics``: the figures, as pure functions of ranks, confidences and rights
- ``run``: asks a knowledge base all of them and sums up
- ``fitting``: fits the confidence to them; ``risk``: from which confidence on answers are right often enough
"""

from knowledge.evaluation.labelled import LabelledQuestion, read_questions
from knowledge.evaluation.run import Evaluation, Judged, ask_all, evaluate

__all__ = [
    "Evaluation",
    "Judged",
    "LabelledQuestion",
    "ask_all",
    "evaluate",
    "read_questions",
]
