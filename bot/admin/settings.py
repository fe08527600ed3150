"""The room of the settings: show where each value comes from, change one, take a change back."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.admin.buttons import action_of, fitting
from bot.admin.changes import in_words, once, plain, shown_change
from bot.admin.keeping import ADMINS, leaves_nobody, shuts_out
from bot.admin.offering import Offers
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.reading import is_emptied, is_secret, is_withdrawn
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.steering import (
    Edit,
    LiveSettings,
    Origin,
    RefusedSettingError,
    SettingChange,
    SettingView,
)

LOOKED_BACK = 10_000
"""Changes among which the one that is to be taken back is looked for."""

LONGEST_NUMBER = 15
"""Digits of a change's number."""

LONGEST_PREFILL = 500


class SettingsRoom:
    """See ``CommandRoom``."""

    def __init__(self, live: LiveSettings) -> None:
        self._live = live
        self._offers = Offers(live)

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "settings_show": self.show,
            "settings_set": once(self._live, self.set),
            "settings_undo": once(self._live, self.undo),
        }

    async def show(self, request: Request) -> Reply:
        """Show one setting, those of a part, or all that differ from the defaults."""
        wanted = request.value("setting").strip().rstrip(".")
        if not wanted:
            return self._overview(request.language)
        below = self._live.views(wanted)
        if any(view.path != wanted for view in below):
            return _listed(below, request.language)
        return self._one(self._live.view(wanted), request.language)

    async def set(self, request: Request) -> Reply:
        """Change a setting at once, everywhere; a secret is never taken in a chat."""
        path, text = request.value("setting").strip(), request.value("value")
        if is_secret(text):
            return _kept_out("", request.language)
        if _is_default(text) and not self._is_there(path):
            # A change that fits the file no more can be taken back, though nothing stands there.
            return await self._changed(request, path, None)
        view = self._live.view(path)
        if view.is_secret:
            return _kept_out(view.path, request.language)
        if view.path == ADMINS:
            return Reply(text=say("admin.use_admins", request.language, prefix=request.prefix))
        if view.why_fixed:
            raise RefusedSettingError(view.why_fixed)
        value = self._value(view, text)
        if value is None and view.origin is not Origin.CHAT:
            return Reply(text=say("steering.is_so", request.language))
        refused = self._refused(request, {view.path: value})
        return refused or await self._changed(request, view.path, value)

    async def _changed(self, request: Request, path: str, value: Any) -> Reply:
        change = await self._live.change([Edit(path=path, value=value)], request.editor)
        return shown_change(change, request.language)

    def _is_there(self, path: str) -> bool:
        try:
            self._live.view(path)
        except RefusedSettingError:
            return False
        return True

    def _value(self, view: SettingView, text: str) -> Any:
        """Read a value; None lets file and environment count again."""
        if _is_default(text) and "default" not in view.choices:
            return None
        if not view.choices and is_emptied(text):
            if isinstance(view.value, str):
                return ""
            if isinstance(view.value, list):
                return []
        return self._live.parsed(view.path, text)

    def _refused(self, request: Request, new: Mapping[str, Any]) -> Reply | None:
        """Refuse values with which nobody could steer any more, or not who sets them."""
        who = f"{request.principal.platform}:{request.principal.user_id}"
        if leaves_nobody(self._live, new):
            return Reply(text=say("admin.last_admin", request.language, prefix=request.prefix))
        if not request.acts_as and shuts_out(self._live, new, who):
            text = say("admin.not_named_yourself", request.language, prefix=request.prefix)
            return Reply(text=text)
        return None

    async def undo(self, request: Request) -> Reply:
        """Take a change back: the one of a number, or the last one that can be."""
        number = _number(request.value("change"))
        meant = await self._meant(number)
        refused = self._refused(request, meant.old) if meant is not None else None
        if refused is not None:
            return refused
        number = meant.number if meant is not None else number
        return shown_change(await self._live.undo(number, request.editor), request.language)

    async def _meant(self, number: int | None) -> SettingChange | None:
        """Return the change of a number, or the last one that counts and took back none."""
        undone: set[int] = set()
        for change in await self._live.changes(LOOKED_BACK):
            counts = change.number not in undone
            if change.number == number or (number is None and counts and change.undoes is None):
                return change
            if change.undoes is not None and counts:
                undone.add(change.undoes)
        return None

    def _one(self, view: SettingView, language: str) -> Reply:
        """Show a setting with what it can be, and a way to change it."""
        row = _row(view, language)
        if view.is_secret:
            return Reply(text=f"{row}\n\n{_where_secrets_belong(view.path, language)}")
        if view.why_fixed:
            return Reply(text=f"{row}\n\n{literal(view.why_fixed)}")
        choices = fitting(
            Button(action=action_of("settings set", setting=view.path, value=choice), label=choice)
            for choice in view.choices
            if choice != plain(view.value)
        )
        form = Button(
            action=action_of("settings set", setting=view.path),
            label=say("admin.button_change", language),
            asks=True,
            prefill=self._prefill(view),
        )
        return Reply(text=row, buttons=choices or fitting([form]))

    def _prefill(self, view: SettingView) -> str:
        """Write a value so that it is read as the same again; empty where a form could not hold it."""
        for text in (plain(view.value), json.dumps(view.value, ensure_ascii=False)):
            with suppress(RefusedSettingError):
                is_same = self._live.parsed(view.path, text) == view.value
                if is_same and len(text) <= LONGEST_PREFILL:
                    return text
        return ""

    def _overview(self, language: str) -> Reply:
        views = [view for view in self._live.views() if view.origin is not Origin.DEFAULT]
        rows = "\n".join(_row(view, language) for view in views)
        text = say("admin.settings_differ" if views else "admin.settings_default", language)
        buttons = (
            Button(action=action_of("settings show", setting=one.value), label=one.label)
            for one in self._offers.sections()
        )
        return Reply(text=f"{text}\n\n{rows}".strip(), buttons=fitting(buttons))


def _listed(views: Sequence[SettingView], language: str) -> Reply:
    text = say("admin.settings_head", language)
    return Reply(text="\n".join([text, "", *(_row(view, language) for view in views)]))


def _row(view: SettingView, language: str) -> str:
    is_secret = say("admin.secret", language)
    return say(
        "admin.setting",
        language,
        path=literal(view.path),
        value=is_secret if view.is_secret else in_words(view.value, language),
        origin=say(f"admin.origin_{view.origin}", language),
    )


def _kept_out(path: str, language: str) -> Reply:
    """Refuse a secret; nothing of it is kept by us, but the chat app has read it."""
    where = _where_secrets_belong(path, language)
    text = f"{say('admin.secret_refused', language)} {where}"
    return Reply(text=text, detail=f"refused: a secret{f' for {path}' if path else ''}")


def _where_secrets_belong(path: str, language: str) -> str:
    if not path:
        return say("admin.secrets_belong", language)
    variable = f"RELEVO_{path.upper().replace('.', '__')}"
    return say("admin.secret_belongs", language, variable=variable, file=f"{path}_file")


def _is_default(text: str) -> bool:
    return is_withdrawn(text) and not is_emptied(text)


def _number(text: str) -> int | None:
    """Read the number of a change, also as it is shown: ``#17``.

    Raises:
        RefusedSettingError: It is none.
    """
    digits = text.strip().lstrip("#")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise RefusedSettingError(
            "That is no number of a change: take one of those that the audit log shows."
        )
    return int(digits)
