"""What customers can ask for by a command or a button, whoever has the word."""

from collections.abc import Callable

from bot.conversation.replies import Replies
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Desk, EscalationPolicy, HandoverRequest, Signals
from bot.vocabulary.turns import Outcome, OwnerKind, Plan, Turn


class CustomerCommands:
    """The table of commands; buttons carry the same names as their action."""

    def __init__(self, desk: Desk, policy: EscalationPolicy) -> None:
        self._desk = desk
        self._policy = policy
        self._commands: dict[str, Callable[[Turn, str], Plan]] = {
            "human": self._human,
            "bot": self._bot,
            "help": self._help,
            "start": self._start,
        }

    def run(self, name: str, turn: Turn, language: str) -> Plan:
        """Run a command; one that does not exist is said so, and reaches an agent who listens."""
        known = self._commands.get(name)
        if known is not None:
            return known(turn, language)
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self._desk.relay(turn, language)
        return self._reply(turn, language, "expired_button" if ":" in name else "unknown_command")

    def _human(self, turn: Turn, language: str) -> Plan:
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self._desk.relay(turn, language)
        memo = turn.conversation.memo
        request = HandoverRequest(
            reason=CaseReason.REQUESTED,
            reasons=self._policy.decide(Signals(wish="/human")).reasons,
            language=language,
            question=memo.question or _beside_the_command(turn),
        )
        return self._desk.hand_over(turn, request)

    def _bot(self, turn: Turn, language: str) -> Plan:
        if turn.conversation.owner.kind is OwnerKind.BOT:
            return self._reply(turn, language, "already_with_bot")
        return self._desk.cancel(turn, language)

    def _help(self, turn: Turn, language: str) -> Plan:
        return self._reply(turn, language, "help")

    def _start(self, turn: Turn, language: str) -> Plan:
        return self._reply(turn, language, "greeting")

    def _reply(self, turn: Turn, language: str, key: str) -> Plan:
        return Replies(turn, language).say(key, Outcome.COMMANDED, f"command: {key}")


def _beside_the_command(turn: Turn) -> str:
    texts = [message.text for message in turn.messages if not message.text.startswith("/")]
    return " ".join(text for text in texts if text)
