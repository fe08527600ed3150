"""Builds knowledge, policy and behaviour from the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.app.aftercare import build_aftercare, build_afterwards
from bot.app.answers import guarded
from bot.app.copilot import build_copilot
from bot.app.embeddings import embedding_options
from bot.app.escalation import build_policy, tiers_of
from bot.app.models import open_models, with_model
from bot.app.moods import build_mood_reader
from bot.app.office import build_office
from bot.app.rollout import build_rollout, build_rules
from bot.app.stores import open_knowledge, weaviate_options
from bot.conversation.answering import Answering
from bot.conversation.asking import Asking, Matter, no_matter
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.escalating.listening import Listening
from bot.conversation.manners import Manners
from bot.conversation.recalling.recall import Recalling
from bot.conversation.remembering.commands import Remembering
from bot.conversation.remembering.requests import Rules
from bot.conversation.understanding import LanguageDetector
from bot.engine.engine import EngineOptions
from bot.memory.slots import normalised
from bot.vocabulary.administration import AdminDesk, Authorise
from bot.vocabulary.board import Board
from bot.vocabulary.knowledge import KnowledgeBase, review_day
from bot.vocabulary.memory import ConsentRule, Memories
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.mood import MoodReader
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.steering import LiveSettings
from config.settings import Settings
from handoff.copilot.help import Copilot
from handoff.desk.chat import ChatDesk
from handoff.storm.control import StormPace
from knowledge import DatedKnowledge, EmbeddedKnowledge, Refreshing
from knowledge.model import WritingModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind the behaviour: desk, the board of its cases, models, what is remembered.

    ``channels`` are those of teams that work elsewhere, by their names. ``reader`` is the reader of
    moods, ``live`` the settings as they can be changed. ``admins`` does admins' commands, ``authorise`` says who
    may see to another person's memory. All of it is kept when settings change.
    """

    place: ConversationRef | None = None
    channels: Mapping[str, ConversationRef] = field(default_factory=dict[str, ConversationRef])
    board: Board | None = None
    models: Sequence[WritingModel] = ()
    memories: Memories | None = None
    reader: MoodReader | None = None
    live: LiveSettings | None = None
    admins: AdminDesk | None = None
    authorise: Authorise | None = None


def build_knowledge(
    settings: Settings, models: Sequence[WritingModel] | None = None
) -> KnowledgeBase:
    """Open the index that the settings name; a language model writes from it when one is set.

    The rules of ``[answers]`` stand around it. Without opened ``models`` those of the settings are.

    Raises:
        ConfigurationError: The language model or that of the embeddings can't be opened.
        KnowledgeUnavailableError: The index can't be opened.
    """
    return answering_from(settings, open_index(settings), models)


def answering_from(
    settings: Settings,
    knowledge: EmbeddedKnowledge,
    models: Sequence[WritingModel] | None = None,
) -> KnowledgeBase:
    """Build what answers from an opened index, as ``build_knowledge`` does.

    Raises:
        ConfigurationError: The language model can't be opened.
    """
    opened = open_models(settings) if models is None else models
    answering = with_model(settings, knowledge, opened)
    return guarded(settings, DatedKnowledge(answering, review_day))


def open_index(settings: Settings) -> EmbeddedKnowledge:
    """Open the index that the settings name, without what stands around it.

    Raises:
        KnowledgeUnavailableError: It can't be opened.
    """
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


def build_asking(settings: Settings) -> Asking:
    """Build what says for whom an answer is, and about which product, topic and team.

    Raises:
        ConfigurationError: Teams or topics name what does not exist.
    """
    knowledge, office = settings.knowledge, build_office(settings)

    def matter_of(text: str, language: str) -> Matter:
        subject = office.subject_of(text)
        team = office.team_for(text=text, subject=subject, language=language)
        return Matter(subject=subject, team=team.name or None)

    return Asking(
        members=frozenset(knowledge.members),
        tags=frozenset(knowledge.tags),
        tiers=tiers_of(settings),
        matter_of=matter_of if office.teams or office.topics else no_matter,
    )


def build_detector(settings: Settings) -> LanguageDetector:
    """Build the language detector for the languages that customers may write."""
    return LanguageDetector(settings.conversation.languages)


def build_dispatcher(
    settings: Settings,
    knowledge: KnowledgeBase,
    detector: LanguageDetector,
    adapters: Mapping[Platform, ChatAdapter],
    *,
    behind: Behind | None = None,
) -> Dispatcher:
    """Build the behaviour behind the engine.

    Raises:
        ConfigurationError: A language model can't be opened, or the desk's people can't be read.
    """
    behind = behind or Behind()
    copilot = build_copilot(settings, knowledge, detector, behind.models)
    desk = build_desk(settings, adapters, copilot, behind)
    policy, asking = build_policy(settings), build_asking(settings)
    remembering = build_remembering(settings, behind.memories, behind.authorise)
    prefixes = {name: adapter.capabilities.command_prefix for name, adapter in adapters.items()}
    return Dispatcher(
        detector=detector,
        answering=Answering(knowledge, policy, desk, asking, build_rules(settings)),
        commands=CustomerCommands(desk, policy, asking, remembering, behind.authorise),
        desk=desk,
        manners=Manners(prefixes=prefixes, suggestions=settings.conversation.suggestions),
        listening=Listening(reader=behind.reader or build_mood_reader(settings)),
        after=build_afterwards(settings),
        recalling=Recalling(behind.memories),
        remembering=remembering,
        rollout=build_rollout(settings, knowledge, policy, asking, adapters),
        admins=behind.admins,
    )


def build_remembering(
    settings: Settings, memories: Memories | None, authorise: Authorise | None = None
) -> Remembering:
    """Build what customers do with their own memory, as far as the settings allow one.

    ``authorise`` says who may see to that of others.
    """
    memory = settings.memory
    rules = Rules(consent=ConsentRule(memory.consent), off_in=frozenset(memory.off_in))
    return Remembering(memories, rules, authorise)


def build_desk(
    settings: Settings,
    adapters: Mapping[Platform, ChatAdapter],
    copilot: Copilot,
    behind: Behind,
) -> ChatDesk:
    """Build the desk in the words of the platforms on which agents work.

    One that keeps "/" to itself decides for all: what it takes instead works everywhere.
    """
    desk = settings.desk
    channels = (desk.channel, *(team.channel for team in settings.teams))
    homes = {channel.partition(":")[0] for channel in channels}
    prefixes = {item.capabilities.desk_prefix for name, item in adapters.items() if name in homes}
    return ChatDesk(
        language=desk.language,
        prefix=min(prefixes, default="/"),
        undo_seconds=desk.undo_seconds,
        agents_as=desk.agents_as,
        brand=desk.brand,
        aftercare=build_aftercare(settings),
        office=build_office(settings, behind.place, behind.channels),
        storm=StormPace(
            threads=settings.storm.threads,
            digest_seconds=settings.storm.digest_seconds,
            threads_a_digest=settings.storm.threads_a_digest,
        ),
        board=behind.board,
        copilot=copilot,
        remembers=settings.memory.consent != "none",
        memories=behind.memories,
        normalise=normalised,
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
        receipts=settings.desk.receipts,
        learn=settings.memory.learn_seconds,
        idle=settings.memory.idle_minutes * 60,
    )
