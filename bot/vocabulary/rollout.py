"""How far the bot goes by itself, topic by topic, and what is known of how well it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

OTHER = ""
"""The topic of all that is of none."""

OTHER_NAME = "other"
"""What commands call that topic, for a command with an empty one is about all topics."""


class RolloutMode(StrEnum):
    """What the bot does of itself. Members are ordered from people alone to the bot alone.

    ``HUMAN``: people answer everything; it relays and records. ``SHADOW``: it also drafts in silence, and
    the draft is compared with what the human sent. ``COPILOT``: the draft stands in the thread with a
    button. ``CANARY``: a random, sticky share of conversations is answered by the bot alone, the others
    as with copilot. ``AUTO``: it answers alone above the topic's threshold.
    """

    HUMAN = "human"
    SHADOW = "shadow"
    COPILOT = "copilot"
    CANARY = "canary"
    AUTO = "auto"


class Arm(StrEnum):
    """Who answers a conversation of a topic: in canary it is drawn, and the bot's arm is never left."""

    BOT = "bot"
    HUMAN = "human"


class EvidenceKind(StrEnum):
    """What was seen.

    ``DRAFT``: a draft beside what the human sent, good when it is as good. ``USED``: an agent sent a
    draft (good) or wrote something else (not). ``REJECTED``: a customer turned an answer down (never
    good). ``RATED``: a survey, good from 4 of 5 on. ``RETURNED``: whether the customer came back with the
    same within a week (then not good). ``HANDED``: an answered conversation ended with people after all
    (never good). ``ANSWERED``: an answer that stood, the bot's or that of a case which people resolved
    (good). ``SETTLED``: people resolved what was drawn for the bot (good).
    """

    DRAFT = "draft"
    USED = "used"
    REJECTED = "rejected"
    RATED = "rated"
    RETURNED = "returned"
    HANDED = "handed"
    ANSWERED = "answered"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One matter of a customer's, and how far the bot went with it.

    ``mark`` names it in the evidence, without a way back to who asked. ``at`` (aware UTC) is when it was
    asked last, ``answered`` whether the bot has answered it.
    """

    mark: str
    topic: str
    mode: RolloutMode
    arm: Arm
    at: datetime
    answered: bool = False

    @property
    def is_held(self) -> bool:
        """Whether people answer it, whatever the bot knows."""
        return self.arm is Arm.HUMAN

    @property
    def is_quiet(self) -> bool:
        """Whether no draft of the bot's stands in its thread by itself."""
        return self.mode in {RolloutMode.HUMAN, RolloutMode.SHADOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that was seen of one conversation or case; nothing of it names anybody.

    ``id`` is a mark of what it is about, without a way back: of one kind the last one counts. ``arm`` is
    who answered; ``score`` (0..1) how near a draft came to the human's words.
    """

    id: str
    at: datetime
    topic: str
    mode: RolloutMode
    arm: Arm
    kind: EvidenceKind
    good: bool
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many were good, with a 95 % interval; all 0..1 but the counts."""

    good: int
    of: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share itself; 0 where nothing was seen."""
        return self.good / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRollout:
    """One topic as it stands: ``share`` is that of the canary, ``since`` when its mode was set.

    ``drafts`` are those that were as good as the human's words, ``bot`` and ``people`` how many
    conversations of each arm went well, all since the mode was set. ``proposes`` is the mode that the
    numbers speak for.
    """

    topic: str
    mode: RolloutMode
    threshold: float
    share: float
    since: datetime | None
    drafts: Share
    bot: Share
    people: Share
    proposes: RolloutMode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTopic:
    """Questions that belong together: a name for them, the words that tell them, some of them."""

    name: str
    words: tuple[str, ...]
    count: int
    examples: tuple[str, ...]


class RolloutBoard(Protocol):
    """What is known of all topics. Raises ``StateUnavailableError`` when the store does not answer."""

    async def topics(self) -> Sequence[TopicRollout]:
        """Return all topics of the settings, and ``OTHER`` last."""
        ...

    async def discover(self, limit: int = 10) -> Sequence[FoundTopic]:
        """Find topics in what was asked lately that no topic of the settings covers, largest first."""
        ...
