"""The mode of each topic, and the matter that a question becomes (pure)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.conversation.matters import same_matter
from bot.rollout.assigning import arm_of
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.rollout import OTHER, Arm, RolloutMode, Trial
from bot.vocabulary.turns import Turn

SALT = "canary"
ARMS_KEPT = 50
"""Topics of one conversation of which is known who answers them."""

A_RETURN = timedelta(hours=1)
"""Who asks the same sooner is still at it; later they have come back."""

A_WEEK = timedelta(days=7)

MARK_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """How far the bot goes with one topic; ``share`` (0..1) is that of a canary."""

    mode: RolloutMode = RolloutMode.AUTO
    share: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRules:
    """The rule of all topics, and those of some; ``language`` is what agents read."""

    general: TopicRule = TopicRule()
    topics: Mapping[str, TopicRule] = field(default_factory=dict[str, TopicRule])
    language: str = "en"

    @property
    def is_plain(self) -> bool:
        """Whether the bot answers everything by itself, so that there is nothing to say of it."""
        rules = (self.general, *self.topics.values())
        return all(rule.mode is RolloutMode.AUTO for rule in rules)

    @property
    def leaves_all_to_people(self) -> bool:
        """Whether the bot answers no question by itself, so that it must not promise to."""
        rules = (self.general, *self.topics.values())
        return not any(rule.mode in {RolloutMode.CANARY, RolloutMode.AUTO} for rule in rules)

    def of(self, topic: str) -> TopicRule:
        """Return what holds for a topic."""
        return self.topics.get(topic, self.general)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a question is in a conversation: its trial, and the earlier one where it is the same again.

    ``came_back`` says that the customer had been answered, and is back with the same.
    """

    trial: Trial
    came_back: bool = False


def matter_of(
    rules: RolloutRules,
    turn: Turn,
    question: str,
    *,
    subject: str | None,
    rejected: bool = False,
) -> Matter:
    """Say of which matter a question is, in which mode that is now, and who answers it.

    What is asked again at once, or after the answer was turned down, goes on with its matter; after
    an hour it is another one, and after a week it has nothing to do with the first.
    """
    topic, conversation, at = subject or OTHER, turn.conversation, turn.started_at
    rule = rules.of(topic)
    arm = _arm(rule, conversation, topic)
    trial = Trial(mark=mark_of(turn.id), topic=topic, mode=rule.mode, arm=arm, at=at)
    memo = conversation.memo
    before = memo.trial
    if before is None or not same_matter(question, memo.question):
        return Matter(trial=trial)
    age = at - before.at
    if age < A_RETURN or rejected:
        return Matter(trial=replace(trial, mark=before.mark, answered=before.answered))
    return Matter(trial=trial, came_back=age <= A_WEEK and _was_concluded(before, conversation))


def mark_of(turn_id: str) -> str:
    """Name what began with a turn so that nobody is led back to it.

    A turn's id is random and forgotten with its conversation; from its hash nothing can be told.
    """
    return hashlib.sha256(f"trial:{turn_id}".encode()).hexdigest()[:MARK_LENGTH]


def with_arm(arms: Mapping[str, Arm], trial: Trial) -> Mapping[str, Arm]:
    """Keep who answers a topic in a canary."""
    if trial.mode is not RolloutMode.CANARY:
        return arms
    others = [(topic, arm) for topic, arm in arms.items() if topic != trial.topic]
    return dict([*others, (trial.topic, trial.arm)][-ARMS_KEPT:])


def _arm(rule: TopicRule, conversation: Conversation, topic: str) -> Arm:
    """Say who answers: in a canary whoever was drawn, and the bot for good once it was it."""
    if rule.mode is RolloutMode.AUTO:
        return Arm.BOT
    if rule.mode is not RolloutMode.CANARY:
        return Arm.HUMAN
    if conversation.memo.arms.get(topic) is Arm.BOT:
        return Arm.BOT
    return arm_of(str(conversation.ref), topic, share=rule.share, salt=SALT)


def _was_concluded(trial: Trial, conversation: Conversation) -> bool:
    """Whether somebody had answered: the bot, or people in a case that is over."""
    case = conversation.case
    had_case = case is not None and case.trial is not None and case.trial.mark == trial.mark
    return trial.answered or (had_case and case is not None and not case.is_open)
