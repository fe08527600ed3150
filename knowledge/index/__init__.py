"""The embedded index: one SQLite file with passages, terms (FTS5) and vectors.

- ``schema``    the tables, and how the file is opened
- ``origins``   the places that documents come from
- ``labelling`` for whom each document is, by itself and by its origins
- ``writer``    one run of changes, in one transaction
- ``passages``  the passages within it: their terms, vectors and spellings
- ``signing``   keeps the signs of a large index's vectors; ``signs`` computes them
- ``snapshot``  what a reader keeps in memory of one generation; ``signed`` does that for a large
  index, ``rows`` says whose each row is
- ``aim``       where a question points in the vector space
- ``view``      what of it all a question may see
- ``reader``    candidates for a question
- ``search``    ranks candidates of any store, within one language
- ``hits``      what a search finds, one passage a document
- ``spelling``  misspelled words
"""
