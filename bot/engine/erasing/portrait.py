"""Stored values as an export shows them: plain names, times in ISO 8601, and no more than is the person's."""

from datetime import datetime

from bot.engine.codec import StoredDelivery
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.memory import Episode, Fact, OpenThread
from bot.vocabulary.surveys import Rating
from bot.vocabulary.turns import AuditEntry, Receipt

Json = dict[str, object]


def written(at: datetime | None) -> str | None:
    """Return a time as text."""
    return at.isoformat() if at else None


def fact_of(fact: Fact) -> Json:
    """Show a fact."""
    return {
        "slot": fact.slot.value,
        "value": fact.value,
        "origin": fact.origin.value,
        "conversation": str(fact.place),
        "message": fact.source,
        "at": written(fact.at),
        "confidence": fact.confidence,
        "expires_at": written(fact.expires_at),
        "replaced_at": written(fact.replaced_at),
    }


def episode_of(episode: Episode) -> Json:
    """Show an episode."""
    return {
        "conversation": str(episode.place),
        "began_at": written(episode.began_at),
        "ended_at": written(episode.ended_at),
        "language": episode.language,
        "problem": episode.problem,
        "tried": list(episode.tried),
        "resolution": episode.resolution,
        "is_solved": episode.is_solved,
        "promises": [
            {"text": one.text, "until": written(one.until)} for one in episode.commitments
        ],
        "feeling_before": episode.before.value,
        "feeling_after": episode.after.value,
        "topic": episode.topic,
        "case": episode.case,
    }


def thread_of(thread: OpenThread) -> Json:
    """Show what is not settled."""
    return {
        "about": thread.about,
        "since": written(thread.since),
        "due": written(thread.due),
        "conversation": str(thread.place),
        "raised_at": written(thread.raised_at),
    }


def line_of(line: HistoryLine) -> Json:
    """Show what was said; whoever wrote it themselves is named, agents are not."""
    name = line.name if line.speaker is Speaker.CUSTOMER else None
    return {"at": written(line.at), "by": line.speaker.value, "name": name, "text": line.text}


def case_of(case: Case) -> Json:
    """Show a case: how it went, and not what the desk noted for itself."""
    return {
        "id": case.id,
        "name": case.customer,
        "status": case.status.value,
        "reason": case.reason.value,
        "topic": case.topic,
        "opened_at": written(case.opened_at),
        "changed_at": written(case.changed_at),
        "feeling": case.feeling.value,
        "resolution": case.resolution,
    }


def answers_of(receipt: Receipt) -> Json:
    """Show why a turn ended as it did."""
    return {
        "at": written(receipt.at),
        "question": receipt.question,
        "outcome": receipt.outcome.value,
        "confidence": receipt.confidence,
        "reasons": list(receipt.reasons),
        "sources": [source.title for source in receipt.sources],
        "feeling": receipt.feeling.value if receipt.feeling else None,
    }


def rating_of(rating: Rating) -> Json:
    """Show what they answered in a survey."""
    return {
        "kind": rating.kind.value,
        "case": rating.case,
        "score": rating.score,
        "word": rating.word,
        "at": written(rating.at),
    }


def action_of(entry: AuditEntry) -> Json:
    """Show what was done to a case of theirs; not who of the agents did it."""
    return {"at": written(entry.at), "action": entry.action, "case": entry.case}


def delivery_of(delivery: StoredDelivery) -> Json:
    """Show what they have not been shown yet."""
    return {"text": delivery.message.text}
