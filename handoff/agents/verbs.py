"""What agents do in a case's thread, verb by verb.

Only an explicit gesture reaches the customer (``/reply``, a draft that is sent, or their buttons);
everything else that is written in the thread is a private note. Only whom the core calls an agent may
act, by text and by button alike, and only in the thread of the customer's present case.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.board import Board
from bot.vocabulary.memory import Memories
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import DeskTurn, Lane, Plan
from handoff.agents.calling import Calling, Ring
from handoff.agents.ending import Endings
from handoff.agents.gate import Gate
from handoff.agents.helping import help_card
from handoff.agents.joining import Joining
from handoff.agents.looking import Looking
from handoff.agents.noting import Normalise, Noting
from handoff.agents.replying import Replying
from handoff.agents.sorting import Sorting
from handoff.agents.table import Scope, Verb, VerbTable
from handoff.agents.taking import Taking
from handoff.agents.waiting import Waiting
from handoff.agents.words import AgentWords
from handoff.agents.workplace import Workplace
from handoff.copilot.help import Copilot
from handoff.copilot.speaking import spoken
from handoff.copilot.verbs import CopilotVerbs
from handoff.gestures import Act, act_of
from handoff.routing.office import Office
from handoff.saying.style import DeskStyle
from handoff.saying.voice import DeskVoice, audit_of

VERB_LENGTH = 40
"""Characters of an unknown verb that are repeated to whoever wrote it."""


class AgentVerbs:
    """Turns what happens in a case's thread into a plan."""

    def __init__(
        self,
        style: DeskStyle,
        office: Office | None = None,
        board: Board | None = None,
        copilot: Copilot | None = None,
        memories: Memories | None = None,
        normalise: Normalise | None = None,
    ) -> None:
        self._voice = voice = DeskVoice(style=style)
        place = Workplace(voice=voice, office=office or Office(), board=board)
        self._gate = Gate(place)
        self._words = AgentWords(voice)
        self._calling = Calling(place)
        self._interpreter = copilot.interpreter if copilot else None
        taking = Taking(place)
        replying = Replying(voice, self._words, taking)
        verbs = [*taking.verbs(), *replying.verbs()]
        if copilot is not None:
            verbs += CopilotVerbs(copilot=copilot, voice=voice, send=replying.replied).verbs()
        verbs += (*Waiting(place).verbs(), *_endings(Endings(voice)))
        verbs += (
            *Sorting(place).verbs(),
            *Noting(place, memories, normalise).verbs(),
            *Joining(place).verbs(),
        )
        verbs += (*self._calling.verbs(), *Looking(place).verbs(), self._help())
        self.table = VerbTable(verbs)

    @property
    def duties(self) -> Mapping[AlarmKind, Ring]:
        """What verbs that were used in another conversation leave to be done in this one."""
        return self._calling.duties

    async def work(self, turn: DeskTurn) -> Plan:
        """Do what the message asks, also where a model must be waited for or words translated."""
        said = await spoken(self._act(turn), self._interpreter, self._voice.style)
        found = self._found(said.act)
        if isinstance(found, Plan):
            return said.noted(found)
        done = found.does(said.act)
        plan = done if isinstance(done, Plan) else await done
        return said.noted(_audited(said.act, plan))

    def _act(self, turn: DeskTurn) -> Act:
        case = turn.conversation.case
        if case is None:
            raise LookupError("A desk thread without a case can't be worked on.")
        return act_of(turn, case, self.table.gesture(turn.message))

    def _found(self, act: Act) -> Verb | Plan:
        """Return the verb that is to be done, or the plan of what becomes of it instead."""
        if not act.is_allowed:
            return self._gate.outsider(act)
        if act.turn.error is not None:
            return self._voice.say(act, "failed_desk")
        if act.message.kind in {MessageKind.EDITED, MessageKind.DELETED}:
            return _amended(act, self._words.amended(act))
        if act.message.kind is MessageKind.PRESSED and act.gesture.is_talk:
            return self._voice.silent(act, "no button of a case")
        return self._named(act)

    def _named(self, act: Act) -> Verb | Plan:
        verb = self.table.find(act.gesture.verb)
        if refusal := self._gate.refusal(act, verb):
            return refusal
        if verb is None:
            return self._unknown(act)
        return self._voice.ask(act) if verb.needs_words and not act.gesture.text else verb

    def _help(self) -> Verb:
        return Verb(
            name="help",
            does=lambda act: self._voice.shown(act, help_card(self.table, self._voice.style)),
            aliases=("ayuda", "verbs", "?"),
            plain=("help", "ayuda"),
            scope=Scope.EVERYWHERE,
        )

    def _unknown(self, act: Act) -> Plan:
        verb = f"{self._voice.style.prefix}{act.gesture.verb[:VERB_LENGTH]}"
        return self._voice.say(act, "unknown_verb_desk", verb=verb)


def _endings(endings: Endings) -> tuple[Verb, ...]:
    resolve = Verb(
        name="resolve",
        does=endings.resolved,
        aliases=("solve", "close", "resolver", "cerrar"),
        plain=("resolve", "resolve it", "resolver", "resolver caso"),
        by_holder=True,
    )
    give_back = Verb(
        name="return",
        does=endings.returned,
        aliases=("bot", "devolver"),
        plain=("return to bot", "back to the bot", "devolver", "devolver al bot"),
        by_holder=True,
    )
    reopen = Verb(
        name="reopen",
        does=endings.reopened,
        aliases=("reabrir",),
        plain=("reopen", "reopen it", "reabrir"),
        scope=Scope.CASE,
    )
    return resolve, give_back, reopen


def _audited(act: Act, plan: Plan) -> Plan:
    """Note who did what where a verb has changed something and has not said more of it itself.

    Talk is noted by its line of the history.
    """
    changed = plan.case or plan.owner or plan.presence or plan.amends or plan.history or plan.bells
    if plan.audit is not None or not changed or act.gesture.is_talk:
        return plan
    return replace(plan, audit=audit_of(act))


def _amended(act: Act, plan: Plan) -> Plan:
    """Note who changed or took back a reply; notes are nobody's but their writer's."""
    if all(delivery.lane is not Lane.CUSTOMER for delivery in plan.deliveries):
        return plan
    return replace(plan, audit=replace(audit_of(act), action=act.message.kind))
