"""The table of verbs: what each is called, where it works, who may, and what it does.

Verbs are objects that the rooms of the desk register; the help card and the reading of agents'
messages are made from them. What stands behind a verb and what it does in a menu is said in the
catalogue: ``verbs.<name>``, ``verbs.usage_<name>``, ``verbs.asks_<name>``.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.turns import Plan
from handoff.gestures import Act, Gesture, bare, parse_verb


class Scope(StrEnum):
    """Where a verb works: in every thread, in that of the present or last case, only while it is open."""

    EVERYWHERE = "everywhere"
    CASE = "case"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that an agent can do.

    ``aliases`` work like the name, behind the prefix. ``plain`` are whole messages that do it without
    a prefix: only what sends no word of the agent's to the customer may have any. ``by_holder`` leaves
    it to who has the case and to leads, once somebody has it; ``for_all`` opens it to agents of other
    teams. ``needs_words`` refuses it without words behind it. What a verb does is waited for where it
    asks a model.
    """

    name: str
    does: Callable[[Act], Plan | Awaitable[Plan]]
    aliases: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    scope: Scope = Scope.OPEN
    by_holder: bool = False
    for_all: bool = False
    needs_words: bool = False


class VerbTable:
    """All verbs of a desk, found by name, alias or plain words."""

    def __init__(self, verbs: Iterable[Verb]) -> None:
        self._verbs = {verb.name: verb for verb in verbs}
        self._names: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        for verb in self:
            for name in (verb.name, *verb.aliases):
                _add(self._names, name, verb)
            for words in verb.plain:
                _add(self._plain, words, verb)

    def __iter__(self) -> Iterator[Verb]:
        """Go over all verbs in the order of the help card."""
        return iter(self._verbs.values())

    def find(self, name: str) -> Verb | None:
        """Return the verb of a name or alias, whatever its case and accents."""
        return self._verbs.get(self._names.get(bare(name), ""))

    def gesture(self, message: IncomingMessage) -> Gesture:
        """Read what a message does, by the verb's own name; an unknown verb keeps what was written."""
        gesture = parse_verb(message)
        if gesture.is_talk:
            return self._plainly(message, gesture)
        verb = self.find(gesture.verb)
        return replace(gesture, verb=verb.name) if verb else gesture

    def _plainly(self, message: IncomingMessage, talk: Gesture) -> Gesture:
        # Changing an old note must not do anything, and a file says that there is more to it.
        if message.kind is not MessageKind.NEW or message.attachments:
            return talk
        name = self._plain.get(bare(talk.text).strip(" .!"))
        return Gesture(verb=name, text="") if name else talk


def _add(names: dict[str, str], name: str, verb: Verb) -> None:
    if names.setdefault(bare(name), verb.name) != verb.name:
        raise ValueError(f"{name!r} can't name both {names[bare(name)]} and {verb.name}.")
