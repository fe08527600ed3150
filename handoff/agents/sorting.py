"""How a case is sorted: its priority and its tags."""

import re
from dataclasses import replace

from bot.texts import say
from bot.vocabulary.cases import Priority
from bot.vocabulary.turns import Plan
from handoff.agents.table import Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act, bare

MOST_TAGS = 20
LONGEST_TAG = 32
"""Characters of one tag."""

PRIORITIES = {
    "urgent": Priority.URGENT,
    "urgente": Priority.URGENT,
    "high": Priority.HIGH,
    "alta": Priority.HIGH,
    "alto": Priority.HIGH,
    "normal": Priority.NORMAL,
    "low": Priority.LOW,
    "baja": Priority.LOW,
    "bajo": Priority.LOW,
}

_TAG = re.compile(r"([+\-–]?)#?([^\s,;+#]+)")


class Sorting:
    """Plans for how a case is sorted. The customer hears nothing of it."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        priority = Verb(
            name="priority",
            does=self.prioritised,
            aliases=("prio", "prioridad"),
            needs_words=True,
        )
        tag = Verb(
            name="tag",
            does=self.tagged,
            aliases=("tags", "label", "etiqueta", "etiquetas", "etiquetar"),
            needs_words=True,
        )
        return priority, tag

    def prioritised(self, act: Act) -> Plan:
        """Set the priority; what is promised for it counts from when the case came to its team."""
        priority = PRIORITIES.get(bare(act.gesture.text))
        if priority is None:
            return self._voice.ask(act)
        case, office = replace(act.case, priority=priority), self._place.office
        due = office.promise(case, case.promised_at or case.opened_at)
        return self._voice.done(
            act,
            "verbs.prioritised",
            case=replace(case, due=due),
            detail=priority,
            priority=say(f"verbs.priority_{priority}", self._place.language),
        )

    def tagged(self, act: Act) -> Plan:
        """Add tags and take tags off; a word without a sign is added."""
        tags = _changed(act.case.tags, act.gesture.text)
        if len(tags) > MOST_TAGS:
            return self._voice.say(act, "verbs.too_many_tags", most=MOST_TAGS)
        case = replace(act.case, tags=tags)
        shown = " ".join(f"#{tag}" for tag in tags)
        if not shown:
            return self._voice.done(act, "verbs.untagged", case=case)
        return self._voice.done(act, "verbs.tagged", case=case, detail=shown, tags=shown)


def _changed(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    kept = dict.fromkeys(tags)
    for sign, word in _TAG.findall(text):
        tag = " ".join(word.split()).casefold()[:LONGEST_TAG]
        if sign in {"-", "–"}:
            kept.pop(tag, None)
        else:
            kept[tag] = None
    return tuple(kept)
