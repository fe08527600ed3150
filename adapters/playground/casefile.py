"""How a case stands, as the page is told (pure); ``web/README.md`` says what each field means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.markup.tree import safe_url
from adapters.playground.richtext import tree
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import CaseFile
from bot.vocabulary.copilot import Draft
from bot.vocabulary.mood import MoodCurve, MoodPoint
from bot.vocabulary.surveys import Survey

Frame = dict[str, Any]

DRAFTS_SHOWN = 3


def case(file: CaseFile, thread_id: str) -> Frame:
    """Show a case in its thread; in the thread of an earlier one only that it is over."""
    one = file.case
    about: Frame = {
        "customer": one.customer,
        "conversation": str(one.conversation),
        "reason": one.reason.value,
        "language": one.language,
    }
    if one.thread is not None and one.thread.thread_id != thread_id:
        return about | {"status": "resolved", "agent": None}
    return about | _standing(one) | _sorted(one) | _times(one) | _customer(file)


def _standing(one: Case) -> Frame:
    return {
        "id": one.id,
        "status": one.status.value,
        "agent": one.agent.name if one.agent else None,
        "offeredTo": one.offered_to.name if one.offered_to else None,
        "offers": one.offers,
        "reopened": one.reopened,
        "closedBy": one.closed_by.value if one.closed_by else None,
        "resolution": one.resolution,
    }


def _sorted(one: Case) -> Frame:
    return {
        "team": one.team,
        "priority": one.priority.value,
        "topic": one.topic,
        "tier": one.tier,
        "tags": list(one.tags),
        "links": list(one.links),
    }


def _times(one: Case) -> Frame:
    return {
        "openedAt": _iso(one.opened_at),
        "changedAt": _iso(one.changed_at),
        "queuedAt": _iso(one.queued_at),
        "repliedAt": _iso(one.replied_at),
        "awaitedSince": _iso(one.awaited_since),
        "snoozedUntil": _iso(one.snoozed_until),
        "followUpAt": _iso(one.follow_up_at),
        "followUpAbout": one.follow_up_about,
        "due": {promise.value: _iso(at) for promise, at in one.due.items()},
        "breached": [promise.value for promise in one.breached],
    }


def _customer(file: CaseFile) -> Frame:
    memo = file.memo
    return {
        "feeling": file.case.feeling.value,
        "mood": _mood(memo.mood),
        "survey": _survey(memo.survey) if memo.survey else None,
        "drafts": [_draft(draft) for draft in memo.drafts[-DRAFTS_SHOWN:]],
    }


def _mood(curve: MoodCurve) -> Frame:
    return {"level": curve.level, "points": [_point(point) for point in curve.points]}


def _point(point: MoodPoint) -> Frame:
    mood = point.mood
    scores: Mapping[str, float] = {
        "negative": mood.negative,
        "anger": mood.anger,
        "frustration": mood.frustration,
        "urgency": mood.urgency,
        "satisfaction": mood.satisfaction,
        "leaving": mood.leaving,
    }
    return {"at": _iso(point.at), "feeling": point.feeling.value, **scores}


def _survey(survey: Survey) -> Frame:
    return {
        "kind": survey.kind.value,
        "case": survey.case,
        "askedAt": _iso(survey.asked_at),
        "score": survey.score,
    }


def _draft(draft: Draft) -> Frame:
    return {
        "id": draft.id,
        "text": draft.text,
        "body": tree(draft.text),
        "language": draft.language,
        "confidence": draft.confidence,
        "sources": [{"title": link.title, "url": safe_url(link.url)} for link in draft.sources],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
