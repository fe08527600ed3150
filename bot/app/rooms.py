"""Builds the rooms of admins' commands: those that steer and those that look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.admin.looking import LookingRoom, Sights
from bot.admin.offering import Documents, Offered
from bot.admin.requests import CommandRoom
from bot.admin.steering import SteeringRoom, Tools
from bot.app.diagnosis import diagnose
from bot.app.escalation import escalation_findings
from bot.app.library import IndexLibrary
from bot.app.live import Live
from bot.app.measures import StoredMeasures
from bot.app.office import office_findings
from bot.app.rollout import open_rollout_board
from bot.app.trials import SettingsTimetable, SettingsTrials
from bot.conversation.understanding import LanguageDetector
from bot.vocabulary.board import Board
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.library import Library
from bot.vocabulary.platforms import Finding, Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The rooms, and what completes and offers the names of documents."""

    rooms: Sequence[CommandRoom]
    documents: Documents


def build_rooms(
    live: Live,
    redis: Redis,
    *,
    knowledge: Callable[[], KnowledgeBase],
    detector: LanguageDetector,
    board: Board,
) -> Rooms:
    """Build the rooms over live settings; ``knowledge`` gives what answers by these at the moment."""

    def language_of(text: str) -> str:
        return detector.detect(text, previous=None, locale=None)

    def troubles() -> Sequence[Finding]:
        return settings_findings(live)

    library = IndexLibrary(
        redis, settings=lambda: live.settings, knowledge=knowledge, language_of=language_of
    )
    trials = SettingsTrials(settings=lambda: live.settings, knowledge=knowledge, detector=detector)
    rollout = open_rollout_board(redis, settings=lambda: live.settings, live=live)
    timetable = SettingsTimetable(lambda: live.settings)
    sights = Sights(
        live=live,
        board=board,
        rollout=rollout,
        timetable=timetable,
        trials=trials,
        library=library,
        measuring=StoredMeasures(redis, settings=lambda: live.settings, lacks=library.lacks),
        diagnose=lambda: diagnose(live.settings),
        troubles=troubles,
    )
    tools = Tools(live=live, board=board, rollout=rollout, timetable=timetable, trials=trials)
    return Rooms(rooms=(SteeringRoom(tools), LookingRoom(sights)), documents=_documents(library))


def settings_findings(live: Live) -> Sequence[Finding]:
    """Look at the settings alone: people, rules, and changes that do not count here."""
    unfit = [
        Finding(
            subject="settings",
            health=Health.WARNING,
            text=f"The change of {path} does not count here: {why}",
        )
        for path, why in live.unfit.items()
    ]
    return [*office_findings(live.settings), *escalation_findings(live.settings), *unfit]


def _documents(library: Library) -> Documents:
    async def offered() -> Sequence[Offered]:
        found = await library.documents()
        return [Offered(value=one.doc_id, label=one.title) for one in found]

    return offered
