"""The help card: every verb of the table, what stands behind it, and what it does."""

from bot.texts import LANGUAGES, catalogue, say
from bot.vocabulary.messages import OutgoingMessage
from handoff.agents.table import Verb, VerbTable
from handoff.saying.style import DeskStyle


def help_card(table: VerbTable, style: DeskStyle) -> OutgoingMessage:
    """List what works in the thread, in the agents' language."""
    lines = "\n".join(_line(verb, style) for verb in table)
    return OutgoingMessage(
        text=say("verbs.help_card", style.language, prefix=style.prefix, lines=lines)
    )


def _line(verb: Verb, style: DeskStyle) -> str:
    usage = f" {said}" if (said := _said(f"verbs.usage_{verb.name}", style)) else ""
    return f"- `{style.prefix}{verb.name}{usage}` {_said(f'verbs.{verb.name}', style)}"


def _said(key: str, style: DeskStyle) -> str:
    texts = catalogue().get(key, {})
    return texts.get(style.language) or texts.get(LANGUAGES[0], "")
