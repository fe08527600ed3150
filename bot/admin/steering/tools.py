"""What steering commands work with, and how they change a setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bot.admin.buttons import action_of, fitting
from bot.admin.changes import shown_change
from bot.admin.requests import Reply, Request
from bot.admin.steering.naming import LABEL
from bot.texts import say, shortened
from bot.vocabulary.board import Board, BoardView
from bot.vocabulary.messages import Button
from bot.vocabulary.rollout import RolloutBoard
from bot.vocabulary.steering import Edit, LiveSettings, Origin, RefusedSettingError
from bot.vocabulary.trials import Timetable, Trials

PAGE = 15
"""Rows of a list that are shown at once."""

MOST_DIGITS = 9
"""Digits of a page's number that are read."""

Row = Mapping[str, Any]
"""An item of a table of the settings, as in JSON."""

NO_ROW: Row = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The sockets behind the commands; ``board`` is that of open cases."""

    live: LiveSettings
    board: Board
    rollout: RolloutBoard
    timetable: Timetable
    trials: Trials

    def table(self, name: str) -> Sequence[Row]:
        """Return the items of a table in their order."""
        return cast("Sequence[Row]", self.live.value(name) or ())

    def row(self, table: str, name: str, *, key: str = "name") -> Row:
        """Return one item of a table; empty when it is gone."""
        rows = (row for row in self.table(table) if row[key] == name)
        return next(rows, NO_ROW)

    def names(self, table: str, *, key: str = "name") -> tuple[str, ...]:
        """Return what tells the items of a table apart."""
        return tuple(str(row[key]) for row in self.table(table))

    def view(self) -> BoardView:
        """Return the board as it stands."""
        return self.board.view()

    def now(self, path: str) -> Any:
        """Return a value as it counts now, None where there is none."""
        try:
            return self.live.value(path)
        except RefusedSettingError:
            return None

    async def change(
        self,
        request: Request,
        edits: Sequence[Edit],
        *,
        lead: str = "",
        buttons: Sequence[Button] = (),
    ) -> Reply:
        """Change settings and say what they were and are; ``lead`` stands above that.

        Raises:
            RefusedSettingError: A value is wrong; nothing was changed.
            OvertakenError: Somebody else has changed it meanwhile.
        """
        new = [edit for edit in edits if self._is_new(edit)]
        if not new:
            return Reply(text=say("steering.is_so", request.language), buttons=tuple(buttons))
        # What was read is what the new values rest on: nobody else's change may get lost by them.
        resting = [replace(edit, expects=self.now(edit.path)) for edit in new]
        change = await self.live.change(resting, request.editor)
        if change.old == change.new:
            return Reply(text=say("steering.is_so", request.language), buttons=tuple(buttons))
        shown = shown_change(change, request.language, lead=lead)
        return Reply(
            text=shown.text,
            buttons=fitting((*shown.buttons, *buttons)),
            detail=shown.detail,
        )

    def _is_new(self, edit: Edit) -> bool:
        """Whether an edit changes anything: only what was changed in chat can be taken back there."""
        if edit.removes:
            return True
        if edit.value is None:
            return self.live.view(edit.path).origin is Origin.CHAT
        return self.now(edit.path) != edit.value


def button(label: str, words: str, /, **values: str) -> Button:
    """Return a button that gives a command."""
    return Button(action=action_of(words, **values), label=shortened(label, LABEL))


def paged(
    request: Request, rows: Sequence[str], words: str, *, head: str, buttons: Sequence[Button] = ()
) -> Reply:
    """Show one page of a list, with buttons to the others."""
    pages = max(1, -(-len(rows) // PAGE))
    typed = request.value("page")
    page = min(max(int(typed[:MOST_DIGITS]), 1), pages) if typed.isdecimal() else 1
    shown = rows[(page - 1) * PAGE : page * PAGE]
    text = "\n".join((head, "", *(f"- {row}" for row in shown)))
    turns = [
        button(say(f"steering.button_{name}", request.language), words, page=str(number))
        for name, number in (("back", page - 1), ("more", page + 1))
        if 1 <= number <= pages
    ]
    if pages > 1:
        text += "\n\n" + say("steering.page", request.language, page=page, pages=pages)
    return Reply(text=text, buttons=fitting((*turns, *buttons)))
