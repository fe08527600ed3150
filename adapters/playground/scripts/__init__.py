"""The transcript's atomic steps; Redis 6.2 commands, all keys in the hash tag ``{pg}``.

- ``append``: add a line once for each key, bound the conversation, tell every page
- ``amend``: replace a line if it is still the one that was read, tell every page
- ``shelve``: keep a file once, bound their number
- ``open``: add a desk thread once, bound their number, tell every page
"""

from importlib.resources import files


def source(name: str) -> str:
    """Return the text of a script by its name."""
    return (files(__name__) / f"{name}.lua").read_text(encoding="utf-8")
