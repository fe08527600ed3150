"""The end of what is stored of a person, everywhere, and all of it as a file before.

- ``ending``: all of this as a whole; ``erasures``: what was asked for and is not done yet
- ``eraser``: erases a person, step by step; ``rewriting``: out of the append-only file as well
- ``traces``: what of a conversation is whose (pure); ``place_reader``: reads one; ``wiping``: takes it out
- ``streams``: ratings, actions, dead letters; ``caches``: adapters' caches, budgets, sends
- ``tombstones``: who was erased when; ``replaying``: erases whom a backup brings back; ``everybody``: all
- ``exporting``: all that is stored of a person as JSON; ``portrait``: each value of it
"""
