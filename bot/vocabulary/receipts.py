"""Builds the receipt of a turn: why it ended as it did, and the plan of an alarm that is one alone."""

from datetime import UTC, datetime

from bot.vocabulary.folding import author_of
from bot.vocabulary.memory import identity_at
from bot.vocabulary.turns import AlarmTurn, DeskTurn, Outcome, Plan, Receipt, Turn


def receipt_of(
    turn: Turn | DeskTurn | AlarmTurn,
    *,
    outcome: Outcome,
    language: str,
    question: str,
    reasons: tuple[str, ...],
) -> Receipt:
    """Return a receipt with what every turn has; a decision and sources are added to it."""
    now, mood = datetime.now(UTC), turn.conversation.memo.mood
    return Receipt(
        turn_id=turn.id,
        at=now,
        conversation=str(turn.conversation.ref),
        question=question,
        language=language,
        decision=None,
        outcome=outcome,
        confidence=None,
        reasons=reasons,
        owner=turn.conversation.owner.kind,
        epoch=turn.conversation.epoch,
        duration_ms=(now - turn.started_at).total_seconds() * 1000,
        feeling=mood.feeling if mood.points else None,
        mood_level=round(mood.level, 3) if mood.points else None,
        author_id=_author_id(turn),
    )


def silent(turn: AlarmTurn, reason: str) -> Plan:
    """Return the plan of an alarm that says and changes nothing; its receipt names alarm and reason."""
    receipt = receipt_of(
        turn,
        outcome=Outcome.NOTED,
        language=turn.conversation.memo.language or "en",
        question="",
        reasons=(f"alarm {turn.alarm.kind}", reason),
    )
    return Plan(outcome=Outcome.NOTED, receipt=receipt)


def _author_id(turn: Turn | DeskTurn | AlarmTurn) -> str | None:
    """Return the identity of the customer whom a turn is about."""
    if isinstance(turn, Turn) and turn.messages:
        return author_of(turn.messages[0])
    place, case = turn.conversation.ref, turn.conversation.case
    if case is None or case.customer_id is None:
        return None
    return identity_at(place, case.customer_id)
