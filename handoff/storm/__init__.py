"""When more people are asked in at once than threads can be opened: digests, and one thread after the other.

- ``control``: which cases wait for their thread, and what becomes of a plan meanwhile
- ``drain``: opens threads in order, as fast as the desk's platform takes them, and tells of the rest
- ``digest``: what the desk reads of those that wait
"""
