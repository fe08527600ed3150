"""What an agent reads first: who wants what, why they are here, what was tried, and a ready draft.

It is taken from what was said and measured; no model writes it. Customers' words stand there without
living links and without markup. What the briefing shortens follows it in full.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.texts import say, shortened
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.copilot import Draft
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.knowledge import Source
from bot.vocabulary.messages import Button, Link, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Turn
from handoff.copilot.showing import draft_buttons
from handoff.desk.tried import is_shown_in_full, said_lines, standing, tried_lines
from handoff.saying.cards import facts_line, past_lines, people_say, promise_lines
from handoff.saying.moods import mood_line
from handoff.saying.plans import QUEUED_BUTTONS, case_buttons
from handoff.saying.remembered import remembered_lines
from handoff.saying.style import DeskStyle
from handoff.saying.transcripts import pages, shown

TITLE_LENGTH = 60
WANTS_LENGTH = 300
DRAFT_ID_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """Builds what stands at the beginning of a case's thread.

    ``zone`` is where the team is. With ``offers_draft`` the bot's draft can be sent by a button.
    """

    case: Case
    turn: Turn
    request: HandoverRequest
    style: DeskStyle
    zone: tzinfo
    offers_draft: bool = False

    def deliveries(self) -> tuple[Delivery, ...]:
        """Open the thread with the briefing; what it leaves out of the conversation follows."""
        card = Delivery(
            lane=Lane.DESK,
            message=self.card(),
            opens_thread=self.title(),
            marks=CaseStatus.QUEUED,
        )
        return (card, *self._transcript())

    def title(self) -> str:
        """Return the thread's title: case, customer and the beginning of the question."""
        return say(
            "handoff.thread_title",
            self.style.language,
            case=self.case.id,
            customer=defanged(self.case.customer),
            question=shortened(defanged(self.request.question), TITLE_LENGTH),
        )

    def card(self) -> OutgoingMessage:
        """Build the briefing, in the agents' language."""
        parts = (
            self._head(),
            self._summary(),
            "\n".join(self._facts()),
            self._remembered(),
            self._section("tried", tried_lines(self.turn, self.language)),
            self._section("so_far", said_lines(self.turn)),
            self._drafted(),
            "\n\n".join(self._sources()),
            say("briefing.help", self.language, prefix=self.style.prefix),
        )
        text = "\n\n".join(part for part in parts if part)
        return OutgoingMessage(text=text, buttons=self._buttons(), sources=_links(self.request))

    def draft(self) -> Draft | None:
        """Return the bot's draft as agents can send it; None without one."""
        answer = self.request.answer
        if answer is None or not answer.text or not self.offers_draft:
            return None
        return Draft(
            id=self.turn.id[:DRAFT_ID_LENGTH],
            text=answer.text,
            language=answer.language,
            sources=_links(self.request),
            confidence=answer.confidence.value,
        )

    @property
    def language(self) -> str:
        """The agents' language."""
        return self.style.language

    @property
    def _now(self) -> datetime:
        return self.case.opened_at

    def _head(self) -> str:
        case = self.case
        name = people_say(case.customer, TITLE_LENGTH)
        place = f"{case.conversation.platform} · {self.request.language}"
        return f"**{literal(case.id)}** · {name} · {place}"

    def _summary(self) -> str:
        """Say in two lines who wants what, and where it stands; then why a person is asked."""
        request, language = self.request, self.language
        why = literal(defanged("; ".join(request.reasons)))
        lines = [
            say("briefing.wants", language, text=people_say(request.question, WANTS_LENGTH)),
            say("briefing.stands", language, text=standing(self.turn, language)),
            say("briefing.why", language, text=why),
        ]
        if request.concern is not None:
            concern = say(f"briefing.concern_{request.concern.concern}", language)
            words = people_say(request.concern.words, WANTS_LENGTH)
            lines.append(say("briefing.concern", language, concern=concern, words=words))
        return "\n".join(f"- {line}" for line in lines)

    def _facts(self) -> Iterator[str]:
        case, language = self.case, self.language
        yield f"- {facts_line(case, language)}"
        for line in promise_lines(case, self._now, self.zone, language):
            yield f"- {line}"
        if mood := mood_line(self.request.mood, language):
            yield f"- **{say('verbs.fact_mood', language)}:** {mood}"
        yield from past_lines(self._past(), self._now, self.zone, language)

    def _past(self) -> tuple[Case, ...]:
        last, past = self.turn.conversation.case, self.turn.conversation.past
        return past if last is None or last in past else (last, *past)

    def _remembered(self) -> str:
        now = self._now.astimezone(self.zone)
        lines = "\n".join(remembered_lines(self.request.recalled, now, self.language))
        return f"{say('recalled.heading', self.language)}\n{lines}" if lines else ""

    def _section(self, name: str, lines: Iterator[str]) -> str:
        found = "\n".join(lines)
        return f"**{say(f'briefing.{name}', self.language)}**\n{found}" if found else ""

    def _drafted(self) -> str:
        answer = self.request.answer
        if answer is None or not answer.text:
            return say("briefing.no_draft", self.language)
        quoted = "\n".join(f"> {line}".rstrip() for line in answer.text.splitlines())
        confidence = f"{answer.confidence.value:.2f}"
        return say("briefing.draft", self.language, confidence=confidence, text=quoted)

    def _sources(self) -> Iterator[str]:
        titles = ", ".join(literal(link.title) for link in _links(self.request))
        key = "handoff.sources" if titles else "handoff.no_sources"
        yield say(key, self.language, titles=titles)
        # What stands in documents that the customer is not told of.
        inside = ", ".join(literal(_name(source)) for source in self.request.internal)
        if inside:
            yield say("handoff.internal_sources", self.language, titles=inside)

    def _buttons(self) -> tuple[Button, ...]:
        draft = self.draft()
        send = draft_buttons(draft, self.language)[:2] if draft else ()
        return (*case_buttons(self.language, *QUEUED_BUTTONS), *send)

    def _transcript(self) -> tuple[Delivery, ...]:
        if is_shown_in_full(self.turn):
            return ()
        found = pages(self.turn.conversation.history, self.zone, self.language)
        page = shown(found, 1, self.style.prefix, self.language)
        return (Delivery(lane=Lane.DESK, message=page),)


def _name(source: Source) -> str:
    return f"{source.title} › {source.heading}" if source.heading else source.title


def _links(request: HandoverRequest) -> tuple[Link, ...]:
    sources = request.answer.sources if request.answer else ()
    return tuple(Link(title=source.title, url=source.url) for source in sources)
