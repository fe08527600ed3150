"""``/desk`` and ``/tone``: where agents work, how they are shown, and how answers sound."""

from collections.abc import Mapping

from bot.admin.buttons import action_of, fitting
from bot.admin.changes import in_words
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.naming import refusal
from bot.admin.steering.reading import is_secret, is_withdrawn
from bot.admin.steering.teams import key_meant
from bot.admin.steering.tools import Tools
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.steering import Edit

TONE = "answers.tone"

KEYS = {
    "channel": "channel",
    "canal": "channel",
    "language": "language",
    "idioma": "language",
    "agents as": "agents_as",
    "agents_as": "agents_as",
    "agentes como": "agents_as",
    "brand": "brand",
    "marca": "brand",
    "undo seconds": "undo_seconds",
    "undo_seconds": "undo_seconds",
    "segundos para deshacer": "undo_seconds",
    "receipts": "receipts",
    "visto": "receipts",
    "reopen hours": "reopen_hours",
    "reopen_hours": "reopen_hours",
    "horas para reabrir": "reopen_hours",
}
"""What can be set of the desk, by the words for it."""


class DeskCommands:
    """Shows and sets how the desk and the answers are."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"desk_show": self.show, "desk_set": self.set_one, "tone": self.tone}

    async def show(self, request: Request) -> Reply:
        """Show the settings of the desk, and where each comes from."""
        language, view = request.language, self._tools.view()
        rows = [
            say(
                "steering.setting_row",
                language,
                name=literal(one.path.partition(".")[2]),
                value=in_words(one.value, language),
                origin=say(f"steering.from_{one.origin}", language),
            )
            for one in self._tools.live.views("desk")
        ]
        head = say("steering.desk_head", language, cases=len(view.cases))
        how = say("steering.desk_how", language, prefix=request.prefix)
        return Reply(text="\n".join((head, "", *(f"- {row}" for row in rows), "", how)))

    async def set_one(self, request: Request) -> Reply:
        """Change one thing of the desk."""
        key, typed = key_meant(request, KEYS), _open(request, "value")
        path = f"desk.{key}"
        value = None if is_withdrawn(typed) else self._tools.live.parsed(path, typed)
        return await self._tools.change(request, [Edit(path=path, value=value)])

    async def tone(self, request: Request) -> Reply:
        """Show or set how answers sound."""
        typed = _open(request, "text")
        if typed:
            value = None if is_withdrawn(typed) else typed
            return await self._tools.change(request, [Edit(path=TONE, value=value)])
        language, view = request.language, self._tools.live.view(TONE)
        tone = in_words(view.value, language)
        origin = say(f"steering.from_{view.origin}", language)
        change = Button(
            action=action_of("tone"),
            label=say("steering.button_change_tone", language),
            asks=True,
            prefill=str(view.value or ""),
        )
        text = say("steering.tone", language, tone=tone, origin=origin)
        return Reply(text=text, buttons=fitting((change,)))


def _open(request: Request, argument: str) -> str:
    """Return what was typed.

    Raises:
        UnclearError: It is a secret, which is not taken.
    """
    typed = request.value(argument).strip()
    if is_secret(typed):
        raise refusal(request, "admin.secret_refused")
    return typed
