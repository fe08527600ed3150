"""What an agent reads first: who, why, what was said, the bot's draft and its sources."""

from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.knowledge import Source
from bot.vocabulary.messages import Link, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Turn
from handoff.saying.plans import QUEUED_BUTTONS, case_buttons
from handoff.saying.style import DeskStyle

LINES_SHOWN = 12
LINE_LENGTH = 300
TITLE_LENGTH = 60


def opening(case: Case, turn: Turn, request: HandoverRequest, style: DeskStyle) -> Delivery:
    """Open a case's thread with its briefing."""
    return Delivery(
        lane=Lane.DESK,
        message=briefing(case, turn, request, style),
        opens_thread=title(case, request, style.language),
        marks=CaseStatus.QUEUED,
    )


def title(case: Case, request: HandoverRequest, language: str) -> str:
    """Return the thread's title: case, customer and the beginning of the question."""
    question = shortened(request.question, TITLE_LENGTH)
    return say(
        "handoff.thread_title", language, case=case.id, customer=case.customer, question=question
    )


def briefing(case: Case, turn: Turn, request: HandoverRequest, style: DeskStyle) -> OutgoingMessage:
    """Build the first message of a case's thread, in the agents' language."""
    language = style.language
    text = say(
        "handoff.briefing",
        language,
        prefix=style.prefix,
        case=case.id,
        customer=literal(case.customer),
        platform=case.conversation.platform,
        spoken=request.language,
        why=literal("; ".join(request.reasons)),
        question=literal(shortened(request.question, LINE_LENGTH)),
        history=_history(turn, language),
        draft=_draft(request, language),
        confidence=_confidence(request),
        sources="\n\n".join((_sources(request, language), *_for_agents(request, language))),
    )
    buttons = case_buttons(language, *QUEUED_BUTTONS)
    return OutgoingMessage(text=text.strip(), buttons=buttons, sources=_links(request))


def _history(turn: Turn, language: str) -> str:
    lines = [_line(line) for line in turn.conversation.history[-LINES_SHOWN:]]
    return "\n".join(lines) or say("handoff.no_history", language)


def _line(line: HistoryLine) -> str:
    text = literal(shortened(line.text, LINE_LENGTH))
    return f"- *{text}*" if line.speaker is Speaker.MARKER else f"- {literal(line.name)}: {text}"


def _draft(request: HandoverRequest, language: str) -> str:
    if request.answer is None or not request.answer.text:
        return say("handoff.no_draft", language)
    return "\n".join(f"> {line}" for line in request.answer.text.splitlines())


def _confidence(request: HandoverRequest) -> str:
    return f"{request.answer.confidence.value:.2f}" if request.answer else "–"


def _sources(request: HandoverRequest, language: str) -> str:
    titles = ", ".join(literal(link.title) for link in _links(request))
    key = "handoff.sources" if titles else "handoff.no_sources"
    return say(key, language, titles=titles)


def _for_agents(request: HandoverRequest, language: str) -> tuple[str, ...]:
    """What stands in documents that the customer is not told of."""
    titles = ", ".join(literal(_name(source)) for source in request.internal)
    return (say("handoff.internal_sources", language, titles=titles),) if titles else ()


def _name(source: Source) -> str:
    return f"{source.title} › {source.heading}" if source.heading else source.title


def _links(request: HandoverRequest) -> tuple[Link, ...]:
    sources = request.answer.sources if request.answer else ()
    return tuple(Link(title=source.title, url=source.url) for source in sources)
