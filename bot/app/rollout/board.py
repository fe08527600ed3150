"""How topics stand, for admins; and topics that are found in what was asked: implements ``RolloutBoard``."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from redis.asyncio import Redis

from bot.app.office import build_office
from bot.app.rollout.asked import AskedLately
from bot.app.rollout.building import threshold_of
from bot.app.rollout.standing import Standing, standings
from bot.engine.evidence import EvidenceReader
from bot.rollout.topics import clusters
from bot.vocabulary.rollout import FoundTopic, RolloutMode, TopicRollout
from bot.vocabulary.steering import LiveSettings
from config.settings import Settings
from knowledge.guards.masking import Masking


class SettingsRolloutBoard:
    """Implements ``RolloutBoard`` over the settings that count now and what was seen."""

    def __init__(
        self,
        *,
        settings: Callable[[], Settings],
        live: LiveSettings,
        evidence: EvidenceReader,
        asked: AskedLately,
    ) -> None:
        self._settings = settings
        self._live = live
        self._evidence = evidence
        self._asked = asked

    async def topics(self) -> Sequence[TopicRollout]:
        """See ``RolloutBoard.topics``."""
        settings = self._settings()
        found = await standings(settings, self._live, await self._evidence.all())
        return [_shown(settings, standing) for standing in found]

    async def discover(self, limit: int = 10) -> Sequence[FoundTopic]:
        """See ``RolloutBoard.discover``."""
        office = build_office(self._settings())
        asked = await self._asked.questions()
        new = [(language, text) for language, text in asked if office.subject_of(text) is None]
        found = await asyncio.to_thread(clusters, new, limit=limit)
        return [_masked(topic) for topic in found]


def _shown(settings: Settings, standing: Standing) -> TopicRollout:
    numbers = standing.numbers
    helps = standing.mode is RolloutMode.COPILOT
    return TopicRollout(
        topic=standing.topic,
        mode=standing.mode,
        threshold=threshold_of(standing.topic, settings),
        share=standing.share,
        since=standing.since,
        # In copilot a draft that was sent has shown that it is as good.
        drafts=numbers.helped if helps else numbers.drafts,
        bot=numbers.bot,
        people=numbers.people,
        proposes=standing.proposes,
    )


def _masked(topic: FoundTopic) -> FoundTopic:
    examples = tuple(Masking().mask(text, own=False) for text in topic.examples)
    return replace(topic, examples=examples)


def open_rollout_board(
    redis: Redis, *, settings: Callable[[], Settings], live: LiveSettings
) -> SettingsRolloutBoard:
    """Build the board over this process's Redis."""
    deadline = settings().redis.deadline_seconds
    return SettingsRolloutBoard(
        settings=settings,
        live=live,
        evidence=EvidenceReader(redis, deadline=deadline),
        asked=AskedLately(redis, deadline=deadline),
    )
