"""How a case ends by an agent, and how one takes it up again."""

from dataclasses import replace

from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.texts.promises import promised
from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.folding import bot_line
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.gestures import Act
from handoff.handback import humans_said, memo_after, opened_again
from handoff.saying.plans import CLAIMED_BUTTONS, changed, marker, returned_marker
from handoff.saying.voice import DeskVoice, audit_of

REASON_LENGTH = 300
"""Characters of an agent's reason that a case keeps."""

CLOSED_BUTTONS = ("reopen",)


class Endings:
    """Plans for the ends of a case, and for the way back."""

    def __init__(self, voice: DeskVoice) -> None:
        self._voice = voice
        self._style = voice.style
        self._care = voice.style.aftercare

    def resolved(self, act: Act) -> Plan:
        """End the case as solved, with what the agent says of how; the customer is asked how it went."""
        plan = self._end(act, CaseEvent.RESOLVE, "resolved")
        return plan if plan.case is None else self._with_surveys(act, plan)

    def returned(self, act: Act) -> Plan:
        """Give the customer back to the bot."""
        return self._end(act, CaseEvent.RETURN, "returned")

    def reopened(self, act: Act) -> Plan:
        """Take a closed case up again; whoever does so has it."""
        case = act.case
        if case.is_open:
            return self._voice.say(act, "after.reopen_first_desk")
        if case.closed_by is CaseEvent.MERGE:
            return self._voice.say(act, "after.reopen_merged_desk")
        if not self._care.may_reopen(case, act.turn.at):
            hours = f"{self._care.reopen_hours:g}"
            return self._voice.say(act, "after.reopen_late_desk", hours=hours)
        told = self._voice.tell_customer(act, "after.reopened", with_bot=True)
        shown = self._voice.tell_thread(
            act, "after.reopened_desk", *CLAIMED_BUTTONS, marks=CaseStatus.CLAIMED
        )
        why = act.gesture.text or act.agent.name
        return replace(
            self._voice.silent(act, "reopened"),
            deliveries=(told, shown),
            history=(marker("after.marker_reopened", self._style.language, why=why),),
            owner=Owner(kind=OwnerKind.AGENT, agent=act.agent),
            case=changed(opened_again(case), CaseEvent.CLAIM, act.agent),
            audit=audit_of(act),
        )

    def _end(self, act: Act, event: CaseEvent, word: str) -> Plan:
        told = self._voice.tell_customer(act, word)
        why = shortened(act.gesture.text, REASON_LENGTH)
        # A lead may end what a colleague has: it stays the colleague's.
        ended = changed(act.case, event, act.case.agent or act.agent)
        case = replace(ended, resolution=why, snoozed_until=None)
        return replace(
            self._voice.silent(act, f"{word}: {why}" if why else word),
            deliveries=(told, self._closing(act, word, why)),
            history=(returned_marker(self._style.language, event),),
            owner=Owner(),
            memo=memo_after(act.turn.conversation, act.case, act.language, self._style),
            case=case,
            audit=audit_of(act),
        )

    def _closing(self, act: Act, word: str, why: str) -> Delivery:
        """Tell the thread how it ended, why, and what was promised to the customer."""
        shown = self._voice.tell_thread(
            act, f"{word}_desk", *CLOSED_BUTTONS, marks=CaseStatus.RESOLVED
        )
        language, prefix = self._style.language, self._style.prefix
        notes = [say("after.resolved_why_desk", language, why=literal(why))] if why else []
        said = humans_said(act.turn.conversation, act.case, act.language, self._style)
        promises = "\n".join(
            f"- {literal(shortened(words, REASON_LENGTH))}" for words in promised(said)
        )
        if promises:
            notes.append(say("after.promised_desk", language, promises=promises, prefix=prefix))
        text = "\n\n".join((shown.message.text, *notes))
        return replace(shown, message=replace(shown.message, text=text))

    def _with_surveys(self, act: Act, plan: Plan) -> Plan:
        """Ask how it went, now or later, and later whether they recommend us."""
        memo, now = plan.memo or act.turn.conversation.memo, act.turn.at
        alarms = self._care.alarms(act.case, memo, now)
        if alarms:
            plan = replace(plan, alarms=(*act.turn.conversation.alarms, *alarms))
        question = self._care.question(act.case, memo, act.language)
        if question is None:
            return plan
        told, *others = plan.deliveries
        return replace(
            plan,
            deliveries=(told, Delivery(lane=Lane.CUSTOMER, message=question), *others),
            history=(*plan.history, bot_line(question)),
            memo=replace(memo, survey=self._care.asked(act.case, now)),
        )
