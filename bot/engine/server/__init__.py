"""The embedded server: a private Valkey or Redis as a child of ours.

- ``embedded``: starts and stops it, one on a folder
- ``binary``: which program is there; ``folder``: its files, locks and socket
- ``guard``: ties its life to ours; ``process``: its running; ``failure``: its end in words
"""
