"""Admins' commands on a turn's way: they are done before anything is understood, felt or kept of a turn."""

from dataclasses import replace

from bot.conversation.manners import Manners
from bot.conversation.understanding import LanguageDetector
from bot.texts import say
from bot.vocabulary.administration import AdminDesk
from bot.vocabulary.commands import ADMIN_ACTION, Invocation, read, written
from bot.vocabulary.conversations import Memo
from bot.vocabulary.messages import IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Outcome, Plan, Turn


class Administered:
    """What the dispatcher asks first. Without a ``desk`` no command is an admin's."""

    def __init__(
        self, desk: AdminDesk | None, detector: LanguageDetector, manners: Manners
    ) -> None:
        self._desk = desk
        self._detector = detector
        self._manners = manners

    async def plan(self, turn: Turn) -> Plan | None:
        """Return the plan of an admin's command; None for everything else.

        Whoever goes on after many refusals is told so once, and answered no more for a while; the audit
        log has each of them.
        """
        if self._desk is None or not turn.messages:
            return None
        memo = self._manners.flood.counted(turn.conversation.memo, turn.started_at)
        counted = replace(turn, conversation=replace(turn.conversation, memo=memo))
        language = self._language(turn)
        prefix = self._manners.prefix(turn.conversation.ref.platform)
        plan = await self._desk.customer_turn(counted, language=language, prefix=prefix)
        if plan is None or plan.memo is None:
            return plan and replace(plan, memo=_answers_nothing(turn.conversation.memo))
        plan = replace(plan, memo=_answers_nothing(plan.memo))
        if not memo.limited:
            return plan
        first = self._manners.flood.is_first(memo)
        message = OutgoingMessage(text=say("conversation.rate_limited", language))
        return replace(
            plan,
            outcome=Outcome.RATE_LIMITED,
            receipt=replace(plan.receipt, outcome=Outcome.RATE_LIMITED),
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),) if first else (),
        )

    def dead_letter(self, turn: Turn) -> Plan | None:
        """Return the plan for an admin's command that failed three times; no team is asked in for it."""
        if self._desk is None or not turn.messages:
            return None
        return self._desk.dead_letter(turn, language=self._language(turn))

    def _language(self, turn: Turn) -> str:
        """A command's words tell no language: what was spoken so far does, or the admin's locale."""
        previous, locale = turn.conversation.memo.language, turn.messages[-1].author.locale
        return self._detector.detect("", previous=previous, locale=locale)


def _answers_nothing(memo: Memo) -> Memo:
    """Return a memo after which a yes or a number answers nothing that was asked before."""
    return replace(memo, memory_asked=None, choices=(), asked_about=None, offered=False)


def in_own_words(turn: Turn) -> Turn:
    """Return a turn in which a command that puts a question is that question.

    One that is about a person's memory, or asks for help, is written as customers write theirs.
    """
    return replace(turn, messages=tuple(map(_in_own_words, turn.messages)))


def _in_own_words(message: IncomingMessage) -> IncomingMessage:
    line, typed = _line(message)
    invocation = read(line) if line else None
    if invocation is None:
        return message
    text = _as_customers_write(invocation, typed)
    if text is None:
        return message
    kind = MessageKind.NEW if message.kind is MessageKind.PRESSED else message.kind
    return replace(message, kind=kind, action=None, text=text)


def _line(message: IncomingMessage) -> tuple[str, str]:
    """Return the line of a command, and what was typed into its button's form."""
    if message.kind is not MessageKind.PRESSED:
        return (message.text, "") if message.text.startswith("/") else ("", "")
    action = message.action or ""
    is_admins = action.startswith(ADMIN_ACTION)
    return (action.removeprefix(ADMIN_ACTION), message.text.strip()) if is_admins else ("", "")


def _as_customers_write(invocation: Invocation, typed: str) -> str | None:
    command = invocation.command
    if command.name == "help":
        return written(command, invocation.values)
    if command.name == "ask":
        return invocation.value("question") or typed or None
    if command.words[0] == "memory":
        person = invocation.value("person") or typed
        return " ".join(filter(None, (f"/{' '.join(command.words)}", person)))
    return None
