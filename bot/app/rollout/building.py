"""Builds how far the bot goes by itself from the settings."""

from collections.abc import Mapping

from bot.app.escalation import needed_confidence
from bot.conversation.asking import Asking
from bot.conversation.rollout.announcing import Announcing
from bot.conversation.rollout.room import Rollout
from bot.conversation.rollout.rules import RolloutRules, TopicRule
from bot.conversation.rollout.shadowing import Shadowing
from bot.rollout.comparing import is_as_good
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.knowledge import KnowledgeBase
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.rollout import OTHER, OTHER_NAME, RolloutMode
from config.settings import Settings


def build_rules(settings: Settings) -> RolloutRules:
    """Build the mode of each topic; a topic without one of its own has the general one."""
    rollout = settings.rollout
    general = TopicRule(mode=RolloutMode(rollout.mode), share=rollout.share)
    topics = {
        topic_of(topic.name, settings): TopicRule(
            mode=RolloutMode(topic.mode or rollout.mode), share=topic.share or rollout.share
        )
        for topic in rollout.topics
    }
    return RolloutRules(general=general, topics=topics, language=settings.desk.language)


def topic_of(name: str, settings: Settings) -> str:
    """Return the topic that a row of ``[[rollout.topics]]`` is about, by its name."""
    is_other = name == OTHER_NAME and all(topic.name != name for topic in settings.topics)
    return OTHER if is_other else name


def threshold_of(topic: str, settings: Settings) -> float:
    """Return the confidence from which the bot answers on a topic, where no rule says otherwise."""
    rows = settings.rollout.topics
    own = (row.threshold for row in rows if topic_of(row.name, settings) == topic)
    found = next((one for one in own if one is not None), None)
    return needed_confidence(settings)() if found is None else found


def build_rollout(
    settings: Settings,
    knowledge: KnowledgeBase,
    policy: EscalationPolicy,
    asking: Asking,
    adapters: Mapping[Platform, ChatAdapter],
) -> Rollout:
    """Build what notes how well the bot does, drafts in silence, and speaks of modes to the desk."""
    posting = {name for name, adapter in adapters.items() if adapter.capabilities.posts}
    return Rollout(
        build_rules(settings),
        Shadowing(knowledge=knowledge, policy=policy, asking=asking),
        Announcing(language=settings.desk.language, posting=frozenset(posting)),
        is_as_good,
    )
