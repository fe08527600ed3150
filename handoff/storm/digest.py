"""What the desk reads of cases that wait for their threads: how many, why, and the most urgent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.cases import Case
from bot.vocabulary.messages import OutgoingMessage
from handoff.saying.cards import people_say

SHOWN = 10
NAME_LENGTH = 40


def digest(cases: Sequence[Case], now: datetime, language: str, *, prefix: str) -> OutgoingMessage:
    """Say how many wait, for which reasons, and who the first ones are; in the order of ``cases``."""
    lines = [say("storm.title", language, count=len(cases)), ""]
    lines += _reasons(cases, language)
    lines.append("")
    lines += (_line(case, now, language) for case in cases[:SHOWN])
    lines += ("", say("storm.footer", language, prefix=prefix))
    return OutgoingMessage(text="\n".join(lines))


def _reasons(cases: Sequence[Case], language: str) -> Iterator[str]:
    for reason, count in Counter(case.reason for case in cases).most_common():
        yield f"- {count} · {say(f'playground.reason_{reason}', language)}"


def _line(case: Case, now: datetime, language: str) -> str:
    name, place = people_say(case.customer, NAME_LENGTH), case.conversation.platform
    minutes = max(0, int((now - (case.queued_at or case.opened_at)).total_seconds() // 60))
    waits = say("storm.waits", language, minutes=minutes)
    priority = say(f"verbs.priority_{case.priority}", language)
    return f"- **{literal(case.id)}** · {name} · {place} · {priority} · {waits}"
