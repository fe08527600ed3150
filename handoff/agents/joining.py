"""Cases that belong together: one ends in favour of another, or both know each other."""

from dataclasses import replace

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Owner, Speaker
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.agents.table import Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act
from handoff.handback import memo_after
from handoff.saying.cards import people_say
from handoff.saying.plans import changed, returned_marker
from handoff.saying.voice import audit_of

LINES_TOLD = 6
LINE_LENGTH = 200
NAME_LENGTH = 60

_PEOPLE = {Speaker.CUSTOMER, Speaker.AGENT, Speaker.NOTE}


class Joining:
    """Plans for cases that belong together. The other case learns of it by a bell and by a note."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        merge = Verb(
            name="merge",
            does=self.merged,
            aliases=("unir", "fusionar"),
            by_holder=True,
            needs_words=True,
        )
        link = Verb(name="link", does=self.linked, aliases=("enlazar",), needs_words=True)
        return merge, link

    def merged(self, act: Act) -> Plan:
        """End the case in favour of another one, which gets what was said in this one."""
        other = self._other(act)
        if isinstance(other, Plan):
            return other
        ended = changed(act.case, CaseEvent.MERGE, act.agent)
        case = replace(ended, links=_with(act.case, other.id), snoozed_until=None)
        told = self._voice.tell_customer(act, _told_as(act.case, other))
        shown = self._voice.tell_thread(
            act, "verbs.merged", marks=CaseStatus.RESOLVED, case=other.id
        )
        style = self._voice.style
        return replace(
            self._voice.silent(act, f"merged into {other.id}"),
            deliveries=(told, shown, *self._note(other, self._summary(act))),
            history=(returned_marker(style.language, CaseEvent.MERGE),),
            owner=Owner(),
            memo=memo_after(act.turn.conversation, act.case, act.language, style),
            case=case,
            bells=(_bell(act, other),),
            audit=audit_of(act, other.id),
        )

    def linked(self, act: Act) -> Plan:
        """Let this case and another one know each other."""
        other = self._other(act)
        if isinstance(other, Plan):
            return other
        case = replace(act.case, links=_with(act.case, other.id))
        plan = self._voice.done(act, "verbs.linked", case=case, detail=other.id, other=other.id)
        told = say(
            "verbs.linked_here",
            self._place.language,
            agent=literal(act.agent.name),
            case=literal(act.case.id),
            customer=people_say(act.case.customer, NAME_LENGTH),
        )
        note = self._note(other, OutgoingMessage(text=told))
        return replace(plan, deliveries=(*plan.deliveries, *note), bells=(_bell(act, other),))

    def _other(self, act: Act) -> Case | Plan:
        wanted = _id_in(act.gesture.text)
        if wanted == act.case.id.upper():
            return self._voice.say(act, "verbs.same_case")
        for case in self._place.view().cases.values():
            if case.id.upper() == wanted and case.is_open:
                return case
        return self._voice.say(act, "verbs.no_such_case", case=wanted)

    def _note(self, other: Case, message: OutgoingMessage) -> tuple[Delivery, ...]:
        if other.thread is None:
            return ()
        return (Delivery(lane=Lane.DESK, message=message, place=other.thread),)

    def _summary(self, act: Act) -> OutgoingMessage:
        said = [line for line in act.turn.conversation.history if line.speaker in _PEOPLE]
        lines = "\n".join(
            f"- {people_say(line.name, NAME_LENGTH)}: {people_say(line.text, LINE_LENGTH)}"
            for line in said[-LINES_TOLD:]
        )
        text = say(
            "verbs.merged_here",
            self._place.language,
            agent=literal(act.agent.name),
            case=literal(act.case.id),
            customer=people_say(act.case.customer, NAME_LENGTH),
            platform=act.case.conversation.platform,
            lines=lines,
        )
        return OutgoingMessage(text=text.strip())


def _told_as(case: Case, other: Case) -> str:
    """Choose what the customer is told: only who wrote the other case too is answered there."""
    here, there = case.conversation, other.conversation
    same = (here.platform, here.tenant_id, case.customer_id) == (
        there.platform,
        there.tenant_id,
        other.customer_id,
    )
    return "verbs.merged_own" if same and case.customer_id else "verbs.merged_other"


def _bell(act: Act, other: Case) -> Bell:
    alarm = Alarm(kind=AlarmKind.LINK, at=act.turn.at, about=act.case.id)
    return Bell(conversation=other.conversation, alarm=alarm)


def _with(case: Case, other: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*case.links, other)))


def _id_in(text: str) -> str:
    word = text.split(maxsplit=1)[0].strip("#.,;").upper()
    return word if word.startswith("R-") else f"R-{word}"
