"""``/test``: what a customer would be answered, and why; nothing is changed by it."""

from collections.abc import Mapping

from bot.admin.looking.sockets import Sights
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.evidence import meaning, mode_name, topic_name
from bot.admin.steering.reading import percent
from bot.admin.steering.tools import button
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.rollout import OTHER, OTHER_NAME
from bot.vocabulary.trials import Tried

ANSWER_LENGTH = 1500
REASONS = 12
SOURCES = 5


class TestCommand:
    """Tries a question."""

    __test__ = False  # is no test of pytest's

    def __init__(self, sights: Sights) -> None:
        self._sights = sights

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"test": self.test}

    async def test(self, request: Request) -> Reply:
        """Show the answer with decision, confidence, topic, mode, sources and reasons."""
        principal, language = request.principal, request.language
        asker = f"{principal.platform}:{principal.tenant_id}:{principal.user_id}"
        tried = await self._sights.trials.answer(request.value("question"), asker=asker)
        parts = [_decision(tried, language), _answer(tried, language), _sources(tried, language)]
        parts += [_applies(tried, language), _reasons(tried, language)]
        topic = tried.topic or OTHER_NAME
        buttons = (
            button(say("looking.button_mode", language), "mode", topic=topic),
            button(say("looking.button_search", language), "kb search", question=tried.question),
        )
        fits = tuple(one for one in buttons if len(one.action) <= 90)  # noqa: PLR2004
        return Reply(text="\n\n".join(part for part in parts if part), buttons=fits)


def _decision(tried: Tried, language: str) -> str:
    confidence = tried.found.confidence.value if tried.found.text.strip() else None
    return say(
        "looking.tried",
        language,
        decision=say(f"looking.decision_{tried.verdict.decision}", language),
        confidence="–" if confidence is None else percent(confidence),
        threshold=percent(tried.threshold),
    )


def _answer(tried: Tried, language: str) -> str:
    text = tried.found.text.strip()
    if not text:
        return say("looking.tried_nothing", language)
    quoted = "\n".join(f"> {line}" for line in text[:ANSWER_LENGTH].splitlines())
    return quoted + ("…" if len(text) > ANSWER_LENGTH else "")


def _sources(tried: Tried, language: str) -> str:
    sources = tried.found.sources[:SOURCES]
    if not sources:
        return ""
    rows = [
        f"- {literal(one.title)}"
        + (f" › {literal(one.heading)}" if one.heading else "")
        + f" (`{one.doc_id}`, {percent(one.score)})"
        for one in sources
    ]
    return "\n".join((say("looking.tried_sources", language), *rows))


def _applies(tried: Tried, language: str) -> str:
    topic = topic_name(tried.topic or OTHER, language)
    return say(
        "looking.tried_mode",
        language,
        topic=literal(topic),
        team=literal(tried.team or "–"),
        mode=mode_name(tried.mode, language),
        meaning=meaning(tried.mode, language),
        written=tried.language,
    )


def _reasons(tried: Tried, language: str) -> str:
    """Return the reasons of the receipt, which are written for operators in English."""
    reasons = [*tried.verdict.reasons, *tried.found.confidence.reasons][:REASONS]
    if not reasons:
        return ""
    shown = "; ".join(literal(shortened(one, 200)) for one in reasons)
    return say("looking.tried_reasons", language, reasons=shown)
