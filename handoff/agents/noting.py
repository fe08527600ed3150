"""What is remembered of the customer: agents see it, and note facts of the slots that there are."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from bot.texts import LANGUAGES, say, shortened
from bot.vocabulary.memory import (
    VALUE_LENGTH,
    Lesson,
    LessonKind,
    Memories,
    Slot,
    identity_at,
    principal_of,
)
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act, bare
from handoff.saying.remembered import remembered_lines
from handoff.saying.voice import audit_of

SLOT_SHOWN = 40
"""Characters of an unknown slot that are repeated to whoever wrote it."""

Normalise = Callable[[Slot, str], str | None]
"""Returns a value as a slot holds it; None where it can't hold it."""


class Noting:
    """Plans for what is remembered. The customer sees it with all else that is known of them.

    ``normalise`` is that of the memory: what it would not keep is refused at once.
    """

    def __init__(
        self,
        place: Workplace,
        memories: Memories | None = None,
        normalise: Normalise | None = None,
    ) -> None:
        self._place = place
        self._voice = place.voice
        self._memories = memories
        self._normalise = normalise

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        remember = Verb(
            name="remember",
            does=self.remembered,
            aliases=("recuerda", "memoriza", "dato"),
            scope=Scope.CASE,
            needs_words=True,
        )
        facts = Verb(
            name="facts",
            does=self.known,
            aliases=("datos", "recuerdos"),
            scope=Scope.CASE,
            for_all=True,
        )
        return remember, facts

    async def known(self, act: Act) -> Plan:
        """Show what is remembered that matters here: the person's own, or in a shared place the group's."""
        case = act.case
        if self._memories is None or not self._voice.style.remembers:
            return self._voice.say(act, "verbs.remembers_nothing")
        if case.customer_id is None:
            return self._voice.say(act, "verbs.remembers_nobody")
        recalled = await self._memories.recall(
            principal_of(identity_at(case.conversation, case.customer_id)),
            case.conversation,
            is_direct=not case.is_shared,
            question=act.turn.conversation.memo.question,
        )
        now = act.turn.at.astimezone(self._place.zone(case))
        lines = list(remembered_lines(recalled, now, self._place.language))
        if not lines:
            return self._voice.say(act, "verbs.nothing_remembered")
        return self._voice.shown(act, OutgoingMessage(text="\n".join(lines)))

    def remembered(self, act: Act) -> Plan:
        """Note a fact; who the customer is must be known, for others may write in a shared place."""
        if not self._voice.style.remembers:
            return self._voice.say(act, "verbs.remembers_nothing")
        if act.case.customer_id is None:
            return self._voice.say(act, "verbs.remembers_nobody")
        name, value = _parted(act.gesture.text)
        slot = slots().get(bare(name.replace("_", " ")))
        if slot is None:
            return self._unknown(act, name)
        if not value or len(value) > VALUE_LENGTH:
            return self._voice.say(act, "verbs.remember_shorter", most=VALUE_LENGTH)
        if self._normalise is not None and self._normalise(slot, value) is None:
            return self._voice.say(act, "verbs.remember_not", slot=self._named(slot), value=value)
        plan = self._voice.say(act, "verbs.remembered", slot=self._named(slot), value=value)
        lesson = _lesson(act, act.case.customer_id, slot, value)
        return replace(plan, lessons=(lesson,), audit=audit_of(act, slot.value))

    def _unknown(self, act: Act, name: str) -> Plan:
        names = ", ".join(map(self._named, Slot))
        shown = shortened(name, SLOT_SHOWN)
        return self._voice.say(act, "verbs.remember_what", name=shown, names=names)

    def _named(self, slot: Slot) -> str:
        return say(f"recalled.slot_{slot}", self._place.language).casefold()


@cache
def slots() -> dict[str, Slot]:
    """Return the slots by all that agents may call them."""
    named = {bare(slot.replace("_", " ")): slot for slot in Slot}
    for language in LANGUAGES:
        named |= {bare(say(f"recalled.slot_{slot}", language)): slot for slot in Slot}
    return named


def _parted(text: str) -> tuple[str, str]:
    """Part ``plan: Pro``, also where the colon was left out."""
    flat = " ".join(text.split())
    name, sign, value = flat.partition(":")
    if sign:
        return name.strip(), value.strip()
    for words in sorted(slots(), key=len, reverse=True):
        count = len(words.split())
        beginning = " ".join(flat.split()[:count])
        if bare(beginning) == words:
            return beginning, " ".join(flat.split()[count:])
    return flat, ""


def _lesson(act: Act, customer_id: str, slot: Slot, value: str) -> Lesson:
    place = act.case.conversation
    return Lesson(
        kind=LessonKind.NOTED,
        place=place,
        is_direct=not act.case.is_shared,
        author_id=identity_at(place, customer_id),
        message_id=act.origin,
        text=value,
        at=act.turn.at,
        language=act.language,
        slot=slot,
        noted_by=act.agent.id,
    )
