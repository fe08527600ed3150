"""What customers do with their own memory: see it, switch it, take it along, erase it, join accounts.

- ``commands``: the front door, all of it as commands and buttons
- ``requests``: what is wanted, by whom, and when people have a memory at all
- ``showing``: what is remembered as a message with buttons, page by page; ``wording``: each item in words
- ``questions``: what happens only after a yes, and what counts as one
- ``linking``: the code that joins two accounts; ``codes``: keeps it out of what is stored
- ``exporting``: the file
- ``noticing``: says once that there is a memory
- ``admins``: the same for another person's memory, by an admin
- ``telling``: builds the plans; the history keeps no more of them than it has to
"""
