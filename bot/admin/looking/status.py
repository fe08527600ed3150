"""``/status``: all at a glance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.admin.looking.doctor import rows_of
from bot.admin.looking.figures import share_in_words, time_in_words
from bot.admin.looking.sockets import Sights
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.evidence import mode_name, topic_name
from bot.admin.steering.tools import button
from bot.admin.steering.week import state_in_words, week_in_words
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.board import BoardView, Presence
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.library import LibraryDocument
from bot.vocabulary.measures import Measures
from bot.vocabulary.platforms import Finding, Health

NAMED = 12
"""Agents or topics that are named in a line."""


class StatusCommand:
    """Shows how everything stands."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"status": self.status}

    async def status(self, request: Request) -> Reply:
        """Show modes, desk, cases, agents, the last day, knowledge, and what is wrong."""
        language, view = request.language, self._sights.board.view()
        measures = await self._sights.measuring.measures(1, lacks=0)
        parts = [
            say("looking.status_head", language),
            await self._modes(language),
            *self._desk(request),
            _cases(view, language),
            _agents(view, language),
            _day(measures, language),
            await self._knowledge(request.at, language),
            *self._troubles(language),
        ]
        buttons = tuple(
            button(say(f"looking.button_{words}", language), words)
            for words in ("doctor", "stats", "mode")
        )
        return Reply(text="\n".join(parts), buttons=buttons)

    async def _modes(self, language: str) -> str:
        names: dict[str, list[str]] = {}
        for one in await self._sights.rollout.topics():
            names.setdefault(one.mode, []).append(literal(topic_name(one.topic, language)))
        shown = "; ".join(
            f"**{mode_name(mode, language)}**: {', '.join(topics[:NAMED])}"
            + (" …" if len(topics) > NAMED else "")
            for mode, topics in names.items()
        )
        return say("looking.status_modes", language, modes=shown)

    def _desk(self, request: Request) -> list[str]:
        """Say of each team whether it is open, and by which hours."""
        language, live = request.language, self._sights.live
        teams = [str(row["name"]) for row in live.value("teams") or ()]
        if not teams:
            return [say("looking.status_no_teams", language)]
        rows: list[str] = []
        for team in teams:
            hours = self._sights.timetable.hours_of(team, request.at)
            state, week = state_in_words(hours, language), week_in_words(hours, language)
            name = literal(team)
            rows.append(say("looking.status_team", language, team=name, state=state, week=week))
        return rows

    async def _knowledge(self, now: datetime, language: str) -> str:
        """Say what there is to answer from; where it can't be read, that is the news."""
        try:
            return _knowledge(await self._sights.library.documents(), now, language)
        except KnowledgeUnavailableError as error:
            return f"📚 ✗ {literal(str(error))}"

    def _troubles(self, language: str) -> list[str]:
        bad = [one for one in self._sights.troubles() if one.health is not Health.GOOD]
        if not bad:
            return [say("looking.status_fine", language)]
        return [say("looking.status_wrong", language, count=len(bad)), *rows_of(_worst(bad))]


def _worst(found: Sequence[Finding]) -> Sequence[Finding]:
    return sorted(found, key=lambda one: one.health is not Health.BROKEN)[:NAMED]


def _cases(view: BoardView, language: str) -> str:
    states = Counter(case.status for case in view.cases.values())
    queued = [case for case in view.cases.values() if case.status is CaseStatus.QUEUED]
    text = say(
        "looking.status_cases",
        language,
        waiting=states[CaseStatus.QUEUED],
        claimed=states[CaseStatus.CLAIMED],
        snoozed=states[CaseStatus.SNOOZED],
    )
    if not queued:
        return text
    oldest = min(case.queued_at or case.opened_at for case in queued)
    waited = time_in_words(max(0.0, (view.at - oldest).total_seconds()), language)
    return f"{text} {say('looking.status_oldest', language, waited=waited)}"


def _agents(view: BoardView, language: str) -> str:
    here = [one.name for one in view.presence.values() if one.presence is Presence.AVAILABLE]
    if not here:
        return say("looking.status_nobody", language)
    names = literal(", ".join(here[:NAMED])) + (" …" if len(here) > NAMED else "")
    return say("looking.status_agents", language, count=len(here), names=names)


def _day(measures: Measures, language: str) -> str:
    if not measures.total.turns:
        return say("looking.status_quiet", language)
    return say(
        "looking.status_day",
        language,
        turns=measures.total.turns,
        answered=measures.total.answered,
        handed=measures.total.handed_over,
        alone=share_in_words(measures.alone, language),
    )


def _knowledge(documents: Sequence[LibraryDocument], now: datetime, language: str) -> str:
    if not documents:
        return say("looking.status_empty", language)
    read = [one.read_at for one in documents if one.read_at is not None]
    newest = max(read, default=None)
    age = None if newest is None else max(0.0, (now - newest).total_seconds())
    return say(
        "looking.status_knowledge",
        language,
        count=len(documents),
        age=time_in_words(age, language),
        overdue=sum(one.is_overdue for one in documents),
    )
