"""A desk with a copilot, an agent who asks it, and an interpreter who knows a few sentences."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Owner, OwnerKind, Speaker
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import DeskTurn, Lane, Plan
from handoff.copilot.canned import CannedReplies, CannedReply
from handoff.copilot.drafting import Drafter
from handoff.copilot.help import Copilot
from handoff.copilot.interpreting import Interpreter
from handoff.desk.chat import ChatDesk
from tests.fakes import ScriptedKnowledge
from tests.handoff.kit import ANA, NOW, a_case, in_lane, says

QUESTION = "How do I get the rust off my pan?"
ANSWER = "Scrub it with salt. Dry it at once. Then oil it. Store it dry."
CANNED = (
    CannedReply(
        name="refund-sent",
        text={"en": "Hi {customer}, it is sent. {agent}", "es": "Hola, {customer}. {agent}"},
        tags=("money",),
    ),
)


@dataclass
class Phrasebook:
    """A translator who knows these sentences and no others."""

    sentences: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    async def translate(
        self, text: str, *, source: str, target: str, asker: str | None = None
    ) -> str | None:
        del source, asker
        return self.sentences.get((text, target))


def spanish(text: str) -> str:
    """Tell the two languages of these tests apart."""
    return "es" if any(sign in text.lower() for sign in "¿¡ñáéíóú") else "en"


def a_copilot(translator: Phrasebook | None = None, **fields: Any) -> Copilot:
    knowledge = ScriptedKnowledge({"rust": [("d1", ANSWER, 0.8)]})
    interpreter = Interpreter(home="en", language_of=spanish, translator=translator)
    values: dict[str, Any] = {
        "drafter": Drafter(knowledge=knowledge),
        "canned": CannedReplies(CANNED),
        "interpreter": interpreter if translator else None,
    }
    return Copilot(**(values | fields))


def customer_says(text: str, message_id: str = "c-1") -> HistoryLine:
    return HistoryLine(
        speaker=Speaker.CUSTOMER, name="Carla", text=text, at=NOW, message_id=message_id
    )


@dataclass
class Working:
    """An agent at work on a case; what a plan leaves in the conversation is there for the next one."""

    copilot: Copilot
    memo: Memo = field(default_factory=Memo)
    case: Case = field(default_factory=lambda: a_case(ANA))
    history: tuple[HistoryLine, ...] = (customer_says(QUESTION),)
    asked: int = 0

    def __post_init__(self) -> None:
        self.desk = ChatDesk(language="en", copilot=self.copilot)

    def conversation(self) -> Conversation:
        owner = Owner(
            kind=OwnerKind.AGENT if self.case.agent else OwnerKind.QUEUE, agent=self.case.agent
        )
        return Conversation(
            ref=self.case.conversation,
            owner=owner,
            memo=self.memo,
            history=self.history,
            case=self.case,
        )

    async def does(self, words: str, **fields: Any) -> Plan:
        return await self.gets(replace(says(words), **fields))

    async def gets(self, message: IncomingMessage) -> Plan:
        self.asked += 1
        turn = DeskTurn(
            id=f"{self.asked:08}turn",
            message=message,
            conversation=self.conversation(),
            at=NOW,
            started_at=NOW,
        )
        plan = await self.desk.agent_turn(turn)
        self.memo = plan.memo or self.memo
        return plan


def buttons_of(plan: Plan) -> dict[str, str]:
    """Verb → action of each button in the thread."""
    shown = [delivery.message for delivery in in_lane(plan, Lane.DESK)]
    actions = [button.action for message in shown for button in message.buttons]
    return {action.split(":")[1]: action for action in actions}


def to_customer(plan: Plan) -> list[str]:
    return [delivery.message.text for delivery in in_lane(plan, Lane.CUSTOMER)]
