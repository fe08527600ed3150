"""What is known of how well the bot does with a topic, in words."""

from bot.admin.steering.reading import percent
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.rollout import OTHER, RolloutMode, Share, TopicRollout


def topic_name(topic: str, language: str) -> str:
    """Name a topic; what is of none has a name of its own."""
    return say("rollout.other", language) if topic == OTHER else topic


def mode_name(mode: str, language: str) -> str:
    """Name a mode in somebody's language, with the word that commands take where that is another."""
    return say(f"rollout.mode_{mode}", language)


def meaning(mode: RolloutMode, language: str) -> str:
    """Say in one sentence what a mode means."""
    if mode is RolloutMode.HUMAN:
        return say("steering.means_human", language)
    return say(f"rollout.means_{mode}", language)


def row_of(topic: TopicRollout, language: str) -> str:
    """Return a topic in one line: mode, threshold, evidence, and what the numbers speak for."""
    parts = [
        say(
            "steering.topic_row",
            language,
            topic=literal(topic_name(topic.topic, language)),
            mode=mode_name(topic.mode, language),
            threshold=percent(topic.threshold),
        )
    ]
    if topic.mode is RolloutMode.CANARY:
        parts.append(say("steering.canary_share", language, share=percent(topic.share)))
    parts.append(seen(topic, language))
    if topic.proposes is not None:
        mode = mode_name(topic.proposes, language)
        parts.append(say("steering.ready_for", language, mode=mode))
    return " · ".join(part for part in parts if part)


def seen(topic: TopicRollout, language: str) -> str:
    """Say what was seen since the mode was set."""
    parts = [
        _share("seen_drafts", topic.drafts, language),
        _share("seen_bot", topic.bot, language),
        _share("seen_people", topic.people, language),
    ]
    return ", ".join(part for part in parts if part) or say("steering.seen_nothing", language)


def _share(key: str, share: Share, language: str) -> str:
    if not share.of:
        return ""
    return say(
        f"steering.{key}",
        language,
        of=share.of,
        percent=round(100 * share.rate),
        low=round(100 * share.low),
        high=round(100 * share.high),
    )
