"""What a customer's message is: a wish for a human, a courtesy, a rejection, a question."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.understanding.concernbook import concern_books_for
from bot.conversation.understanding.concerns import hear_concern
from bot.conversation.understanding.courtesies import peel, without_outbursts
from bot.conversation.understanding.emoji import courtesy_of_emoji
from bot.conversation.understanding.phrasebook import Courtesy, books_for
from bot.conversation.understanding.wishes import hear_plea, hear_wish
from bot.conversation.understanding.words import Word, split_words
from bot.vocabulary.mood import Heard

WANTS_HUMAN_FROM = 0.5
"""A request for a human counts from this score on."""

DANGLING = ".,;:!?…)]}–—- "
"""What a piece of text does not begin with once the words before it are gone."""


class SmallTalk(StrEnum):
    """What a customer chats about, as far as the reply depends on it."""

    WELLBEING = "wellbeing"
    BOT_QUESTION = "bot_question"
    NAME = "name"
    ABILITIES = "abilities"
    LAUGHTER = "laughter"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What a message says, as far as rules can tell.

    ``wants_human_score`` is in 0..1 and ``matched`` holds the customer's words that it rests on,
    for the receipt. ``refusal`` is a no to an offer, ``rejection`` one to an answer; a bare "no" is both, and
    what the bot said last decides. ``small_talk`` is the first kind
    that was found. ``concern`` is the gravest thing in it that a person should know of. ``rest`` is the
    text without its courtesies and outbursts: a question to look up, a better question after a rejection, or empty.
    """

    wants_human: bool
    wants_human_score: float
    matched: str | None
    greeting: bool
    thanks: bool
    goodbye: bool
    affirmation: bool
    refusal: bool
    rejection: bool
    small_talk: SmallTalk | None
    concern: Heard | None
    rest: str

    @property
    def is_social(self) -> bool:
        """Whether there is nothing to look up and nothing to act on but a short, kind reply."""
        return not (self.rest or self.wants_human or self.rejection)


def understand(text: str, language: str) -> Understanding:
    """Tell what a message is, in time linear in its length.

    ``language`` (ISO 639-1) says whose phrases are tried first. All the others are tried too, for
    people mix languages and short messages are often taken for another one.
    """
    books = books_for(language)
    words = split_words(text)
    peeled = peel(words, books)
    kinds = peeled.kinds if words else courtesy_of_emoji(text)
    wish = hear_plea(words, books) or hear_wish(peeled.rest, books)
    score = wish.score if wish else 0.0
    return Understanding(
        wants_human=score >= WANTS_HUMAN_FROM,
        wants_human_score=score,
        matched=text[wish.start : wish.end] if wish else None,
        greeting=Courtesy.GREETING in kinds,
        thanks=Courtesy.THANKS in kinds,
        goodbye=Courtesy.GOODBYE in kinds,
        affirmation=Courtesy.AFFIRMATION in kinds,
        refusal=not kinds.isdisjoint({Courtesy.NO, Courtesy.REFUSAL}),
        rejection=_rejects(kinds),
        small_talk=next((talk for talk in SmallTalk if talk.value in kinds), None),
        concern=hear_concern(text, words, concern_books_for(language)),
        rest=_excerpt(text, without_outbursts(peeled.rest, books)),
    )


def _rejects(kinds: frozenset[Courtesy]) -> bool:
    """Whether the last answer was not it: a bare no may say so, "no, thanks" does not."""
    is_polite = Courtesy.THANKS in kinds
    return Courtesy.REJECTION in kinds or (Courtesy.NO in kinds and not is_polite)


def _excerpt(text: str, words: tuple[Word, ...]) -> str:
    """Cut out the text from the first to the last of these words, with the signs they touch."""
    if not words:
        return ""
    start, end = words[0].start, words[-1].end
    while start and _touches(text[start - 1]):
        start -= 1
    while end < len(text) and _touches(text[end]):
        end += 1
    return text[start:end].lstrip(DANGLING).rstrip(",;:–—- ")


def _touches(sign: str) -> bool:
    """Whether a character beside a word belongs to it: marks and punctuation, no emoji."""
    category = unicodedata.category(sign)
    return category[0] in "PM" or category in {"Sm", "Sc"}
