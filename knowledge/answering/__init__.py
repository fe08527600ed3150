"""From what a search found to an answer in words, without a model.

``drafts`` makes one answer: ``sections`` with ``kinds`` and ``verdicts`` choose the passage of a document, by
what the question expects; ``units`` and ``excerpts`` choose the sentences, rows or steps of it; ``confidence``
says how likely it is right (``calibration``: fitted to one's own questions), ``freshness`` less so past a
document's review date. ``known`` chooses by what is known of whoever asks. ``evidence`` is what a
language model gets to read instead.
"""
