"""When danger shows in a case that is open already: its thread hears of it, and it comes first (pure)."""

from dataclasses import replace

from bot.texts import say
from bot.vocabulary.cases import Case, Priority
from bot.vocabulary.mood import Heard
from bot.vocabulary.turns import Plan
from handoff.routing.office import Office
from handoff.routing.teams import pinged
from handoff.saying.plans import to_desk
from handoff.saying.style import DeskStyle


def with_danger(
    plan: Plan, before: Case | None, heard: Heard | None, style: DeskStyle, office: Office
) -> Plan:
    """Add to the plan of a relay what the desk must know; ``before`` is the case as it stood."""
    case = plan.case or before
    if heard is None or not heard.is_urgent or case is None or not case.is_open:
        return plan
    why = say(f"policy.concern_{heard.concern}", style.language, words=heard.words)
    note = to_desk("policy.danger_desk", style.language, why=why)
    someone = case.agent or case.offered_to or office.lead_of(office.team_of(case))
    if someone is not None:
        ids = pinged(someone, case.thread)
        note = replace(note, message=replace(note.message, notifies=ids))
    pressing = replace(case, priority=Priority.URGENT)
    due = office.promise(pressing, case.promised_at or case.opened_at)
    return replace(
        plan,
        case=replace(pressing, due=due),
        deliveries=(*plan.deliveries, note),
        receipt=replace(plan.receipt, reasons=(*plan.receipt.reasons, why)),
    )
