"""The memory of another person, by an admin: each look and each refusal is in the audit log."""

from collections.abc import Sequence

from bot.conversation.remembering import questions
from bot.conversation.remembering.exporting import export_of
from bot.conversation.remembering.requests import Request
from bot.conversation.remembering.showing import Shown
from bot.conversation.remembering.telling import sentence, spoken
from bot.vocabulary.administration import Doubt, Ruling
from bot.vocabulary.conversations import MemoryStep
from bot.vocabulary.memory import identity_of, principal_of
from bot.vocabulary.messages import Principal
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import AuditEntry, Plan

VERBS = frozenset({"show", "export", "erase"})

SHORT = 2
"""Parts of an account's name without the workspace, server or bot that it belongs to."""


def is_of_another(words: Sequence[str]) -> bool:
    """Whether what stands behind the command is about another person's memory."""
    return len(words) > 1 and words[0].lower() in VERBS


async def of_another(request: Request, verb: str, named: str) -> Plan:
    """Show, export or erase what is remembered of an account (``platform:tenant:user``)."""
    replies = request.replies
    refused = await _refusal(request, verb)
    if refused is not None:
        return refused
    whose = _whose(named, request.principal)
    if whose is None:
        return spoken(replies, sentence(replies, "admin_usage"), reason="usage")
    if verb == "erase":
        text = sentence(replies, "asks_erase", who=identity_of(whose))
        return questions.ask(request, MemoryStep.ERASE, text, about=identity_of(whose))
    return await (_show if verb == "show" else _export)(request, whose)


async def erased(request: Request, about: str) -> tuple[Plan, Principal | None]:
    """Erase after a yes, which must come from an admin as well; returns whose data it is."""
    replies = request.replies
    refused = await _refusal(request, "erase")
    if refused is not None:
        return refused, None
    text = sentence(replies, "done_erase", who=about)
    entry = _entry(request, "erase", about)
    return spoken(replies, text, reason="done_erase", audit=entry), principal_of(about)


async def _refusal(request: Request, verb: str) -> Plan | None:
    """Look up anew whether whoever acts is an admin; return how they are refused when they are not."""
    replies, ruling = request.replies, _UNASKED
    if request.authorise is not None:
        ruling = await request.authorise(replies.turn.messages[-1])
    if ruling.granted:
        return None
    key = "admins_unsure" if ruling.doubt is Doubt.UNSURE else "admins_only"
    entry = _entry(request, "refused", f"{verb}: {ruling.why}")
    return spoken(replies, sentence(replies, key), reason="refused", audit=entry)


_UNASKED = Ruling(why="nobody can be asked who is an admin", doubt=Doubt.NOT_NAMED)


def _whose(named: str, admin: Principal) -> Principal | None:
    """Read whose memory is meant; ``platform:user`` is somebody where the admin writes."""
    parts = named.split(":")
    if len(parts) == SHORT and parts[0] == admin.platform:
        named = ":".join((parts[0], admin.tenant_id, parts[1]))
    try:
        return principal_of(named)
    except ValueError:
        return None


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
        place=str(turn.conversation.ref),
    )
