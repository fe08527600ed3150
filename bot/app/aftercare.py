"""Builds what comes after a case from the settings: surveys, opening again, suggestions."""

from bot.conversation.afterwards.after import Afterwards
from bot.conversation.afterwards.offers import Offer, Offers
from bot.conversation.afterwards.surveys import SurveyRules
from bot.vocabulary.messages import Platform
from config.settings import Settings
from config.surveys import OfferSettings
from handoff.aftercare import Aftercare


def build_aftercare(settings: Settings) -> Aftercare:
    """Build what the desk does once a case has ended."""
    surveys = settings.surveys
    return Aftercare(
        reopen_hours=settings.desk.reopen_hours,
        csat=surveys.csat,
        csat_minutes=surveys.csat_minutes,
        nps_days=surveys.nps_days,
        nps_hours=surveys.nps_delay_hours,
    )


def build_afterwards(settings: Settings) -> Afterwards:
    """Build what the bot does once a customer was served."""
    surveys = settings.surveys
    rules = SurveyRules(
        form=surveys.csat,
        word_minutes=surveys.word_minutes,
        nps_days=surveys.nps_days,
        desk_language=settings.desk.language,
    )
    offers = Offers(offers=tuple(map(_offer, settings.offers)), days=surveys.offer_days)
    return Afterwards(rules, offers)


def _offer(offer: OfferSettings) -> Offer:
    when = offer.when
    return Offer(
        name=offer.name,
        texts=offer.text,
        url=offer.url or None,
        topics=when.topics,
        tags=when.tags,
        tiers=when.tiers,
        platforms=tuple(map(Platform, when.platforms)),
        languages=when.languages,
        min_score=when.min_score,
    )
