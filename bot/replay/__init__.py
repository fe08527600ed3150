"""Past conversations run through today's bot: what would have been answered, handed over or wrong.

- ``past``       a past conversation, and what was asked and answered in it
- ``readers``    exports of chats and help desks as past conversations
- ``choosing``   the first ones, or a sample
- ``running``    runs one through the behaviour, turn by turn, without platform or store
- ``costs``      what models cost in each turn
- ``judging``    what became of a turn, beside what the human said
- ``figures``    all turns and conversations counted, with intervals
- ``topics``     what they were about
- ``report``     the figures as values for JSON
- ``lines``      one conversation as a line of JSON
- ``page``       the report as one HTML file; ``style`` is how it looks, ``plots`` are its drawings
"""
