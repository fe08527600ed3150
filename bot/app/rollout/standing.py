"""How each topic stands: its mode, since when that is, and what was seen since."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bot.app.rollout.building import build_rules, topic_of
from bot.rollout.judging import Numbers, numbers_by_topic, proposal
from bot.vocabulary.rollout import OTHER, OTHER_NAME, Evidence, RolloutMode
from bot.vocabulary.steering import LiveSettings, SettingChange
from config.rollout import RolloutSettings
from config.settings import Settings

LOG_READ = 500
"""Changes of modes that are looked through for when a mode was set."""

TABLE = "rollout.topics"
GENERAL = "rollout.mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One topic: ``evidence`` is all that was seen of it, ``numbers`` count what came since ``since``.

    ``since`` is None where the mode stands in the file: then all that was seen in it counts.
    """

    topic: str
    mode: RolloutMode
    share: float
    since: datetime | None
    evidence: Sequence[Evidence]
    numbers: Numbers
    proposes: RolloutMode | None

    @property
    def present(self) -> Sequence[Evidence]:
        """What was seen since the mode was set."""
        return _present(self.evidence, self.mode, self.since)


def topics_of(settings: Settings) -> tuple[str, ...]:
    """Return all topics, and the one of all that is of none last."""
    return (*(topic.name for topic in settings.topics), OTHER)


async def standings(
    settings: Settings, live: LiveSettings, evidence: Sequence[Evidence]
) -> list[Standing]:
    """Say how all topics stand; ``evidence`` is everything that was seen, in its order.

    Raises:
        StateUnavailableError: The log of changes can't be read.
    """
    changes = await live.changes(LOG_READ, path="rollout")
    return await asyncio.to_thread(_all, settings, changes, evidence)


def item_path(topic: str) -> str:
    """Return the path of a topic's rollout; a bracket in its name is escaped."""
    escaped = topic.replace("\\", "\\\\").replace("]", "\\]")
    return f"{TABLE}[{escaped}]"


def set_at(topic: str, changes: Iterable[SettingChange], *, follows: bool) -> datetime | None:
    """Find when the mode of a topic was set last; newest changes come first.

    A topic that ``follows`` has the general one.
    """
    for change in changes:
        paths = {GENERAL} if follows else set[str]()
        if _mode_in(change.old, topic, paths) != _mode_in(change.new, topic, paths):
            return change.at
    return None


def _all(
    settings: Settings, changes: Sequence[SettingChange], evidence: Sequence[Evidence]
) -> list[Standing]:
    by_topic: defaultdict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        by_topic[one.topic].append(one)
    return [_standing(settings, topic, changes, by_topic[topic]) for topic in topics_of(settings)]


def _standing(
    settings: Settings,
    topic: str,
    changes: Sequence[SettingChange],
    theirs: Sequence[Evidence],
) -> Standing:
    rollout, rule = settings.rollout, build_rules(settings).of(topic)
    follows = all(
        topic_of(one.name, settings) != topic or one.mode is None for one in rollout.topics
    )
    since = set_at(topic, changes, follows=follows)
    found = numbers_by_topic(_present(theirs, rule.mode, since))
    numbers = found.get(topic, Numbers())
    return Standing(
        topic=topic,
        mode=rule.mode,
        share=rule.share,
        since=since,
        evidence=theirs,
        numbers=numbers,
        proposes=_proposal(rule.mode, numbers, rollout),
    )


def _proposal(mode: RolloutMode, numbers: Numbers, rollout: RolloutSettings) -> RolloutMode | None:
    return proposal(mode, numbers, evidence=rollout.evidence, good_share=rollout.good_share)


def _present(
    evidence: Iterable[Evidence], mode: RolloutMode, since: datetime | None
) -> list[Evidence]:
    """What was seen in a mode, and of matters that began in it."""
    earlier = {one.id for one in evidence if since is not None and one.at < since}
    return [one for one in evidence if one.mode is mode and one.id not in earlier]


def _mode_in(values: Mapping[str, Any], topic: str, general: set[str]) -> object:
    """Return what a change says of a topic's mode, by any path that names it."""
    name = topic or OTHER_NAME
    path = item_path(name)
    table = cast(Sequence[Mapping[str, Any]], values.get(TABLE) or ())
    item = cast(Mapping[str, Any] | None, values.get(path))
    item = item or next((row for row in table if row.get("name") == name), None)
    own = (item.get("mode") if item else None, values.get(f"{path}.mode"))
    return (*own, *(values.get(one) for one in sorted(general)))
