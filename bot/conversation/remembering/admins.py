"""The memory of another person, by an admin: each look and each refusal is in the audit log."""

from bot.conversation.remembering import questions
from bot.conversation.remembering.exporting import export_of
from bot.conversation.remembering.requests import Request
from bot.conversation.remembering.showing import Shown
from bot.conversation.remembering.telling import sentence, spoken
from bot.vocabulary.conversations import MemoryStep
from bot.vocabulary.memory import identity_of, principal_of
from bot.vocabulary.messages import Principal
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import AuditEntry, Plan

VERBS = frozenset({"show", "export", "erase"})


async def of_another(request: Request, verb: str, named: str) -> Plan:
    """Show, export or erase what is remembered of an account (``platform:tenant:user``)."""
    replies = request.replies
    if not request.principal.is_admin:
        text = sentence(replies, "admins_only")
        return spoken(replies, text, reason="refused", audit=_entry(request, "refused", verb))
    try:
        whose = principal_of(named)
    except ValueError:
        return spoken(replies, sentence(replies, "admin_usage"), reason="usage")
    if verb == "erase":
        text = sentence(replies, "asks_erase", who=identity_of(whose))
        return questions.ask(request, MemoryStep.ERASE, text, about=identity_of(whose))
    return await (_show if verb == "show" else _export)(request, whose)


def erased(request: Request, about: str) -> tuple[Plan, Principal | None]:
    """Erase after a yes, which must come from an admin as well; returns whose data it is."""
    replies = request.replies
    if not request.principal.is_admin:
        text = sentence(replies, "admins_only")
        entry = _entry(request, "refused", "erase")
        return spoken(replies, text, reason="refused", audit=entry), None
    text = sentence(replies, "done_erase", who=about)
    entry = _entry(request, "erase", about)
    return spoken(replies, text, reason="done_erase", audit=entry), principal_of(about)


async def _show(request: Request, whose: Principal) -> Plan:
    replies, who = request.replies, identity_of(whose)
    view = await request.memories.view(whose)
    shown = Shown(
        view, language=replies.language, prefix=replies.prefix, now=replies.turn.started_at
    )
    return spoken(
        replies,
        shown.all(who),
        reason="shown_of",
        line=sentence(replies, "line_show"),
        audit=_entry(request, "show", who),
    )


async def _export(request: Request, whose: Principal) -> Plan:
    replies, who = request.replies, identity_of(whose)
    return spoken(
        replies,
        sentence(replies, "exported_of", who=who),
        reason="exported_of",
        files=(export_of(whose),),
        audit=_entry(request, "export", who),
    )


def _entry(request: Request, action: str, detail: str) -> AuditEntry:
    turn = request.replies.turn
    admin = Agent.of(request.author, turn.conversation.ref)
    return AuditEntry(
        at=turn.started_at,
        actor_id=admin.id,
        actor=admin.name,
        action=f"memory_{action}",
        case="",
        detail=detail,
    )
