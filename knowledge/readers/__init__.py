"""Documents in: one file for each format, pure from bytes to documents.

- ``encoding``   bytes to text, and what is no text
- ``markdown``   Markdown with the dialects of help centres, ``front_matter`` before it
- ``html``       the content of a page
- ``text``       plain text
- ``tables``     tables as lists that name their columns
- ``jsonl``      a line a document
- ``csv_pairs``  a row a question with its answer
- ``pairs``      a question with its answer, whatever it stood in
- ``pdf``, ``docx``, ``archive``  by workers in a limited child process
- ``sandbox``    runs such a worker (of ``workers``) and reads what it found
- ``exports``    chats, as questions and answers for somebody to look through; never as they are
- ``labels``     audience, tags and review date, as people write them
- ``slugs``      what leads to a section of Markdown that is shown as a page
- ``shown``      what of it may be shown: no control characters, no lone surrogates
- ``titles``     what names a document, and which titles of a file's properties count
- ``files``      opens a file, decides its format by content and suffix, guards its size
"""

from knowledge.readers.files import SUFFIXES, Limits, read_file

__all__ = ["SUFFIXES", "Limits", "read_file"]
