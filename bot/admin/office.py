"""The admins' office: a command or a pressed button of a turn becomes a plan.

Who may is looked up anew for each, and whoever may not is told so kindly, with an entry in the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.admin import helping
from bot.admin.asked import Asked, asked_in
from bot.admin.asking import ask_for
from bot.admin.authorising import Authorising
from bot.admin.offering import Offers
from bot.admin.plans import REFUSED, Scene, entry_of, name_of, plan_of
from bot.admin.requests import CommandRoom, Handler, Reply, Request
from bot.texts.literal import literal
from bot.vocabulary.administration import Doubt, Ruling
from bot.vocabulary.commands import Argument, Invocation, Who
from bot.vocabulary.errors import RelevoError, StateUnavailableError
from bot.vocabulary.messages import Principal
from bot.vocabulary.turns import Outcome, Plan, Turn

REFUSALS = {Doubt.UNSURE: "unsure", Doubt.NO_MEMBER: "no_member", Doubt.ELSEWHERE: "no_member"}
"""What somebody is told; all else is that only admins may."""


class AdminOffice:
    """The door of the office, see ``AdminDesk``; ``rooms`` do the commands."""

    def __init__(
        self, authorising: Authorising, rooms: Sequence[CommandRoom], offers: Offers
    ) -> None:
        self._authorising = authorising
        self._offers = offers
        self._handlers: dict[str, Handler] = {}
        for room in rooms:
            self._handlers |= room.handlers()

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Who does which command, by the commands' names."""
        return self._handlers

    async def customer_turn(self, turn: Turn, *, language: str, prefix: str) -> Plan | None:
        """See ``AdminDesk``."""
        asked = _asked(turn)
        if asked is None:
            return None
        message = turn.messages[-1]
        scene = Scene(turn=turn, message=message, language=language, prefix=prefix)
        if asked.is_edit and not _is_help(asked):
            return plan_of(scene, scene.said("edited"), named=_named(asked))
        if asked.invocation is None and not asked.group:
            return plan_of(scene, scene.said("expired_button"), named="/")
        if asked.invocation is not None and asked.invocation.command.who is Who.EVERYBODY:
            return await self._for_everybody(scene, asked, asked.invocation)
        return await self._for_admins(scene, asked)

    def dead_letter(self, turn: Turn, *, language: str) -> Plan | None:
        """See ``AdminDesk``."""
        asked = _asked(turn)
        if asked is None:
            return None
        scene = Scene(turn=turn, message=turn.messages[-1], language=language, prefix="/")
        return plan_of(scene, scene.said("failed"), named=_named(asked), outcome=Outcome.DEGRADED)

    async def _for_admins(self, scene: Scene, asked: Asked) -> Plan:
        is_limited = scene.turn.conversation.memo.limited
        if is_limited and not await self._authorising.is_named(scene.message.principal):
            return _refused(scene, asked, Ruling(why="too many refused", doubt=Doubt.NOT_NAMED))
        ruling = await self._authorising.authorise(scene.message)
        if not ruling.granted:
            return _refused(scene, asked, ruling)
        if asked.invocation is None:
            reply = helping.group_of(asked.group, scene.language, scene.prefix)
            return plan_of(scene, reply or scene.said("expired_button"), named=_named(asked))
        return await self._done(scene, asked, asked.invocation)

    async def _for_everybody(
        self, scene: Scene, asked: Asked, invocation: Invocation
    ) -> Plan | None:
        """Help whoever asks, and let a full member claim what nobody has; the rest is asked for."""
        if invocation.command.name == "help":
            return await self._help(scene, invocation)
        if invocation.command.name == "claim":
            if not scene.message.is_direct:
                return plan_of(scene, scene.said("only_direct"), named=_named(asked))
            ruling = await self._authorising.vouch(scene.message)
            if not ruling.granted:
                return _refused(scene, asked, ruling)
        return await self._done(scene, asked, invocation)

    async def _help(self, scene: Scene, invocation: Invocation) -> Plan | None:
        """Show admins their table; everybody else has the customers' help."""
        principal, is_bot = scene.message.principal, scene.message.author.is_bot
        if principal is None or is_bot or not await self._is_admin(principal):
            return None
        named = invocation.value("command").casefold().strip("/ ")
        found = (
            helping.all_commands(scene.language, scene.prefix)
            if not named
            else helping.one_command(named, scene.language, scene.prefix)
            or helping.group_of(named, scene.language, scene.prefix)
            or helping.all_commands(scene.language, scene.prefix)
        )
        return plan_of(scene, found, named="/help")

    async def _is_admin(self, principal: Principal) -> bool:
        return (await self._authorising.authorise_lately(principal)).granted

    async def _done(self, scene: Scene, asked: Asked, invocation: Invocation) -> Plan:
        """Do a command that somebody may give, or ask for what it lacks."""
        command, principal = invocation.command, scene.message.principal
        named, handler = name_of(command), self._handlers.get(command.name)
        if principal is None:
            return _refused(
                scene, asked, Ruling(why="nobody knows who acts", doubt=Doubt.NO_PERSON)
            )
        if invocation.missing is not None:
            reply = await self._asked_for(scene, invocation, invocation.missing)
            return plan_of(scene, reply, named=named, reasons=(f"admin: {named} asks back",))
        if handler is None:
            return plan_of(scene, scene.said("not_here", command=named), named=named)
        reply, is_done = await _handled(handler, _request(scene, principal, invocation))
        is_noted = is_done and (reply.detail or (command.changes and invocation.values))
        is_noted = is_noted and not reply.is_refused
        entry = entry_of(scene, command.name, reply.detail) if is_noted else None
        return plan_of(scene, reply, named=named, audit=entry)

    async def _asked_for(self, scene: Scene, invocation: Invocation, missing: Argument) -> Reply:
        return await ask_for(
            invocation, missing, self._offers, language=scene.language, prefix=scene.prefix
        )


def _asked(turn: Turn) -> Asked | None:
    """Return what a turn asks of the office; a command is always alone in its turn."""
    return asked_in(turn.messages[0]) if len(turn.messages) == 1 else None


def _is_help(asked: Asked) -> bool:
    return asked.invocation is not None and asked.invocation.command.name == "help"


def _named(asked: Asked) -> str:
    command = asked.invocation.command if asked.invocation else None
    return name_of(command, asked.group)


async def _handled(handler: Handler, request: Request) -> tuple[Reply, bool]:
    """Let a room do a command; what it refuses is said, and nothing was changed."""
    try:
        return await handler(request), True
    except StateUnavailableError:
        raise
    except RelevoError as error:
        return Reply(text=literal(str(error))), False


def _request(scene: Scene, principal: Principal, invocation: Invocation) -> Request:
    return Request(
        invocation=invocation,
        principal=principal,
        name=scene.message.author.display_name,
        place=str(scene.message.conversation),
        language=scene.language,
        prefix=scene.prefix,
        at=scene.turn.started_at,
        key=scene.message.event_key,
    )


def _refused(scene: Scene, asked: Asked, ruling: Ruling) -> Plan:
    """Refuse, note it, and keep the memo, in which it was counted."""
    named = _named(asked)
    reply = scene.said(REFUSALS.get(ruling.doubt or Doubt.UNSURE, "admins_only"))
    entry = entry_of(scene, REFUSED, f"{named}: {ruling.why}")
    plan = plan_of(
        scene, reply, named=named, reasons=(f"admin: refused, {ruling.why}",), audit=entry
    )
    return replace(plan, memo=scene.turn.conversation.memo)
