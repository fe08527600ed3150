"""Who asks: what they may be told, what this installation is about, and whose caps it counts against."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.vocabulary.knowledge import Audience, Query
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an operator decides about questions.

    ``members`` are places, ``platform:tenant``, whose own people are told what is for members.
    ``tags`` (``product:shop``) say what this installation is about.
    """

    members: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def query(
        self,
        turn: Turn,
        question: str,
        *,
        language: str,
        history: Sequence[str] = (),
        excluded: Sequence[str] = (),
    ) -> Query:
        """Build the query of a turn for whoever wrote it."""
        return Query(
            text=question,
            language=language,
            history=tuple(history),
            excluded=frozenset(excluded),
            audience=self.audience(turn),
            tags=self.tags,
            asker=_asker(turn),
        )

    def audience(self, turn: Turn) -> Audience:
        """For whom an answer may be: the public as soon as one of those who wrote is no member."""
        place = turn.conversation.ref
        is_home = f"{place.platform}:{place.tenant_id}" in self.members
        is_member = is_home and all(_is_own(message) for message in turn.messages)
        return Audience.MEMBERS if is_member and turn.messages else Audience.PUBLIC


def _is_own(message: IncomingMessage) -> bool:
    return message.principal is not None and not message.principal.is_external


def _asker(turn: Turn) -> str | None:
    if not turn.messages:
        return None
    place, author = turn.conversation.ref, turn.messages[-1].author
    return f"{place.platform}:{place.tenant_id}:{author.user_id}"
