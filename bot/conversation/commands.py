"""What customers can ask for by a command or a button, whoever has the word."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation import gaps
from bot.conversation.asking import Asking
from bot.conversation.escalating.passing import Passing
from bot.conversation.escalating.weighing import signals_of
from bot.conversation.remembering.commands import Remembering
from bot.conversation.replies import Replies
from bot.vocabulary.administration import Authorise
from bot.vocabulary.cases import Case
from bot.vocabulary.handover import Desk, EscalationPolicy
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.turns import Outcome, Plan, Turn


class CustomerCommands:
    """The table of commands; buttons carry the same names as their action.

    It is all that a customer can run: the actions of a case's buttons are not in it.
    """

    def __init__(
        self,
        desk: Desk,
        policy: EscalationPolicy,
        asking: Asking | None = None,
        remembering: Remembering | None = None,
        authorise: Authorise | None = None,
    ) -> None:
        self._desk = desk
        self._authorise = authorise
        self._policy = policy
        self._remembering = remembering or Remembering()
        self._asking = asking or Asking()
        self._passing = Passing(desk, self._asking)
        self._commands: dict[str, Callable[[Replies], Plan]] = {
            "human": self._human,
            "help": self._help,
            "start": self._start,
        }

    async def run(self, name: str, replies: Replies) -> Plan:
        """Run a command; one that does not exist is said so, and reaches an agent who listens."""
        if name == "bot":
            return await self._bot(replies)
        known = self._commands.get(name)
        if known is not None:
            return known(replies)
        if self._remembering.knows(name):
            return await self._remembering.run(name, replies)
        if replies.turn.messages[-1].kind is MessageKind.PRESSED:
            return _say(replies, "stale_button" if replies.with_people else "expired_button")
        if replies.with_people:
            return self._desk.relay(replies.turn, replies.language)
        return _say(replies, "unknown_command")

    def _human(self, replies: Replies) -> Plan:
        if replies.with_people:
            return self._human_again(replies)
        question = replies.memo.question or _beside_the_command(replies.turn)
        signals = replace(signals_of(replies, self._asking, question), wish="/human")
        verdict = self._policy.decide(signals)
        plan = self._passing.pass_on(replies, verdict, question, signals=signals)
        return gaps.handed_over(plan, replies)

    def _human_again(self, replies: Replies) -> Plan:
        if _says_more(replies.turn):
            return self._desk.relay(replies.turn, replies.language)
        return _say(replies, "already_with_people")

    async def _bot(self, replies: Replies) -> Plan:
        if not replies.with_people:
            return _say(replies, "already_with_bot")
        case = replies.turn.conversation.case
        if case is not None and not await self._may_leave(case, replies.turn.messages[-1]):
            return _say(replies, "only_their_case")
        return self._desk.cancel(replies.turn, replies.language)

    async def _may_leave(self, case: Case, message: IncomingMessage) -> bool:
        """Whether it is their own case, or an admin's by a fresh look."""
        if case.may_be_left_by(message.principal):
            return True
        return self._authorise is not None and (await self._authorise(message)).granted

    def _help(self, replies: Replies) -> Plan:
        return _say(replies, "help")

    def _start(self, replies: Replies) -> Plan:
        return _say(replies, "greeting")


def _say(replies: Replies, key: str) -> Plan:
    return replies.say(key, Outcome.COMMANDED, f"command: {key}")


def _says_more(turn: Turn) -> bool:
    """Whether there is more in a turn than a bare command or a press."""
    return any(len(item.text.split()) > 1 or item.attachments for item in turn.messages)


def _beside_the_command(turn: Turn) -> str:
    texts = [message.text for message in turn.messages if not message.text.startswith("/")]
    return " ".join(text for text in texts if text)
