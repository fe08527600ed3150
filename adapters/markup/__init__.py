"""CommonMark as values, for all platforms: read once, cut to size, written by each in its own way.

- ``tree``: CommonMark → blocks and inlines, and which addresses may become links
- ``split``: a text or its blocks → pieces that fit, by the platform's own measure (with ``runs`` and ``breaks``)
- ``plain``: blocks → readable plain text; ``columns``: a table → lines for a font of one width
- ``utf16``: lengths and offsets in the unit that Telegram counts in

All of it is pure and total: any text has a tree, and no text that is not blank has an empty one.
"""
