"""A memory's facts as they change: superseded by what is said later, taken back, ended.

Which fact gives way is decided by slot, origin and time alone: never by how alike two texts are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.memory.slots import RULES, contradicts, covers
from bot.vocabulary.memory import Fact, FactOrigin, Memory, Slot
from bot.vocabulary.messages import ConversationRef

_STRENGTH = {origin: place for place, origin in enumerate(FactOrigin)}
_ID_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose facts may give way to each other.

    In a direct conversation all are of one person, whichever account wrote. In a shared place (``author_id``
    is set) nobody's words replace another's.
    """

    author_id: str | None = None

    def holds(self, fact: Fact) -> bool:
        """Whether a fact is in the scope."""
        return self.author_id in {None, fact.author_id}


def fact_id(place: ConversationRef, message_id: str, slot: Slot, value: str) -> str:
    """Name a fact by its message and slot, so that a message that is learnt twice gives one fact.

    A slot that holds several values tells them apart by the value.
    """
    parts = [
        str(place),
        message_id,
        slot.value,
        *([value.casefold()] if RULES[slot].most > 1 else []),
    ]
    return sha256("\0".join(parts).encode()).hexdigest()[:_ID_LENGTH]


def with_fact(memory: Memory, fact: Fact, scope: Scope) -> Memory:
    """Add a fact; what it contradicts goes to the history, unless that is stronger or was said later."""
    if _is_known(memory, fact, scope):
        return memory
    rivals = [known for known in memory.facts if are_rivals(known, fact) and scope.holds(known)]
    same = next((known for known in rivals if covers(fact.slot, known.value, fact.value)), None)
    if same is not None:
        return _renewed(memory, same, fact)
    if any(_strength(known) > _strength(fact) for known in rivals):
        return memory
    later = [known for known in rivals if known.at > fact.at]
    if later:
        began = min(known.at for known in later)
        return replace(memory, replaced=_by_time((*memory.replaced, _over(fact, began))))
    return _superseding(memory, fact, rivals)


def _is_known(memory: Memory, fact: Fact, scope: Scope) -> bool:
    """Whether a fact was learnt before, or said again before it was over."""
    is_held = any(known.id == fact.id for known in (*memory.facts, *memory.replaced))
    return is_held or any(
        known.slot is fact.slot
        and known.at >= fact.at
        and scope.holds(known)
        and covers(fact.slot, known.value, fact.value)
        for known in memory.replaced
    )


def _superseding(memory: Memory, fact: Fact, rivals: Sequence[Fact]) -> Memory:
    kept = [known for known in memory.facts if known not in rivals]
    over = [_over(known, fact.at) for known in rivals]
    facts = _by_time((*kept, fact))
    return replace(memory, facts=facts, replaced=_by_time((*memory.replaced, *over)))


def are_rivals(known: Fact, fact: Fact) -> bool:
    """Whether only one of two facts can stand: they contradict each other, or one says what the other says."""
    return known.slot is fact.slot and (
        contradicts(fact.slot, known.value, fact.value)
        or covers(fact.slot, known.value, fact.value)
        or covers(fact.slot, fact.value, known.value)
    )


def _renewed(memory: Memory, known: Fact, fact: Fact) -> Memory:
    """Keep what is said once more for longer; it has its source from whoever is stronger, else the latest."""
    if fact.at <= known.at:
        return memory
    is_exact = covers(fact.slot, fact.value, known.value)
    takes_over = is_exact and _strength(fact) >= _strength(known)
    renewed = fact if takes_over else replace(known, expires_at=fact.expires_at)
    facts = (renewed if each is known else each for each in memory.facts)
    return replace(memory, facts=_by_time(facts))


def without_message(memory: Memory, place: ConversationRef, message_id: str) -> Memory:
    """Drop what came from a message that was changed or taken back; what it had replaced comes back."""
    gone = [
        fact
        for fact in (*memory.facts, *memory.replaced)
        if fact.source == message_id and fact.place == place
    ]
    for fact in gone:
        memory = _without(memory, fact)
    return memory


def _without(memory: Memory, gone: Fact) -> Memory:
    facts = [fact for fact in memory.facts if fact.id != gone.id]
    history = [fact for fact in memory.replaced if fact.id != gone.id]
    back = [fact for fact in history if _gave_way_to(fact, gone)]
    others = [fact for fact in history if fact not in back]
    if gone.replaced_at is None:
        facts += [replace(fact, replaced_at=None) for fact in back]
    else:
        others += [replace(fact, replaced_at=gone.replaced_at) for fact in back]
    return replace(memory, facts=_by_time(facts), replaced=_by_time(others))


def _gave_way_to(fact: Fact, gone: Fact) -> bool:
    return fact.replaced_at == gone.at and fact.slot is gone.slot and are_rivals(fact, gone)


def with_end(memory: Memory, slot: Slot, value: str, at: datetime, scope: Scope) -> Memory:
    """Put into the history what the customer said before and says now is over."""
    over = [
        fact
        for fact in memory.facts
        if fact.slot is slot
        and scope.holds(fact)
        and fact.at <= at
        and covers(slot, fact.value, value)
        and _STRENGTH[fact.origin] <= _STRENGTH[FactOrigin.STATED]
    ]
    kept = tuple(fact for fact in memory.facts if fact not in over)
    history = (*memory.replaced, *(_over(fact, at) for fact in over))
    return replace(memory, facts=kept, replaced=_by_time(history))


def _over(fact: Fact, at: datetime) -> Fact:
    return replace(fact, replaced_at=at)


def _strength(fact: Fact) -> int:
    return _STRENGTH[fact.origin]


def _by_time(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.at, fact.id)))
