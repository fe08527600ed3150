"""The embedded index: one SQLite file with passages, terms (FTS5) and vectors.

- ``schema``    the tables, and how the file is opened
- ``origins``   the places that documents come from
- ``writer``    one run of changes, in one transaction
- ``snapshot``  what a reader keeps in memory of one generation
- ``reader``    candidates for a question
- ``search``    ranks candidates of any store, within one language
- ``hits``      what a search finds, one passage a document
- ``spelling``  misspelled words
"""
