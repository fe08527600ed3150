"""What may help against a gap, in words for an admin."""

from collections.abc import Sequence

from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.knowledge import Source
from knowledge.language.languages import ENGLISH_NAMES

NEAR = 0.3
"""Score of a search from which a document is about the matter at all."""


def hint_for(nearest: Source | None, gaps: Sequence[Gap], language: str) -> str:
    """Say what to do about a cluster whose askers mostly write in ``language``."""
    if nearest is None or nearest.score < NEAR:
        return "No article is near: write one."
    rejected = sum(gap.kind is GapKind.REJECTED and gap.nearest == nearest.doc_id for gap in gaps)
    title = f'The article "{nearest.title}"'
    if rejected:
        return f"{title} is near but was rejected {_times(rejected)}: it may be wrong or unclear."
    if nearest.language != language:
        return (
            f"{title} is near but in {_name(nearest.language)} only, while most ask in "
            f"{_name(language)}: translate it."
        )
    return f"{title} is near: it may lack this, or say it in other words than those who ask."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _name(language: str) -> str:
    return ENGLISH_NAMES.get(language, language)
