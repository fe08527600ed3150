"""Builds what agents are helped with: drafts, other words, canned replies, translation."""

from collections.abc import Sequence

from bot.app.wording import build_wordings
from bot.conversation.understanding import LanguageDetector
from bot.vocabulary.knowledge import KnowledgeBase
from config.settings import Settings
from handoff.copilot.canned import CannedReplies, CannedReply
from handoff.copilot.drafting import Drafter
from handoff.copilot.help import Copilot
from handoff.copilot.interpreting import Interpreter
from knowledge.model import WritingModel


def build_copilot(
    settings: Settings,
    knowledge: KnowledgeBase,
    detector: LanguageDetector,
    models: Sequence[WritingModel] = (),
) -> Copilot:
    """Build the copilot over the knowledge that the bot answers from, and the models it has opened."""
    wordings = build_wordings(settings, models)
    interpreter = Interpreter(
        home=settings.desk.language,
        language_of=lambda text: detector.detect(text, previous=None, locale=None),
        translator=wordings.translator,
    )
    canned = (
        CannedReply(name=reply.name, text=reply.text, tags=reply.tags) for reply in settings.canned
    )
    return Copilot(
        drafter=Drafter(knowledge=knowledge, tags=frozenset(settings.knowledge.tags)),
        rewriter=wordings.rewriter,
        interpreter=interpreter if wordings.translator else None,
        canned=CannedReplies(tuple(canned)),
        drafts_itself=settings.copilot.drafts,
    )
