"""Whatever agents do, in any order: one speaker, who is the one that the case names, and an audit of it."""

import asyncio
import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vocabulary.cases import CLOSED, Case, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.messages import Platform
from bot.vocabulary.turns import DeskTurn, Lane, Plan
from tests.handoff.slips import Desk, a_desk, a_desk_turn, random_message

DESK = a_desk(Platform.SLACK)
SPEAKERS = {
    CaseStatus.QUEUED: OwnerKind.QUEUE,
    CaseStatus.CLAIMED: OwnerKind.AGENT,
    CaseStatus.SNOOZED: OwnerKind.AGENT,
    CaseStatus.RESOLVED: OwnerKind.BOT,
    CaseStatus.EXPIRED: OwnerKind.BOT,
}
"""How a case stands → who has the word."""


def fits(case: Case, owner: Owner) -> bool:
    """Whether the speaker of a conversation is the one that its case says."""
    if SPEAKERS[case.status] is not owner.kind:
        return False
    return owner.kind is not OwnerKind.AGENT or owner.agent == case.agent


def followed(desk: Desk, turn: DeskTurn, steps: int, dice: random.Random) -> None:
    """Let agents do one thing after the other, each on what the last one left."""
    for _ in range(steps):
        plan = asyncio.run(desk.verbs.work(turn))
        conversation = turn.conversation
        case, owner = plan.case or conversation.case, plan.owner or conversation.owner
        assert case is not None
        assert fits(case, owner), (turn.message.text or turn.message.action, case, owner)
        check(plan, turn)
        after = replace(
            conversation,
            case=case,
            owner=owner,
            memo=plan.memo or conversation.memo,
            history=(*conversation.history, *plan.history),
        )
        turn = replace(turn, message=random_message(desk, dice), conversation=after)


def check(plan: Plan, turn: DeskTurn) -> None:
    """Look at what must hold for each plan."""
    before = turn.conversation.case
    assert before is not None
    if plan.owner is not None or (plan.case is not None and plan.case.status != before.status):
        assert plan.audit is not None
        assert plan.audit.actor_id.endswith(turn.message.author.user_id)
    if plan.owner is not None and plan.owner != turn.conversation.owner:
        told = [one for one in plan.deliveries if one.lane is Lane.CUSTOMER]
        assert told, "a customer is told who has them"
    to_customer = [one for one in plan.deliveries if one.lane is Lane.CUSTOMER]
    sent = [one for one in to_customer if one.origin and one.change is None]
    if sent and before.agent is not None and before.status not in CLOSED:
        assert before.agent.name == turn.message.author.display_name, "only who has it answers"


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_the_case_and_the_speaker_always_agree(seed: int) -> None:
    dice = random.Random(seed)
    turn = a_desk_turn(DESK, random_message(DESK, dice), dice)
    case = turn.conversation.case
    assert case is not None
    owner = Owner(kind=SPEAKERS[case.status], agent=case.agent)
    if owner.kind is OwnerKind.BOT:
        owner = Owner()
    turn = replace(turn, conversation=replace(turn.conversation, owner=owner))
    followed(DESK, turn, 8, dice)
