"""How drafts stand in the thread, and their buttons."""

from collections.abc import Sequence

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.cases import Case
from bot.vocabulary.copilot import Draft
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane
from handoff.gestures import CASE_ACTION

HOW_LENGTH = 300

NAMED = frozenset({"en", "es", "fr", "de", "it", "pt"})
"""Languages that the catalogue has a name for; others are called by their code."""


def shown_draft(
    draft: Draft,
    heading: str,
    *,
    home: str,
    targets: Sequence[str] = (),
    meaning: str | None = None,
    past: Sequence[Case] = (),
) -> Delivery:
    """Show a draft in the thread under a heading.

    ``targets`` are the languages that it can be translated into; ``meaning`` is what it says in the
    agents' language ``home``; ``past`` are the customer's earlier cases.
    """
    parts = (heading, _quoted(draft.text), _sources(draft, home), _meaning(meaning, home))
    text = "\n\n".join(part for part in (*parts, _earlier(past, home)) if part)
    message = OutgoingMessage(
        text=text, buttons=draft_buttons(draft, home, targets), sources=draft.sources
    )
    return Delivery(lane=Lane.DESK, message=message)


def draft_buttons(draft: Draft, home: str, targets: Sequence[str] = ()) -> tuple[Button, ...]:
    """Return what an agent can do with a draft."""
    send, edit, shorter, warmer = (
        Button(
            action=f"{CASE_ACTION}{verb}:{draft.id}",
            label=say(f"copilot.button_{verb}", home),
            asks=verb == "edit",
            prefill=draft.text if verb == "edit" else "",
        )
        for verb in ("send", "edit", "shorter", "warmer")
    )
    others = (
        Button(
            action=f"{CASE_ACTION}translate:{draft.id}:{target}",
            label=say("copilot.button_translate", home, name=language_name(target, home)),
        )
        for target in targets
        if target != draft.language
    )
    return (send, edit, shorter, warmer, *others)


def language_name(code: str, language: str) -> str:
    """Name a language in another one; by its code where the catalogue has no name."""
    return say(f"copilot.language_{code}", language) if code in NAMED else code


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _sources(draft: Draft, home: str) -> str:
    titles = ", ".join(literal(link.title) for link in draft.sources)
    return say("copilot.sources", home, titles=titles) if titles else ""


def _meaning(meaning: str | None, home: str) -> str:
    return say("copilot.meaning", home, text=meaning) if meaning else ""


def _earlier(past: Sequence[Case], home: str) -> str:
    """How the last case of this customer was solved, when its agent said so."""
    solved = next((case for case in past if case.resolution), None)
    if solved is None:
        return ""
    how = literal(solved.resolution[:HOW_LENGTH])
    return say("copilot.earlier", home, case=literal(solved.id), how=how)
