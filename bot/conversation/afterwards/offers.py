"""Something useful for a satisfied customer: what an operator has written, and when it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.conversation.afterwards.scores import HIGH
from bot.texts import LANGUAGES, say
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseReason
from bot.vocabulary.conversations import Conversation, Memo
from bot.vocabulary.messages import Platform
from bot.vocabulary.mood import Feeling

NEVER_AFTER = frozenset(
    {
        CaseReason.SELF_HARM,
        CaseReason.DANGER,
        CaseReason.THREAT,
        CaseReason.LEGAL,
        CaseReason.VULNERABLE,
        CaseReason.COMPLAINT,
        CaseReason.CANCELLATION,
    }
)
"""After a case of these nothing is suggested."""

CALM_TURNS = 6
"""So many turns without anger have to lie behind a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One suggestion. ``texts`` are CommonMark by language; without one in theirs nobody is shown it.

    It is for customers whose last case, platform and language are among those named; nothing named
    means all. ``min_score`` is the least they gave of 5.
    """

    name: str
    texts: Mapping[str, str]
    url: str | None = None
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    languages: tuple[str, ...] = ()
    min_score: int = HIGH

    def text_in(self, language: str) -> str | None:
        """Return its words for a customer, with the link; English for languages of no catalogue."""
        text = self.texts.get(language)
        if text is None and language not in LANGUAGES:
            text = self.texts.get("en")
        if text is None:
            return None
        return f"{text} [{literal(self.name)}]({self.url})" if self.url else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A satisfied customer. ``case`` is what just ended, None for an answer of the bot's own.

    ``score`` is what they gave of 5; thanks in words count as ``HIGH``.
    """

    conversation: Conversation
    memo: Memo
    language: str
    at: datetime
    case: Case | None = None
    score: int = HIGH
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All suggestions, the first that fits first. One person gets one in ``days`` days at most."""

    offers: Sequence[Offer] = field(default=())
    days: float = 30.0

    def fitting(self, occasion: Occasion) -> Offer | None:
        """Return what may be suggested now; None when nothing fits, or when it would be out of place."""
        if occasion.score < HIGH or not self._is_time(occasion):
            return None
        return next((offer for offer in self.offers if _fits(offer, occasion)), None)

    def _is_time(self, occasion: Occasion) -> bool:
        memo, last = occasion.memo, occasion.memo.suggested_at
        if occasion.is_shared or _was_grave(occasion) or _was_angry(memo):
            return False
        if occasion.case is not None and memo.suggested == occasion.case.id:
            return False
        return last is None or occasion.at - last >= timedelta(days=self.days)


def paragraph(offer: Offer, language: str) -> str:
    """Return a suggestion as a paragraph of what the bot says."""
    return say("after.offer", language, text=offer.text_in(language) or "")


def noted(memo: Memo, occasion: Occasion) -> Memo:
    """Note that something was suggested."""
    case = occasion.case.id if occasion.case else None
    return replace(memo, suggested=case, suggested_at=occasion.at)


def _fits(offer: Offer, occasion: Occasion) -> bool:
    case, platform = occasion.case, occasion.conversation.ref.platform
    return (
        occasion.score >= offer.min_score
        and offer.text_in(occasion.language) is not None
        and (not offer.languages or occasion.language in offer.languages)
        and (not offer.platforms or platform in offer.platforms)
        and (not offer.topics or (case is not None and case.topic in offer.topics))
        and (not offer.tiers or (case is not None and case.tier in offer.tiers))
        and (not offer.tags or (case is not None and not set(case.tags).isdisjoint(offer.tags)))
    )


def _was_grave(occasion: Occasion) -> bool:
    """Whether the last case, or this one, was about something after which nobody wants to be sold to."""
    cases = (occasion.case, occasion.conversation.case)
    return any(case is not None and case.reason in NEVER_AFTER for case in cases)


def _was_angry(memo: Memo) -> bool:
    return any(point.feeling is Feeling.ANGRY for point in memo.mood.points[-CALM_TURNS:])
