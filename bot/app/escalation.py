"""Builds from the settings what decides when a human is asked in."""

from collections.abc import Callable, Iterable, Mapping

from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.mood import Concern
from bot.vocabulary.platforms import Finding, Health
from bot.vocabulary.rollout import OTHER_NAME
from config.escalation import EscalationRuleSettings, EscalationSettings
from config.settings import Settings
from handoff.policy import Action, EscalationRule, ThresholdPolicy, Thresholds
from knowledge.answering.calibration import CalibrationFile, calibration_path

_CONCERNS = (Concern.LEGAL, Concern.VULNERABLE, Concern.COMPLAINT, Concern.CANCELLATION)


def build_policy(settings: Settings) -> EscalationPolicy:
    """Build the escalation policy with the thresholds and rules of the settings.

    Raises:
        ConfigurationError: A rule names a topic, a team or a tier that does not exist.
    """
    escalation = settings.escalation
    _check_names(settings)
    thresholds = _thresholds(escalation)
    return ThresholdPolicy(
        thresholds,
        # The later rule counts: a topic's threshold beats the general one, the operator's rules beat it.
        rules=[*_of_topics(settings), *(_rule(rule, thresholds) for rule in escalation.rules)],
        language=settings.desk.language,
        needed=needed_confidence(settings),
    )


def needed_confidence(settings: Settings) -> Callable[[], float]:
    """Say from which confidence on the bot answers.

    The settings' word counts where they have one; else the threshold that was fitted last, looked up
    at each call; else the default.
    """
    fixed = settings.escalation.answer_above
    if "answer_above" in settings.escalation.model_fields_set:
        return lambda: fixed
    file = CalibrationFile(calibration_path(settings.data_dir))
    return lambda: fixed if (fitted := file.threshold) is None else fitted


def tiers_of(settings: Settings) -> Mapping[str, frozenset[str]]:
    """Return the customers of each tier."""
    return {tier.name: frozenset(tier.members) for tier in settings.tiers}


def escalation_findings(settings: Settings) -> list[Finding]:
    """Look at rules and tiers for what can't hold; nothing to say where none are set."""
    rules, tiers = settings.escalation.rules, tiers_of(settings)
    if not (rules or tiers or settings.timing.raised_tiers):
        return []
    try:
        _check_names(settings)
    except ConfigurationError as error:
        return [Finding(subject="escalation", health=Health.BROKEN, text=str(error))]
    unknown = [name for name in settings.timing.raised_tiers if name not in tiers]
    if unknown:
        text = (
            f"timing.raised_tiers names {', '.join(unknown)}, which [[tiers]] does not have, so nobody "
            "is of it: correct the name or add it."
        )
        return [Finding(subject="escalation", health=Health.WARNING, text=text)]
    text = f"{len(rules)} rules and {len(tiers)} tiers are set up."
    return [Finding(subject="escalation", health=Health.GOOD, text=text)]


def _thresholds(escalation: EscalationSettings) -> Thresholds:
    return Thresholds(
        answer_above=escalation.answer_above,
        clarify_above=escalation.clarify_above,
        unsure_limit=escalation.unsure_limit,
        rejection_limit=escalation.rejection_limit,
        repeat_limit=escalation.repeat_limit,
        mood_offer=escalation.mood_offer,
        mood_hand_over=escalation.mood_hand_over,
        mood_margin=escalation.mood_margin,
        anger_limit=escalation.anger_limit,
        most_offers=escalation.most_offers,
        cost_limit=escalation.cost_limit,
        wait_limit=escalation.wait_minutes,
        topic=Action(escalation.forbidden_topic),
        concerns={concern: Action(getattr(escalation, concern)) for concern in _CONCERNS},
    )


def _of_topics(settings: Settings) -> list[EscalationRule]:
    """Return the rollout's thresholds as rules: that of all else first, and then each topic's."""
    own = {topic.name: topic.threshold for topic in settings.rollout.topics}
    named = [topic.name for topic in settings.topics]
    other = None if OTHER_NAME in named else own.get(OTHER_NAME)
    rules = [EscalationRule(changes={"answer_above": other})] if other is not None else []
    return rules + [
        # None is the general one again.
        EscalationRule(topics=frozenset({name}), changes={"answer_above": own.get(name)})
        for name in named
        if own.get(name) is not None or rules
    ]


def _rule(rule: EscalationRuleSettings, general: Thresholds) -> EscalationRule:
    changes = rule.changes
    own = {concern: changes.pop(concern) for concern in _CONCERNS if concern in changes}
    if own:
        actions = {concern: Action(str(action)) for concern, action in own.items()}
        changes["concerns"] = {**general.concerns, **actions}
    if "wait_minutes" in changes:
        changes["wait_limit"] = changes.pop("wait_minutes")
    return EscalationRule(
        topics=frozenset(rule.topics),
        teams=frozenset(rule.teams),
        tiers=frozenset(rule.tiers),
        languages=frozenset(rule.languages),
        changes=changes,
        action=Action(rule.action) if rule.action else None,
    )


def _check_names(settings: Settings) -> None:
    """A rule for what doesn't exist would silently never hold."""
    forbidden = [topic for rule in settings.answers.rules for topic in rule.forbidden]
    topics = [*(topic.name for topic in settings.topics), *forbidden]
    teams = [team.name for team in settings.teams]
    tiers = [tier.name for tier in settings.tiers]
    for rule in settings.escalation.rules:
        _check_known(rule.topics, topics, "[[topics]]")
        _check_known(rule.teams, teams, "[[teams]]")
        _check_known(rule.tiers, tiers, "[[tiers]]")


def _check_known(names: Iterable[str], known: list[str], table: str) -> None:
    for name in names:
        if name not in known:
            there = ", ".join(known) or "none"
            raise ConfigurationError(
                f"A rule of [[escalation.rules]] names {name}, which {table} does not have "
                f"(there: {there}): correct the name or add it."
            )
