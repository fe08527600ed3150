"""What a customer's message is: its language and its intent, offline and without a model server.

- ``language``: which language a message is written in, kept steady over a conversation.
- ``intents``: the front door: ``understand(text, language)``.
- ``wishes``: hears the wish for a human; ``courtesies``: takes greetings, thanks, small talk and
  rejections off a message; ``emoji``: messages without a word.
- ``concerns``: hears what a person should know of; ``concernbook``: the files in
  ``concern_phrases/``, compiled.
- ``phrasebook``: the phrase files in ``phrases/``, one a language, compiled.
- ``notation`` reads a phrase, ``patterns`` finds it, ``typos`` forgives one slip in key words.
- ``words``: a text as folded words with their places and clauses.
"""

from bot.conversation.understanding.intents import SmallTalk, Understanding, understand
from bot.conversation.understanding.language import LanguageDetector

__all__ = ["LanguageDetector", "SmallTalk", "Understanding", "understand"]
