"""What runs in the limited child process: plain scripts that import nothing of Relevo.

Each worker has one function ``parse(file, options)`` that yields frames: a header that JSON can hold,
and bytes.

- ``limited``        the child itself: gives up what no reader needs, then runs one worker
- ``pdf_pages``      worker: the text of a PDF's pages
- ``word_text``      worker: the text of a Word document
- ``archive_files``  worker: the documents in a zip archive
- ``zip_parts``      bounded reading of zip files, and which kind of file one is
- ``word_xml``       XML as events, without entities
- ``word_styles``    headings and lists by their styles and numbering
- ``word_body``      paragraphs and tables as blocks
"""
