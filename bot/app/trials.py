"""Tries questions and reads timetables by the settings as they count now: ``Trials`` and ``Timetable``."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.app.escalation import build_policy
from bot.app.office import build_office
from bot.app.parts import build_asking
from bot.app.rollout.building import build_rules, threshold_of
from bot.conversation.asking import Asking
from bot.conversation.choices import near
from bot.conversation.escalating.urgent import is_urgent
from bot.conversation.escalating.weighing import with_answer
from bot.conversation.understanding import LanguageDetector, Understanding, understand
from bot.vocabulary.conversations import Memo
from bot.vocabulary.handover import EscalationPolicy, Signals, Verdict
from bot.vocabulary.knowledge import Answer, Confidence, KnowledgeBase, Query
from bot.vocabulary.rollout import OTHER
from bot.vocabulary.steering import RefusedSettingError
from bot.vocabulary.trials import DayOff, Route, Stretch, TeamHours, Tried
from config.settings import Settings
from handoff.routing.weekly import Holiday, parse_holiday, parse_hours

GetSettings = Callable[[], Settings]


class SettingsTrials:
    """Implements ``Trials``: what the turn of a new customer with this one message would come to.

    ``knowledge`` is what answers now; what it costs is counted as ever.
    """

    def __init__(
        self,
        *,
        settings: GetSettings,
        knowledge: Callable[[], KnowledgeBase],
        detector: LanguageDetector,
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._detector = detector

    async def answer(self, question: str, *, asker: str) -> Tried:
        """See ``Trials.answer``."""
        settings, language = self._settings(), self._language(question)
        policy, asking = build_policy(settings), build_asking(settings)
        meaning = understand(question, language)
        asked = meaning.rest or question
        signals = _signals(asking, meaning, asked, language)
        if signals.wish is not None or is_urgent(meaning.concern):
            # People are brought in at once; nothing is looked up.
            found, verdict = _nothing(language), policy.decide(signals)
        else:
            query = Query(text=asked, language=language, tags=asking.tags, asker=asker)
            found = await self._knowledge().answer(query)
            verdict = _weighed(policy, signals, found)
        topic = signals.subject
        return Tried(
            question=question,
            language=language,
            found=found,
            verdict=verdict,
            threshold=threshold_of(topic or OTHER, settings),
            mode=build_rules(settings).of(topic or OTHER).mode,
            topic=topic,
            team=signals.team,
        )

    def route(self, question: str, at: datetime) -> Route:
        """See ``Trials.route``."""
        office, language = build_office(self._settings()), self._language(question)
        topic = office.subject_of(question)
        team = office.team_for(text=question, subject=topic, language=language)
        return Route(
            language=language,
            topic=topic,
            team=team.name or None,
            is_open=team.hours.is_open(at),
            opens_at=team.hours.next_opening(at),
        )

    def _language(self, question: str) -> str:
        return self._detector.detect(question, previous=None, locale=None)


class SettingsTimetable:
    """Implements ``Timetable``."""

    def __init__(self, settings: GetSettings) -> None:
        self._settings = settings

    def hours_of(self, team: str, at: datetime) -> TeamHours:
        """See ``Timetable.hours_of``."""
        settings = self._settings()
        found = next((one for one in build_office(settings).teams if one.name == team), None)
        if found is None:
            raise RefusedSettingError(f"There is no team {team}.")
        texts = next(one.holidays for one in settings.teams if one.name == team)
        is_open = found.hours.is_open(at)
        return TeamHours(
            week=tuple(
                Stretch(day=span.day, start=span.start, end=span.end) for span in found.hours.week
            ),
            zone=found.hours.zone.key,
            days_off=tuple(_day_off(parse_holiday(text), text) for text in texts),
            is_open=is_open,
            opens_at=None if is_open else found.hours.next_opening(at),
        )

    def check_hours(self, text: str) -> None:
        """See ``Timetable.check_hours``."""
        try:
            parse_hours(text)
        except ValueError as error:
            raise RefusedSettingError(f"These hours can't be read: {error}.") from None

    def day_off(self, text: str) -> DayOff:
        """See ``Timetable.day_off``."""
        try:
            return _day_off(parse_holiday(text), text)
        except ValueError as error:
            raise RefusedSettingError(f"That day can't be read: {error}.") from None


def _day_off(day: Holiday, text: str) -> DayOff:
    return DayOff(month=day.month, day=day.day, year=day.year, name=day.name, text=text)


def _signals(asking: Asking, meaning: Understanding, asked: str, language: str) -> Signals:
    matter = asking.matter_of(asked, language)
    wish = (meaning.matched or "explicit request") if meaning.wants_human else None
    return Signals(
        wish=wish,
        concern=meaning.concern,
        subject=matter.subject,
        team=matter.team,
        language=language,
    )


def _weighed(policy: EscalationPolicy, signals: Signals, found: Answer) -> Verdict:
    signals = with_answer(signals, Memo(), found, near(found))
    unsure = int(found.declined is None and not policy.is_sure(signals))
    return policy.decide(replace(signals, unsure=unsure))


def _nothing(language: str) -> Answer:
    return Answer(text="", language=language, sources=(), confidence=Confidence(value=0.0))
