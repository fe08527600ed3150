"""What an agent looks at: the case, the whole conversation, who is there. Nothing is changed."""

from collections.abc import Iterator

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Plan
from handoff.agents.table import Scope, Verb
from handoff.agents.workplace import Workplace
from handoff.gestures import Act
from handoff.routing.choosing import is_there, load_of, loads_of
from handoff.routing.finding import seat_of
from handoff.routing.teams import same_agent
from handoff.saying.cards import facts_line, past_lines, people_say, promise_lines
from handoff.saying.moods import mood_line
from handoff.saying.transcripts import pages, shown

NAME_LENGTH = 60


class Looking:
    """Plans that show what is known."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._voice = place.voice

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs of this room."""
        case = Verb(
            name="case",
            does=self.card,
            aliases=("caso", "info"),
            plain=("case", "caso"),
            scope=Scope.CASE,
            for_all=True,
        )
        transcript = Verb(
            name="transcript",
            does=self.transcript,
            aliases=("history", "historial", "transcripcion"),
            plain=("transcript", "transcripción", "historial"),
            scope=Scope.CASE,
            for_all=True,
        )
        who = Verb(
            name="who",
            does=self.people,
            aliases=("quien", "quienes"),
            plain=("who", "who is there", "who's there", "¿quién está?", "quién está"),
            scope=Scope.EVERYWHERE,
        )
        return case, transcript, who

    def card(self, act: Act) -> Plan:
        """Show how the case stands."""
        return self._voice.shown(act, OutgoingMessage(text="\n".join(self._card(act))))

    def transcript(self, act: Act) -> Plan:
        """Show one page of the whole conversation; the first is the newest."""
        found = pages(
            act.turn.conversation.history, self._place.zone(act.case), self._place.language
        )
        wanted = act.gesture.text.strip() or "1"
        if not found:
            return self._voice.say(act, "verbs.no_history")
        if not wanted.isdecimal() or not 1 <= int(wanted) <= len(found):
            return self._voice.say(act, "verbs.no_such_page", last=len(found))
        page = shown(found, int(wanted), self._voice.style.prefix, self._place.language)
        return self._voice.shown(act, page)

    def people(self, act: Act) -> Plan:
        """Show who is there, what each has, and how many wait."""
        view = self._place.view()
        lines = [*self._agents(act, view), *self._queues(view)]
        return self._voice.shown(act, OutgoingMessage(text="\n".join(lines)))

    def _card(self, act: Act) -> Iterator[str]:
        case, language = act.case, self._place.language
        zone, now = self._place.zone(case), act.turn.at
        yield f"**{literal(case.id)}** · {people_say(case.customer, NAME_LENGTH)} · {case.conversation.platform}"
        yield ""
        yield f"- {self._status(act)}"
        yield f"- {facts_line(case, language)}"
        for line in promise_lines(case, now, zone, language):
            yield f"- {line}"
        for key, at in (("sleeps", case.snoozed_until), ("reminds", case.follow_up_at)):
            if at is not None:
                when = literal(self._place.when(at, act))
                yield f"- {say(f'verbs.{key}', language, when=when)}"
        if mood := mood_line(act.turn.conversation.memo.mood, language):
            yield f"- **{say('verbs.fact_mood', language)}:** {mood}"
        if case.links:
            links = ", ".join(map(literal, case.links))
            yield f"- **{say('verbs.fact_links', language)}:** {links}"
        yield from past_lines(act.turn.conversation.past, now, zone, language)

    def _status(self, act: Act) -> str:
        case, language = act.case, self._place.language
        status = say(f"verbs.status_{case.status}", language)
        return f"**{status}** · {literal(case.agent.name)}" if case.agent else f"**{status}**"

    def _agents(self, act: Act, view: BoardView) -> Iterator[str]:
        office, language = self._place.office, self._place.language
        loads = loads_of(view)
        for agent in _known(self._place, act, view):
            seat = seat_of(agent.id, office.roster)
            load = load_of(agent, loads).cases
            cases = f"{load}/{seat.capacity}" if seat else str(load)
            there = "there" if is_there(agent, view) else "not_there"
            yield f"- {say(f'verbs.{there}', language, agent=literal(agent.name), cases=cases)}"

    def _queues(self, view: BoardView) -> Iterator[str]:
        waiting = [case for case in view.cases.values() if case.status is CaseStatus.QUEUED]
        for team in sorted({case.team or "" for case in waiting}):
            count = sum((case.team or "") == team for case in waiting)
            name = literal(team) if team else say("verbs.queue", self._place.language)
            yield f"- {say('verbs.waiting', self._place.language, team=name, count=count)}"


def _known(place: Workplace, act: Act, view: BoardView) -> list[Agent]:
    """Everybody of the roster and of the board, each once; and whoever asks."""
    said = [Agent(id=one.agent_id, name=one.name) for one in view.presence.values()]
    working = [case.agent for case in view.cases.values() if case.agent is not None]
    found: list[Agent] = []
    for agent in (*(seat.agent for seat in place.office.roster), *said, *working, act.agent):
        if not any(same_agent(agent.id, one.id) for one in found):
            found.append(agent)
    return found
