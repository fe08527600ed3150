"""What became of a turn, beside what the human said to the same.

That two texts say the same is told by their words alone (``bot.rollout.comparing``), and a human may have been
wrong: a difference is a reason to look, not a verdict.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.replay.past import Exchange, Role
from bot.rollout.comparing import is_as_good
from bot.rollout.facts import contradiction
from bot.vocabulary.turns import Decision, Lane, Outcome, Plan

NEAR = 0.3
"""From this likeness on a differing figure, link or denial is about the same, and so a contradiction."""

DEFAULT_MINUTES = 3.0
"""What a human's message costs where the export has no times: reading, looking up, writing."""
MOST_MINUTES = 10.0
"""The most that one message counts: whoever answers after an hour was elsewhere."""


class Result(StrEnum):
    """What today's bot would have done with what a customer wrote."""

    AS_GOOD = "as_good"
    UNCOMPARED = "uncompared"
    DIFFERENT = "different"
    WRONG = "wrong"
    ASKED_BACK = "asked_back"
    OFFERED = "offered_human"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"
    COURTESY = "courtesy"


ANSWERED = frozenset({Result.AS_GOOD, Result.UNCOMPARED, Result.DIFFERENT, Result.WRONG})
COMPARED = frozenset({Result.AS_GOOD, Result.DIFFERENT, Result.WRONG})
_GRAVEST = (
    Result.WRONG,
    Result.HANDED_OVER,
    Result.OFFERED,
    Result.UNKNOWN,
    Result.DIFFERENT,
    Result.ASKED_BACK,
    Result.UNCOMPARED,
    Result.AS_GOOD,
    Result.COURTESY,
)
_DECIDED = {
    Decision.HAND_OVER: Result.HANDED_OVER,
    Decision.OFFER_HUMAN: Result.OFFERED,
    Decision.CLARIFY: Result.ASKED_BACK,
    Decision.UNKNOWN: Result.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinding:
    """One turn: what was asked, what the bot would have said, what the human said.

    ``near`` (0..1) is how much the bot's words say what the human's do, ``differs`` what they contradict:
    ``figure``, ``link``, ``denial``, or ``words`` where it is only said otherwise. ``reason`` is why people
    are asked in, ``cost`` that of models, ``minutes`` what the human's words have cost. ``gap`` says that
    the knowledge lacked something.
    """

    result: Result
    asked: str
    bot: str
    human: str
    language: str
    topic: str = ""
    near: float | None = None
    differs: str = ""
    reason: str = ""
    confidence: float | None = None
    sources: tuple[str, ...] = ()
    cost: float = 0.0
    minutes: float = 0.0
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One conversation: its turns as far as the bot had the word.

    ``left`` is how many came after that, ``left_minutes`` what the human's words have cost in those.
    """

    id: str
    turns: tuple[TurnFinding, ...]
    left: int = 0
    left_minutes: float = 0.0

    @property
    def result(self) -> Result:
        """What the conversation as a whole came to: the gravest of its turns."""
        return min(
            (turn.result for turn in self.turns), key=_GRAVEST.index, default=Result.COURTESY
        )

    @property
    def language(self) -> str:
        """The language of its last turn."""
        return self.turns[-1].language if self.turns else "en"

    @property
    def topic(self) -> str:
        """The topic of its first question that has one."""
        return next((turn.topic for turn in self.turns if turn.topic), "")

    @property
    def question(self) -> str:
        """Its first question, or what was said first."""
        asked = (turn.asked for turn in self.turns if turn.result is not Result.COURTESY)
        return next(asked, self.turns[0].asked if self.turns else "")


def judged(
    exchange: Exchange,
    plan: Plan,
    *,
    language: str,
    topic: str,
    cost: float,
    minutes_a_message: float,
) -> TurnFinding:
    """Say what became of an exchange by the plan that today's bot made of it."""
    receipt, human = plan.receipt, exchange.human
    bot = next((one.message.text for one in plan.deliveries if one.lane is Lane.CUSTOMER), "")
    result, near, differs = _result(plan), None, ""
    if result is Result.UNCOMPARED:
        result, near, differs = _compared(bot, human, language)
    return TurnFinding(
        result=result,
        asked="\n".join(line.text for line in exchange.asked),
        bot=bot,
        human=human,
        language=language,
        topic=topic,
        near=near,
        differs=differs,
        reason=plan.case.reason.value if plan.case and result is Result.HANDED_OVER else "",
        confidence=receipt.confidence,
        sources=tuple(source.title for source in receipt.sources),
        cost=cost,
        minutes=minutes_of(exchange, minutes_a_message),
        gap=plan.gap is not None,
    )


def minutes_of(exchange: Exchange, minutes_a_message: float = DEFAULT_MINUTES) -> float:
    """Return what the human's words have cost: the time since what was said before each, bounded.

    Where the export has no times it is a guess for each message.
    """
    before, total = exchange.asked[-1].at, 0.0
    for line in exchange.answered:
        if line.role is Role.HUMAN:
            spent = line.at - before if line.at and before else None
            if spent is None or spent < timedelta():
                total += minutes_a_message
            else:
                total += min(spent / timedelta(minutes=1), MOST_MINUTES)
        before = line.at
    return total


def _result(plan: Plan) -> Result:
    """What the plan does; of an answer it is not yet said how good it is."""
    decision = plan.receipt.decision
    if plan.outcome is Outcome.HANDED_OVER:
        return Result.HANDED_OVER
    if decision is Decision.ANSWER:
        return Result.UNCOMPARED
    if decision is not None:
        return _DECIDED[decision]
    return Result.ASKED_BACK if plan.outcome is Outcome.CLARIFIED else Result.COURTESY


def _compared(bot: str, human: str, language: str) -> tuple[Result, float | None, str]:
    found = is_as_good(bot, human, language=language) if human else None
    if found is None:
        return Result.UNCOMPARED, None, ""
    is_good, near = found
    if is_good:
        return Result.AS_GOOD, near, ""
    differs = contradiction(bot, human, language) if near >= NEAR else None
    return (Result.WRONG, near, differs) if differs else (Result.DIFFERENT, near, "words")
