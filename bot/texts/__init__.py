"""Every sentence that Relevo says itself, in English and Spanish.

The catalogue is the folder ``catalogue``: one TOML file for each room, one table for each sentence,
one line for each language. ``say("handoff.claimed", "es", agent="Ana")`` finds and fills one.
``literal`` escapes what people wrote, so that it is shown as they typed it; ``shortened`` names it by
its beginning. ``defanged`` takes the life out of people's links, ``plain`` reads CommonMark where no markup counts. ``surveys`` are the questions that customers are asked, ``likeness`` compares what texts
are about.
"""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "es")
"""Languages of the catalogue; a customer who writes another one is answered in English."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Read the whole catalogue: key (``room.sentence``) → language → text."""
    sentences: dict[str, dict[str, str]] = {}
    for file in sorted((files(__name__) / "catalogue").iterdir(), key=lambda item: item.name):
        room = file.name.removesuffix(".toml")
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        sentences |= {f"{room}.{name}": texts for name, texts in tables.items()}
    return sentences


def say(key: str, language: str, **values: object) -> str:
    """Return a sentence in a language, with ``{name}`` filled from ``values``.

    Raises:
        KeyError: The catalogue has no such sentence, or a value is missing.
    """
    texts = catalogue()[key]
    return texts[language if language in texts else "en"].format(**values)


def shortened(text: str, length: int) -> str:
    """Return a text in one line of at most so many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"
