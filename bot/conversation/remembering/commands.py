"""The front door: what customers do with their memory, by commands and by buttons.

All of it only in a direct conversation: elsewhere others read along.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.conversation.remembering import admins, linking, questions
from bot.conversation.remembering.exporting import export_of
from bot.conversation.remembering.noticing import noticed
from bot.conversation.remembering.requests import Request, Rules
from bot.conversation.remembering.showing import Shown
from bot.conversation.remembering.telling import sentence, spoken, told
from bot.conversation.remembering.wording import counted
from bot.conversation.replies import Replies
from bot.conversation.understanding import Understanding
from bot.vocabulary.administration import Authorise
from bot.vocabulary.conversations import MemoryQuestion, MemoryStep
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.linking import LINK
from bot.vocabulary.memory import Memories, Memory
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import Plan

logger = logging.getLogger(__name__)

NAMES = {"memory": "memory", "memoria": "memory", "forget": "forget", "olvidar": "forget"} | {
    **dict.fromkeys(LINK, "link"),
    **dict.fromkeys(("unlink", "desvincular"), "unlink"),
}
"""The commands, by their names in both languages."""

_WORDS = {"activar": "on", "desactivar": "off", "exportar": "export"}
"""What may stand behind ``/memory`` in Spanish."""


class Remembering:
    """What a customer's own memory is to the conversation.

    Without ``memories`` nothing is remembered, and the commands say so. ``authorise`` says who may see to
    that of another person; without it nobody may.
    """

    def __init__(
        self,
        memories: Memories | None = None,
        rules: Rules | None = None,
        authorise: Authorise | None = None,
    ) -> None:
        self._memories = memories
        self._authorise = authorise
        self._rules = rules or Rules()
        self._commands: dict[str, Callable[[Request], Awaitable[Plan]]] = {
            "memory": self._memory,
            "forget": _forget,
            "link": linking.link,
            "unlink": linking.unlink,
        }

    def knows(self, action: str) -> bool:
        """Whether a command or a button is about the memory."""
        return action.partition(":")[0] in NAMES

    async def run(self, action: str, replies: Replies) -> Plan:
        """Run a command, or the action of a button."""
        name, *words = action.split(":")
        command, message = NAMES[name], replies.turn.messages[-1]
        if not message.is_direct:
            return told(replies, _elsewhere(command, replies), command=command)
        if message.kind is not MessageKind.PRESSED:
            words = message.text.split()[1:]
        of_another = command == "memory" and admins.is_of_another(words)
        request = self._request(replies, tuple(words), is_checked=of_another)
        if request is None:
            return told(replies, "nothing_here")
        return await _readable(self._commands[command](request), replies)

    async def heard(self, replies: Replies, meaning: Understanding) -> Plan | None:
        """Return the plan for a yes or no to the question that was asked last; None for all else."""
        is_yes, request = questions.written(replies, meaning), self._request(replies, ())
        question = replies.turn.conversation.memo.memory_asked
        if is_yes is None or request is None or question is None:
            return None
        return await _readable(_answered(request, question, is_yes=is_yes), replies)

    async def noticed(self, plan: Plan, replies: Replies, meaning: Understanding) -> Plan:
        """Say once that there is a memory, or that there could be one."""
        if self._memories is None:
            return plan
        says_something = bool(meaning.rest)
        return await noticed(
            plan, replies, self._memories, self._rules, says_something=says_something
        )

    def _request(
        self, replies: Replies, words: tuple[str, ...], *, is_checked: bool = False
    ) -> Request | None:
        """Return what is wanted; bots want nothing, unless who may is looked up (``is_checked``)."""
        message = replies.turn.messages[-1] if replies.turn.messages else None
        if message is None or not message.is_direct:
            return None
        if message.author.is_bot and not is_checked:
            return None
        if self._memories is None or message.principal is None:
            return None
        return Request(
            replies=replies,
            principal=message.principal,
            memories=self._memories,
            words=words,
            can_switch=self._rules.allow(message.principal),
            authorise=self._authorise,
        )

    async def _memory(self, request: Request) -> Plan:
        word = request.word(0).lower()
        if admins.is_of_another(request.words):
            return await admins.of_another(request, word, " ".join(request.words[1:]))
        word = _WORDS.get(word, word)
        match word:
            case "on" | "off":
                return await _switch(request, on=word == "on")
            case "export":
                return _export(request)
            case "drop":
                return await _drop(request)
            case "answer":
                return await _pressed(request)
            case _:
                return await _show(request, _number(request.word(1)))


def _elsewhere(command: str, replies: Replies) -> str:
    """Name the sentence that says in a shared place where to send a command."""
    if command == "link" and replies.code:
        return "only_direct_code"
    return "only_direct_memory" if command == "memory" else "only_direct"


async def _readable(plan: Awaitable[Plan], replies: Replies) -> Plan:
    """Return a plan, or one that says that what it needs can't be read."""
    try:
        return await plan
    except UnreadableMemoryError as error:
        logger.error("memory unreadable", extra={"error": str(error)})  # noqa: TRY400
        return told(replies, "unreadable")


async def _show(request: Request, page: int, *, lead: str = "") -> Plan:
    """Show a page, below a sentence on what was done."""
    replies, shown = request.replies, await _shown(request)
    text, buttons = shown.page(page, request.principal)
    line = sentence(replies, "line_show")
    words = f"{lead}\n\n{text}" if lead else text
    return spoken(replies, words, buttons, reason="shown", line=line)


async def _shown(request: Request) -> Shown:
    replies = request.replies
    return Shown(
        await request.memories.view(request.principal),
        language=replies.language,
        prefix=replies.prefix,
        now=replies.turn.started_at,
        can_switch=request.can_switch,
    )


async def _drop(request: Request) -> Plan:
    """Forget one thing of whoever presses; it may be gone already, which is as good."""
    item = (await _shown(request)).found(request.word(1))
    if item is not None:
        await request.memories.drop(request.principal, item.id)
    lead = sentence(request.replies, "dropped")
    return await _show(request, _number(request.word(2)), lead=lead)


async def _switch(request: Request, *, on: bool) -> Plan:
    if not await request.memories.switch(request.principal, on=on):
        return told(request.replies, "cannot_switch")
    return told(request.replies, "switched_on" if on else "switched_off")


def _export(request: Request) -> Plan:
    text = sentence(request.replies, "exported")
    return spoken(request.replies, text, reason="exported", files=(export_of(request.principal),))


async def _forget(request: Request) -> Plan:
    """Say what would be erased, and ask."""
    try:
        memory = (await request.memories.view(request.principal)).memory
    except UnreadableMemoryError:
        memory = Memory()  # what can't be read can be erased all the same
    held = _held(memory, request.replies.language)
    if held:
        text = sentence(request.replies, "asks_forget", held=held)
    else:
        text = sentence(request.replies, "asks_forget_all")
    return questions.ask(request, MemoryStep.FORGET, text)


def _held(memory: Memory, language: str) -> str:
    """Count what is remembered, in words; empty when nothing is."""
    kinds = {"facts": memory.facts, "episodes": memory.episodes, "threads": memory.threads}
    return ", ".join(counted(kind, len(items), language) for kind, items in kinds.items() if items)


async def _pressed(request: Request) -> Plan:
    question = questions.pressed(request)
    if question is None:
        return told(request.replies, "question_over")
    return await _answered(request, question, is_yes=request.word(1) == "yes")


async def _answered(request: Request, question: MemoryQuestion, *, is_yes: bool) -> Plan:
    if not is_yes:
        return told(request.replies, f"kept_{question.step}")
    match question.step:
        case MemoryStep.UNLINK:
            return await linking.unlinked(request)
        case MemoryStep.FORGET:
            return replace(told(request.replies, "done_forget"), erases=request.principal)
        case MemoryStep.ERASE:
            plan, whose = await admins.erased(request, question.about)
            return replace(plan, erases=whose)


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 5 else 1  # noqa: PLR2004
