"""What people answer, whatever the bot knows: the verdict for it, and what a plan says of its trial (pure)."""

from dataclasses import replace

from bot.conversation.rollout.evidence import is_answer, opens_case
from bot.conversation.rollout.rules import Matter, RolloutRules, with_arm
from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.handover import Verdict
from bot.vocabulary.rollout import RolloutMode, Trial
from bot.vocabulary.turns import Decision, Plan, Turn


def in_words(trial: Trial, language: str) -> str:
    """Say in which mode, on which topic and in whose hands a matter is, for a receipt."""
    return say(
        "rollout.reason",
        language,
        mode=mode_name(trial.mode, language),
        topic=topic_name(trial.topic, language),
        arm=say(f"rollout.arm_{trial.arm}", language),
    )


def mode_name(mode: RolloutMode, language: str) -> str:
    """Name a mode."""
    return say(f"rollout.mode_{mode}", language)


def topic_name(topic: str, language: str) -> str:
    """Name a topic in plain text; one name stands for all that is of none."""
    return topic or say("rollout.other", language)


def held(verdict: Verdict, trial: Trial, language: str) -> Verdict:
    """Return the verdict for what people answer: a reason of the policy's own to ask them stays."""
    mode = in_words(trial, language)
    if verdict.decision is Decision.HAND_OVER:
        return replace(verdict, reasons=(*verdict.reasons, mode))
    return Verdict(
        decision=Decision.HAND_OVER, reasons=(mode,), case_reason=CaseReason.TOPIC, offers=False
    )


def asked(plan: Plan, turn: Turn, question: str, trial: Trial, *, cost: float = 0.0) -> Plan:
    """Keep what was asked with the plan of its hand-over, and have a silent draft made of it.

    ``cost`` is what its draft has cost.
    """
    memo = plan.memo or turn.conversation.memo
    memo = replace(memo, question=question, shadow=None, cost=memo.cost + cost)
    plan = replace(plan, memo=memo)
    if trial.mode is not RolloutMode.SHADOW or plan.case is None or not plan.case.is_open:
        return plan
    still_set = turn.conversation.alarms if plan.alarms is None else plan.alarms
    alarm = Alarm(kind=AlarmKind.SHADOW, at=turn.started_at, about=trial.mark)
    return replace(plan, alarms=(*still_set, alarm))


def noted(plan: Plan, conversation: Conversation, matter: Matter, rules: RolloutRules) -> Plan:
    """Keep a matter with the conversation, and name its mode in the receipt of its case."""
    trial = matter.trial
    is_over = opens_case(plan, conversation)
    kept = replace(trial, answered=trial.answered or is_answer(plan))
    memo = plan.memo or conversation.memo
    memo = replace(
        memo,
        # Of what the bot has passed on by itself the words of the question are not kept.
        trial=None if is_over and not trial.is_held else kept,
        arms=with_arm(memo.arms, trial),
    )
    plan = replace(plan, memo=memo, receipt=replace(plan.receipt, topic=trial.topic or None))
    words = in_words(trial, rules.language)
    if not is_over or rules.is_plain or words in plan.receipt.reasons:
        return plan
    receipt = replace(plan.receipt, reasons=(*plan.receipt.reasons, words))
    return replace(plan, receipt=receipt)
