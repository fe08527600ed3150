"""Survey questions as messages: what a customer is asked, with the buttons to answer or decline."""

from dataclasses import replace

from bot.texts import LANGUAGES, say
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.surveys import CsatForm, SurveyKind

THUMB_SCORES = {"👍": 5, "👎": 1}
HIGHEST = {SurveyKind.CSAT: 5, SurveyKind.NPS: 10}
LOWEST = {SurveyKind.CSAT: 1, SurveyKind.NPS: 0}

SKIP = "skip"
DONE = "done"
"""What the buttons of ways out choose: no score, and no word after it."""


def action_of(kind: SurveyKind, case: str, choice: str | int) -> str:
    """Name what a survey's button does, such as ``csat:R-1A2B3:4``."""
    return f"{kind}:{case}:{choice}"


def way_out(kind: SurveyKind, case: str, choice: str, language: str) -> Button:
    """Build a button that declines, as kindly as it was asked."""
    return Button(
        action=action_of(kind, case, choice), label=say(f"after.button_{choice}", language)
    )


def csat_question(case: str, language: str, form: CsatForm) -> OutgoingMessage:
    """Ask how a case went."""
    if form == "thumbs":
        choices = [(label, score) for label, score in THUMB_SCORES.items()]
    else:
        choices = _numbers(SurveyKind.CSAT)
    return _question(SurveyKind.CSAT, case, say(f"after.csat_{form}", language), language, choices)


def nps_question(case: str, language: str) -> OutgoingMessage:
    """Ask whether they would recommend us."""
    choices = _numbers(SurveyKind.NPS)
    return _question(SurveyKind.NPS, case, say("after.nps", language), language, choices)


def question_again(kind: SurveyKind, case: str, language: str, form: CsatForm) -> OutgoingMessage:
    """Ask whoever answered by another scale once more, with what each end of this one means."""
    is_nps = kind is SurveyKind.NPS
    question = nps_question(case, language) if is_nps else csat_question(case, language, form)
    name = "nps" if is_nps else f"csat_{form}"
    return replace(question, text=say(f"after.{name}_again", language))


def is_question(text: str, kind: SurveyKind) -> bool:
    """Whether a text is the question of such a survey, in whichever language."""
    names = ["nps"] if kind is SurveyKind.NPS else ["csat_scale", "csat_thumbs"]
    keys = [f"after.{name}{again}" for name in names for again in ("", "_again")]
    return any(text == say(key, language) for key in keys for language in LANGUAGES)


def _numbers(kind: SurveyKind) -> list[tuple[str, int]]:
    return [(str(score), score) for score in range(LOWEST[kind], HIGHEST[kind] + 1)]


def _question(
    kind: SurveyKind, case: str, text: str, language: str, choices: list[tuple[str, int]]
) -> OutgoingMessage:
    buttons = [Button(action=action_of(kind, case, score), label=label) for label, score in choices]
    return OutgoingMessage(text=text, buttons=(*buttons, way_out(kind, case, SKIP, language)))
