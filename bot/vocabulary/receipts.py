"""Builds the receipt of a turn: why it ended as it did."""

from datetime import UTC, datetime

from bot.vocabulary.turns import AlarmTurn, DeskTurn, Outcome, Receipt, Turn


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
    )
