"""Builds knowledge, policy and behaviour from the settings."""

from collections.abc import Callable, Mapping

from bot.app.answers import guarded
from bot.app.embeddings import embedding_options
from bot.app.models import with_model
from bot.app.stores import open_knowledge, weaviate_options
from bot.conversation.answering import Answering
from bot.conversation.asking import Asking
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.manners import Manners
from bot.conversation.understanding import LanguageDetector
from bot.engine.engine import EngineOptions
from bot.vocabulary.budgets import Budget
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.knowledge import KnowledgeBase, review_day
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from config.settings import Settings
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from knowledge import DatedKnowledge, EmbeddedKnowledge, Refreshing
from knowledge.answering.calibration import CalibrationFile, calibration_path


def build_knowledge(settings: Settings, budget: Budget | None = None) -> KnowledgeBase:
    """Open the index that the settings name; a language model writes from it when one is set.

    The rules of ``[answers]`` stand around it. Without a ``budget`` nothing is counted.

    Raises:
        ConfigurationError: The language model or that of the embeddings can't be opened.
        KnowledgeUnavailableError: The index can't be opened.
    """
    return answering_from(settings, _open_index(settings), budget)


def answering_from(
    settings: Settings, knowledge: EmbeddedKnowledge, budget: Budget | None = None
) -> KnowledgeBase:
    """Build what answers from an opened index, as ``build_knowledge`` does.

    Raises:
        ConfigurationError: The language model can't be opened.
    """
    answering = with_model(settings, knowledge, budget)
    return guarded(settings, DatedKnowledge(answering, review_day))


def _open_index(settings: Settings) -> EmbeddedKnowledge:
    knowledge = open_knowledge(settings)
    knowledge.embedder.load()
    if settings.knowledge.store == "embedded":
        knowledge.passages_now()  # an index of other vectors is noticed now, not by a customer
    return knowledge


def build_refreshing(settings: Settings) -> Refreshing:
    """Build what keeps web pages and repositories in the index up to date."""
    return Refreshing(
        data_dir=settings.data_dir,
        hours=settings.knowledge.sync_hours,
        allow_hosts=frozenset(settings.knowledge.allow_hosts),
        embedding=embedding_options(settings),
        weaviate=weaviate_options(settings),
    )


def build_policy(settings: Settings) -> EscalationPolicy:
    """Build the escalation policy with the thresholds of the settings."""
    escalation = settings.escalation
    return ThresholdPolicy(
        Thresholds(
            answer_above=escalation.answer_above,
            unsure_limit=escalation.unsure_limit,
            rejection_limit=escalation.rejection_limit,
        ),
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


def build_asking(settings: Settings) -> Asking:
    """Build what says for whom an answer is, and about which product."""
    knowledge = settings.knowledge
    return Asking(members=frozenset(knowledge.members), tags=frozenset(knowledge.tags))


def build_detector(settings: Settings) -> LanguageDetector:
    """Build the language detector for the languages that customers may write."""
    return LanguageDetector(settings.conversation.languages)


def build_dispatcher(
    settings: Settings,
    knowledge: KnowledgeBase,
    detector: LanguageDetector,
    adapters: Mapping[Platform, ChatAdapter],
) -> Dispatcher:
    """Build the behaviour behind the engine."""
    desk = build_desk(settings, adapters)
    policy = build_policy(settings)
    prefixes = {name: adapter.capabilities.command_prefix for name, adapter in adapters.items()}
    return Dispatcher(
        detector=detector,
        answering=Answering(knowledge, policy, desk, build_asking(settings)),
        commands=CustomerCommands(desk, policy),
        desk=desk,
        manners=Manners(prefixes=prefixes, suggestions=settings.conversation.suggestions),
    )


def build_desk(settings: Settings, adapters: Mapping[Platform, ChatAdapter]) -> ChatDesk:
    """Build the desk in the words of the platform on which agents work."""
    desk = settings.desk
    platform = desk.channel.partition(":")[0]
    prefixes = {name.value: item.capabilities.desk_prefix for name, item in adapters.items()}
    return ChatDesk(
        language=desk.language,
        prefix=prefixes.get(platform, "/"),
        undo_seconds=desk.undo_seconds,
        agents_as=desk.agents_as,
        brand=desk.brand,
    )


def engine_options(settings: Settings) -> EngineOptions:
    """Translate the settings into the engine's options."""
    engine, conversation = settings.engine, settings.conversation
    return EngineOptions(
        deadline=settings.redis.deadline_seconds,
        join=engine.join_seconds,
        lease=engine.lease_seconds,
        sweep=engine.sweep_seconds,
        drain=engine.drain_seconds,
        send=engine.send_seconds,
        # Who sends may also need the deadline to record it before another may send again.
        lane_lease=engine.send_seconds + settings.redis.deadline_seconds,
        concurrency=engine.concurrency,
        history_lines=conversation.history_lines,
        history_days=conversation.history_days,
    )
