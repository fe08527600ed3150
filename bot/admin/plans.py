"""Builds the plans of the office: a reply, its audit entry, and nothing for history or memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.admin.buttons import MOST_BUTTONS, fitting
from bot.admin.requests import Reply
from bot.texts import say
from bot.vocabulary.commands import Command
from bot.vocabulary.messages import IncomingMessage, OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AuditEntry, Delivery, Lane, Outcome, Plan, Turn

REFUSED = "admin_refused"
"""What the audit log calls a command that somebody may not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A turn of one command: who gives it is the author of ``message``."""

    turn: Turn
    message: IncomingMessage
    language: str
    prefix: str

    @property
    def actor(self) -> Agent:
        """Who acts, for the audit log."""
        return Agent.of(self.message.author, self.message.conversation)

    def said(self, key: str, **values: object) -> Reply:
        """Say a sentence of the catalogue's room ``admin``."""
        return Reply(text=say(f"admin.{key}", self.language, prefix=self.prefix, **values))


def plan_of(
    scene: Scene,
    reply: Reply,
    *,
    named: str,
    reasons: Sequence[str] = (),
    audit: AuditEntry | None = None,
    outcome: Outcome = Outcome.COMMANDED,
) -> Plan:
    """Build the plan of a reply; the receipt knows the command by its name, and none of its values."""
    message = OutgoingMessage(
        text=reply.text,
        buttons=fitting(reply.buttons[:MOST_BUTTONS]),
        attachments=reply.attachments,
        in_reply_to=scene.message.id,
    )
    receipt = receipt_of(
        scene.turn,
        outcome=outcome,
        language=scene.language,
        question=named,
        reasons=tuple(reasons) or (f"admin: {named}",),
    )
    return Plan(
        outcome=outcome,
        receipt=receipt,
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),),
        audit=audit,
    )


def entry_of(scene: Scene, action: str, detail: str) -> AuditEntry:
    """Write down who did what, when and where."""
    actor = scene.actor
    return AuditEntry(
        at=scene.turn.started_at,
        actor_id=actor.id,
        actor=actor.name,
        action=action,
        case="",
        detail=detail,
        place=str(scene.message.conversation),
    )


def name_of(command: Command | None, group: str = "") -> str:
    """Name a command without anything that was typed behind it."""
    return f"/{' '.join(command.words)}" if command is not None else f"/{group}"
