"""Finished conversations and cases as short records, in people's own words and without secrets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import dropwhile, islice

from bot.memory import outcomes
from bot.memory.asides import without_asides
from bot.memory.deadlines import deadline
from bot.memory.secrets import masked
from bot.memory.threads import with_threads_of
from bot.texts import shortened
from bot.texts.likeness import content_words
from bot.texts.plain import plain
from bot.texts.promises import promises_in
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.memory import Commitment, Episode, Memory
from bot.vocabulary.mood import Feeling

PROBLEM_LENGTH, RESOLUTION_LENGTH = 400, 400
TRIED_LENGTH, MOST_TRIED = 160, 3
PROMISE_LENGTH, MOST_PROMISES = 200, 3
MOST_REJECTED = 5
MOST_PROBLEM_LINES = 2

FEWEST_WORDS = 2
"""Words that say something, in a line that tells a problem."""

_GREETINGS = content_words(
    "hello there good morning afternoon evening thanks hola buenos días buenas tardes noches saludos gracias"
)
_COMMANDS = ("/", "!")
_REPLY = frozenset({Speaker.BOT, Speaker.AGENT})
_ID_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """The part of a conversation that an episode is about, and the case that belongs to it."""

    conversation: Conversation
    lines: tuple[HistoryLine, ...]
    case: Case | None

    def of(self, speaker: Speaker) -> list[HistoryLine]:
        return [line for line in self.lines if line.speaker is speaker]


def conclude(
    memory: Memory, conversation: Conversation, since: datetime | None, now: datetime
) -> Memory:
    """Add the episode of a conversation's stretch after ``since``; one that is added again changes nothing.

    Small talk alone makes none. Stretches of one case make one episode, and what it leaves open becomes
    threads.
    """
    stretch = _stretch(conversation, since)
    episode = _episode(stretch, now) if stretch.lines else None
    if episode is None:
        return memory
    known = next((other for other in memory.episodes if _is_same(other, episode)), None)
    if known is not None:
        episode = _joined(known, episode)
    others = [other for other in memory.episodes if other is not known]
    ordered = tuple(sorted((*others, episode), key=lambda one: (one.ended_at, one.id)))
    return with_threads_of(replace(memory, episodes=ordered), episode)


def _stretch(conversation: Conversation, since: datetime | None) -> _Stretch:
    lines = tuple(line for line in conversation.history if since is None or line.at > since)
    case = conversation.case
    is_earlier = (
        case is not None and since is not None and not case.is_open and case.changed_at <= since
    )
    return _Stretch(conversation=conversation, lines=lines, case=None if is_earlier else case)


def _episode(stretch: _Stretch, now: datetime) -> Episode | None:
    said = [line for line in stretch.of(Speaker.CUSTOMER) if not line.text.startswith(_COMMANDS)]
    problem = _problem(said)
    if not said or (not problem and stretch.case is None):
        return None
    is_solved = _is_solved(stretch, said)
    points = _feelings(stretch)
    memo, case = stretch.conversation.memo, stretch.case
    return Episode(
        id=_id(stretch),
        place=stretch.conversation.ref,
        began_at=stretch.lines[0].at,
        ended_at=min(max(line.at for line in stretch.lines), now),
        language=memo.language or (case.language if case else "en"),
        problem=problem,
        tried=tuple(_tried(stretch, problem)),
        resolution=_resolution(stretch, is_solved=is_solved),
        is_solved=is_solved,
        commitments=_commitments(stretch.of(Speaker.AGENT)),
        before=points[0],
        after=points[-1],
        case=case.id if case else None,
        topic=case.topic if case else None,
        author_ids=tuple(dict.fromkeys(line.author_id for line in said if line.author_id)),
        rejected=memo.rejected[-MOST_REJECTED:],
        solved_by=_solver(stretch) if is_solved else None,
    )


def _id(stretch: _Stretch) -> str:
    first = stretch.lines[0]
    named = f"{stretch.conversation.ref}\0{first.message_id or ''}\0{first.at.isoformat()}"
    return sha256(named.encode()).hexdigest()[:_ID_LENGTH]


def _problem(said: Sequence[HistoryLine]) -> str:
    """Return the first words of the customer's that tell something; empty when none do."""
    telling = filter(_tells, (masked(line.text) for line in said))
    return shortened(" ".join(islice(telling, MOST_PROBLEM_LINES)), PROBLEM_LENGTH)


def _tells(text: str) -> bool:
    return len(content_words(text) - _GREETINGS) >= FEWEST_WORDS


def _tried(stretch: _Stretch, problem: str) -> Iterator[str]:
    """Shorten what the bot said about the problem, the latest last."""
    about = content_words(problem)
    answers = [text for text in _answers(stretch) if content_words(text) & about]
    for text in answers[-MOST_TRIED:]:
        yield shortened(masked(text), TRIED_LENGTH)


def _is_solved(stretch: _Stretch, said: Sequence[HistoryLine]) -> bool | None:
    if stretch.case is not None:
        return outcomes.of_case(stretch.case)
    return outcomes.of_words(_verdicts(stretch, said), stretch.conversation.memo)


def _verdicts(stretch: _Stretch, said: Sequence[HistoryLine]) -> list[str]:
    """Return what was said once the problem had a reply: "it does not work" tells the problem before."""
    theirs = frozenset(said)
    since_problem = dropwhile(
        lambda line: line not in theirs or not _tells(line.text), stretch.lines
    )
    since_reply = dropwhile(lambda line: line.speaker not in _REPLY, since_problem)
    return [line.text for line in since_reply if line in theirs]


def _resolution(stretch: _Stretch, *, is_solved: bool | None) -> str:
    """Return how it ended: what the agent noted, else what people said last, else the bot's answer."""
    noted = stretch.case.resolution if stretch.case else ""
    by_people = [line.text for line in stretch.of(Speaker.AGENT)]
    by_bot = _answers(stretch) if is_solved else []
    last = noted or next(reversed(by_people), "") or next(_telling(reversed(by_bot)), "")
    return shortened(masked(last), RESOLUTION_LENGTH)


def _answers(stretch: _Stretch) -> list[str]:
    """Return what the bot answered, as people read it."""
    return [plain(without_asides(line.text)) for line in stretch.of(Speaker.BOT)]


def _telling(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if len(content_words(text)) > FEWEST_WORDS)


def _commitments(lines: Sequence[HistoryLine]) -> tuple[Commitment, ...]:
    """Return what agents promised, by whom and until when, the latest last."""
    found = {
        text: Commitment(
            text=shortened(text, PROMISE_LENGTH),
            by=line.name,
            until=deadline(text, line.at),
        )
        for line in lines
        for text in promises_in(masked(line.text))
    }
    return tuple(found.values())[-MOST_PROMISES:]


def _solver(stretch: _Stretch) -> str | None:
    agent = stretch.case.agent if stretch.case else None
    return agent.name if agent else None


def _feelings(stretch: _Stretch) -> list[Feeling]:
    began = stretch.lines[0].at
    points = stretch.conversation.memo.mood.points
    return [point.feeling for point in points if point.at >= began] or [Feeling.NEUTRAL]


def _is_same(one: Episode, other: Episode) -> bool:
    return one.id == other.id or (one.case is not None and one.case == other.case)


def _joined(known: Episode, later: Episode) -> Episode:
    """Put two stretches of one case together; of the same stretch the later reading counts."""
    if known.id == later.id:
        return later
    if known.ended_at >= later.ended_at:
        return known
    promises = {one.text: one for one in (*known.commitments, *later.commitments)}
    return replace(
        later,
        id=known.id,
        began_at=known.began_at,
        problem=known.problem or later.problem,
        tried=tuple(dict.fromkeys((*known.tried, *later.tried)))[-MOST_TRIED:],
        resolution=later.resolution or known.resolution,
        commitments=tuple(promises.values())[-MOST_PROMISES:],
        before=known.before,
        author_ids=tuple(dict.fromkeys((*known.author_ids, *later.author_ids))),
        rejected=tuple(dict.fromkeys((*known.rejected, *later.rejected)))[-MOST_REJECTED:],
    )
