"""Who asks and what about: what they may be told, whose caps it counts against, tier and matter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.vocabulary.knowledge import Audience, Known, Query
from bot.vocabulary.memory import identity_at
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a question is about, as an operator has named it, and whose team that is."""

    subject: str | None = None
    team: str | None = None


MatterOf = Callable[[str, str], Matter]
"""Tells the matter of a text in a language (ISO 639-1)."""


def no_matter(text: str, language: str) -> Matter:
    """Know nothing of matters, where an operator has named none."""
    del text, language
    return Matter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an operator decides about questions and those who ask.

    ``members`` are places, ``platform:tenant``, whose own people are told what is for members.
    ``tags`` (``product:shop``) say what this installation is about. ``tiers`` are the customers of
    each tier: places, ``platform:user``, or ``platform:tenant:user``.
    """

    members: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    tiers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    matter_of: MatterOf = no_matter

    def query(
        self,
        turn: Turn,
        question: str,
        *,
        language: str,
        history: Sequence[str] = (),
        excluded: Sequence[str] = (),
        known: Sequence[Known] = (),
    ) -> Query:
        """Build the query of a turn for whoever wrote it; what is ``known`` widens no audience."""
        return Query(
            text=question,
            language=language,
            history=tuple(history),
            excluded=frozenset(excluded),
            audience=self.audience(turn),
            tags=self.tags,
            asker=_asker(turn),
            known=tuple(known),
        )

    def audience(self, turn: Turn) -> Audience:
        """For whom an answer may be: the public as soon as one of those who wrote is no member."""
        place = turn.conversation.ref
        is_home = f"{place.platform}:{place.tenant_id}" in self.members
        is_member = is_home and all(_is_own(message) for message in turn.messages)
        return Audience.MEMBERS if is_member and turn.messages else Audience.PUBLIC

    def tier(self, turn: Turn) -> str | None:
        """Name the tier of whoever wrote last: a person's own counts before that of their place."""
        place = turn.conversation.ref
        names = [f"{place.platform}:{place.tenant_id}"]
        if turn.messages:
            user = turn.messages[-1].author.user_id
            names = [f"{names[0]}:{user}", f"{place.platform}:{user}", *names]
        found = (tier for name in names for tier in self.tiers if name in self.tiers[tier])
        return next(found, None)


def _is_own(message: IncomingMessage) -> bool:
    return message.principal is not None and not message.principal.is_external


def _asker(turn: Turn) -> str | None:
    if not turn.messages:
        return None
    return identity_at(turn.conversation.ref, turn.messages[-1].author.user_id)
