"""Who may do what, and where: asked for every verb, by text and by button alike."""

from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act


class Gate:
    """Lets agents through, in the thread of the customer's present case; says why it doesn't.

    Whoever is no agent can do nothing at all. A case is worked on by its team; others may look at it and
    leave notes. What somebody else has is left to them and to leads. ``release`` is free to every agent of the team: it is how the
    case of a colleague who is gone comes back into the queue, and it is told to all.
    """

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def refusal(self, act: Act, verb: Verb | None) -> Plan | None:
        """Return what is said instead of doing it; None when it may be done."""
        scope = verb.scope if verb else Scope.OPEN
        if scope is not Scope.EVERYWHERE and not act.is_here:
            return self._voice.not_here(act)
        if scope is Scope.OPEN and not act.case.is_open:
            return self._voice.say(act, "closed_desk")
        if verb is None or scope is Scope.EVERYWHERE:
            return None
        if not (verb.for_all or self._place.may_work(act)):
            return self._voice.say(act, "verbs.not_of_team", team=act.case.team or "")
        if verb.by_holder and not self._place.may_dispose(act):
            return self._voice.taken(act)
        return None

    def outsider(self, act: Act) -> Plan:
        """Tell who is no agent that nothing was done; their talk is none of the desk's business."""
        is_new = act.message.kind in {MessageKind.NEW, MessageKind.PRESSED}
        if act.gesture.is_talk or not is_new or act.message.author.is_bot:
            return self._voice.silent(act, "not by an agent: ignored")
        return self._voice.say(act, "not_agent_desk")
