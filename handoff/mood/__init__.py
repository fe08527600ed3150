"""How customers feel: what a message shows of anger, frustration, urgency, satisfaction and leaving.

- ``reader``: the default reader: a small model's view of the message, and signs in the dialogue
- ``model``: the small model and its weights, ``mood_en_es.npz``
- ``features``: what the model sees of a message
- ``valences``: how good or bad single words are, before anything is learned
- ``signs``: what can be pointed at, in the message and in the dialogue before it
- ``phrases``: the phrases that signs are made of, from ``phrases.toml``
- ``folding``: a text as phrases and words are looked up in it
- ``local``: any text classifier of transformers instead; ``labels``: what its labels say
- ``feelings``: a mood in one word, and the threshold that decisions rest on
"""

from handoff.mood.feelings import NEGATIVE_FROM, feeling_of
from handoff.mood.local import LocalMoodReader, open_local
from handoff.mood.reader import DefaultMoodReader

__all__ = ["NEGATIVE_FROM", "DefaultMoodReader", "LocalMoodReader", "feeling_of", "open_local"]
