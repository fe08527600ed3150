"""All turns and conversations of a replay counted, one by one, with intervals at the end."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bot.replay.judging import ANSWERED, COMPARED, Finding, Result, TurnFinding
from bot.rollout.intervals import share_of
from bot.vocabulary.rollout import Share

MOST_QUESTIONS = 3_000
"""First questions and gaps that are kept for finding topics; it bounds the memory."""
MOST_EXAMPLES = 12
"""Of each result, for people to look at."""


@dataclass(slots=True, kw_only=True)
class Counts:
    """How often which result was had."""

    turns: Counter[Result] = field(default_factory=Counter[Result])
    conversations: Counter[Result] = field(default_factory=Counter[Result])
    minutes_saved: float = 0.0
    minutes: float = 0.0
    cost: float = 0.0

    def add(self, finding: Finding) -> None:
        """Count one conversation."""
        self.conversations[finding.result] += 1
        self.minutes += finding.left_minutes
        for turn in finding.turns:
            self.turns[turn.result] += 1
            self.minutes += turn.minutes
            self.cost += turn.cost
            if turn.result is Result.AS_GOOD:
                self.minutes_saved += turn.minutes

    @property
    def asked(self) -> int:
        """Turns that were more than a courtesy."""
        return self.turns.total() - self.turns[Result.COURTESY]

    @property
    def answered(self) -> Share:
        """Of what was asked, what the bot would have answered."""
        return share_of(sum(self.turns[one] for one in ANSWERED), self.asked)

    @property
    def as_good(self) -> Share:
        """Of the answers that could be compared, those as good as the human's."""
        return share_of(self.turns[Result.AS_GOOD], sum(self.turns[one] for one in COMPARED))

    @property
    def contradicting(self) -> Share:
        """Of the answers that could be compared, those that contradict the human."""
        return share_of(self.turns[Result.WRONG], sum(self.turns[one] for one in COMPARED))

    @property
    def alone(self) -> Share:
        """Of the conversations, those that needed nobody and contradict nothing, as far as is known."""
        good = (Result.AS_GOOD, Result.UNCOMPARED, Result.COURTESY)
        done = sum(self.conversations[one] for one in good)
        return share_of(done, self.conversations.total())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that is kept to find out what it is about, and what became of its turns."""

    language: str
    text: str
    topic: str
    results: tuple[Result, ...]


@dataclass(slots=True, kw_only=True)
class Figures:
    """What a replay came to, as far as it has come."""

    overall: Counts = field(default_factory=Counts)
    topics: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    languages: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    differences: Counter[str] = field(default_factory=Counter[str])
    questions: list[Question] = field(default_factory=list[Question])
    gaps: list[Question] = field(default_factory=list[Question])
    examples: defaultdict[Result, list[TurnFinding]] = field(
        default_factory=lambda: defaultdict(list[TurnFinding])
    )
    turns_left: int = 0

    def add(self, finding: Finding) -> None:
        """Count one conversation."""
        self.overall.add(finding)
        self.topics[finding.topic].add(finding)
        self.languages[finding.language] += 1
        self.turns_left += finding.left
        if len(self.questions) < MOST_QUESTIONS:
            self.questions.append(
                Question(
                    language=finding.language,
                    text=finding.question,
                    topic=finding.topic,
                    results=tuple(turn.result for turn in finding.turns),
                )
            )
        for turn in finding.turns:
            self._add(turn)

    def _add(self, turn: TurnFinding) -> None:
        if turn.reason:
            self.reasons[turn.reason] += 1
        if turn.differs:
            self.differences[turn.differs] += 1
        if turn.gap and len(self.gaps) < MOST_QUESTIONS:
            self.gaps.append(
                Question(
                    language=turn.language,
                    text=turn.asked,
                    topic=turn.topic,
                    results=(turn.result,),
                )
            )
        examples = self.examples[turn.result]
        if turn.result in {Result.WRONG, Result.DIFFERENT} and len(examples) < MOST_EXAMPLES:
            examples.append(turn)
