"""What replayed conversations were about: the topics of the settings, else those that are found."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.replay.figures import Figures, Question
from bot.replay.judging import ANSWERED, COMPARED, Result
from bot.rollout.intervals import share_of
from bot.rollout.topics import clusters, gathered
from bot.vocabulary.rollout import FoundTopic, Share

SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """One topic: ``count`` conversations, and shares of their turns.

    ``found`` says that the topic is none of the settings'.
    """

    name: str
    count: int
    answered: Share
    as_good: Share
    handed_over: int
    found: bool


def topic_rows(figures: Figures) -> list[TopicRow]:
    """Return topics of the settings with their turns, then what was found among the rest."""
    own = [
        TopicRow(
            name=name,
            count=counts.conversations.total(),
            answered=counts.answered,
            as_good=counts.as_good,
            handed_over=counts.turns[Result.HANDED_OVER],
            found=False,
        )
        for name, counts in figures.topics.items()
        if name
    ]
    own.sort(key=lambda row: (-row.count, row.name))
    rest = [question for question in figures.questions if not question.topic]
    return (own + [_row(topic, members) for topic, members in _found(rest)])[:SHOWN]


def top_gaps(figures: Figures, limit: int = 10) -> Sequence[FoundTopic]:
    """Return what was asked that the knowledge had no good answer to, what was asked most first."""
    return clusters(((one.language, one.text) for one in figures.gaps), limit=limit, least=2)


def _found(questions: Sequence[Question]) -> list[tuple[FoundTopic, list[Question]]]:
    topics = gathered(((one.language, one.text) for one in questions), limit=SHOWN)
    return [(topic, [one for one in questions if one.text in texts]) for topic, texts in topics]


def _row(topic: FoundTopic, members: Sequence[Question]) -> TopicRow:
    results = [result for one in members for result in one.results]
    asked = [one for one in results if one is not Result.COURTESY]
    compared = [one for one in results if one in COMPARED]
    return TopicRow(
        name=topic.name,
        count=len(members),
        answered=share_of(sum(one in ANSWERED for one in asked), len(asked)),
        as_good=share_of(compared.count(Result.AS_GOOD), len(compared)),
        handed_over=results.count(Result.HANDED_OVER),
        found=True,
    )
