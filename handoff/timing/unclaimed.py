"""A case that nobody takes: others are told, the customer hears the truth, and the bot may go on."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.vocabulary.cases import Case, CaseEvent, CaseStatus, Priority
from bot.vocabulary.conversations import Owner
from bot.vocabulary.folding import bot_line
from bot.vocabulary.turns import Delivery, Plan
from handoff.handback import memo_after
from handoff.routing.office import Office
from handoff.routing.teams import Team
from handoff.saying.plans import changed, marker, to_customer
from handoff.timing.alarms import FIRST
from handoff.timing.duty import Duty
from handoff.timing.offers import offer_told
from handoff.timing.telling import wait_in_words

EXPIRED_BUTTONS = ("reopen",)


def unclaimed(duty: Duty) -> Plan:
    """Look for more people the first time; the second time do what is set for that."""
    if duty.case.status is not CaseStatus.QUEUED:
        return duty.silent("somebody has the case")
    if duty.turn.alarm.about == FIRST:
        return _looked_on(duty)
    return _expired(duty) if may_expire(duty.case, duty.office) else _waits_on(duty)


def may_expire(case: Case, office: Office) -> bool:
    """Whether the bot may go on with a case that nobody takes: never with an urgent one."""
    return office.pace.on_nobody == "bot" and case.priority is not Priority.URGENT


def _looked_on(duty: Duty) -> Plan:
    """Give the case to the overflow team if that is there, else tell the lead."""
    overflow = _overflow(duty)
    case = replace(duty.case, unclaimed=1)
    if overflow is not None:
        moved = replace(case, team=overflow.name, queued_at=_counted_from(duty))
        case = duty.office.offered(moved, duty.view, duty.now, excluding=_offered(duty.case))
        told = duty.tell_thread(
            "overflow_desk", team=overflow.name, notifies=duty.office.lead_of(overflow)
        )
    else:
        told = duty.tell_thread("unclaimed_desk", notifies=duty.office.lead_of(duty.team))
    notice = _still_looking(duty, case)
    offers = offer_told(duty, case) if case.offered_to != duty.case.offered_to else ()
    return replace(
        duty.silent("nobody took the case in time"),
        deliveries=(notice, told, *offers),
        history=(bot_line(notice.message),),
        case=case,
        audit=duty.audit("unclaimed", overflow.name if overflow else ""),
    )


def _counted_from(duty: Duty) -> datetime:
    """Return since when the case waits for a team that helps out: it has as long as the first had.

    By its hours the whole wait might be over already, where those of the first team were shorter.
    """
    since = duty.now - timedelta(minutes=duty.office.pace.unclaimed_minutes)
    return max(duty.case.queued_at or duty.case.opened_at, since)


def _offered(case: Case) -> tuple[str, ...]:
    return (case.offered_to.id,) if case.offered_to else ()


def _overflow(duty: Duty) -> Team | None:
    """Return the team that helps out, if it is there."""
    name = duty.team.overflow
    team = duty.office.find_team(name) if name else None
    return team if team is not None and team.hours.is_open(duty.now) else None


def _still_looking(duty: Duty, case: Case) -> Delivery:
    notice = duty.tell_customer("still_looking")
    expected = duty.office.expected(case, duty.view, duty.now)
    hours = duty.office.team_of(case).hours
    words = wait_in_words(case, expected, hours, duty.now, duty.language)
    text = "\n\n".join(part for part in (notice.message.text, words) if part)
    return replace(notice, message=replace(notice.message, text=text))


def _waits_on(duty: Duty) -> Plan:
    notice = duty.tell_customer("message_taken")
    told = duty.tell_thread("unclaimed_again_desk", notifies=duty.office.lead_of(duty.team))
    return replace(
        duty.silent("nobody took the case: it waits on"),
        deliveries=(notice, told),
        history=(bot_line(notice.message),),
        case=replace(duty.case, unclaimed=2),
        audit=duty.audit("unclaimed", "waits on"),
    )


def _expired(duty: Duty) -> Plan:
    is_held = duty.case.trial is not None and duty.case.trial.is_held
    key = "timing.expired_customer_kept" if is_held else "timing.expired_customer"
    notice = to_customer(key, duty.language)
    told = duty.tell_thread(
        "expired_desk",
        *EXPIRED_BUTTONS,
        notifies=duty.office.lead_of(duty.team),
        marks=CaseStatus.EXPIRED,
    )
    conversation = duty.turn.conversation
    return replace(
        duty.silent("nobody took the case: the bot goes on"),
        deliveries=(notice, told),
        history=(
            marker("timing.marker_expired", duty.style.language),
            bot_line(notice.message),
        ),
        owner=Owner(),
        memo=memo_after(conversation, duty.case, duty.language, duty.style),
        case=expired(replace(duty.case, unclaimed=2)),
        audit=duty.audit("expire"),
    )


def expired(case: Case) -> Case:
    """Return a case that nobody took as it is closed."""
    closed = changed(case, CaseEvent.EXPIRE)
    return replace(closed, closed_by=CaseEvent.EXPIRE, offered_to=None, offered_at=None)
