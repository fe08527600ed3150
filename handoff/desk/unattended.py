"""A hand-over while nobody is there, where the bot goes on: the desk keeps the message."""

from dataclasses import dataclass, replace

from bot.texts import say
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation, Owner, OwnerKind
from bot.vocabulary.folding import bot_line
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.handback import memo_after
from handoff.routing.office import Office
from handoff.saying.plans import marker, to_customer, to_desk
from handoff.saying.style import DeskStyle
from handoff.timing.telling import opening
from handoff.timing.unclaimed import EXPIRED_BUTTONS, expired, may_expire


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattended:
    """Lets a hand-over end at once; its agents are reminded when they open."""

    style: DeskStyle
    office: Office

    def applies(self, case: Case, view: BoardView) -> bool:
        """Whether nobody is there for a case, and the bot is to go on with its customer."""
        is_nobody_there = not self.office.expected(case, view, view.at).is_answered_soon
        return is_nobody_there and may_expire(case, self.office)

    def left(self, plan: Plan, conversation: Conversation, case: Case, view: BoardView) -> Plan:
        """Return the plan of a hand-over as it ends: what the customer hears takes another's place."""
        opens_at = self.office.expected(case, view, view.at).opens_at
        language = case.language
        words = say("timing.left_with_team", language)
        if opens_at is not None:
            when = opening(self.office.team_of(case).hours, opens_at, view.at, language)
            words = say("timing.left_with_team_until", language, when=when)
        notice = _then_the_bot(words, case)
        said = {item.message.text for item in plan.deliveries if item.lane is Lane.CUSTOMER}
        why = say("timing.reason_nobody_there", self.style.language)
        receipt = replace(plan.receipt, owner=OwnerKind.BOT, reasons=(*plan.receipt.reasons, why))
        return replace(
            plan,
            receipt=receipt,
            deliveries=(
                notice,
                *(item for item in plan.deliveries if item.lane is Lane.DESK),
                self._kept(),
            ),
            history=(
                *(line for line in plan.history if line.text not in said),
                marker("timing.marker_left", self.style.language),
                bot_line(notice.message),
            ),
            owner=Owner(),
            memo=memo_after(conversation, case, language, self.style),
            case=replace(expired(case), follow_up_at=opens_at),
        )

    def _kept(self) -> Delivery:
        told = to_desk(
            "timing.nobody_there_desk",
            self.style.language,
            *EXPIRED_BUTTONS,
            prefix=self.style.prefix,
        )
        return replace(told, marks=CaseStatus.EXPIRED)


def _then_the_bot(words: str, case: Case) -> Delivery:
    """Let the bot go on; where people answer, it must not promise to."""
    key = "timing.goes_on_kept" if case.trial and case.trial.is_held else "timing.goes_on"
    goes_on = to_customer(key, case.language)
    text = f"{words} {goes_on.message.text}"
    return replace(goes_on, message=replace(goes_on.message, text=text))
