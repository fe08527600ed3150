"""The room of the settings: show where each value comes from, change one, take a change back."""

from collections.abc import Mapping, Sequence

from bot.admin.buttons import action_of, fitting
from bot.admin.changes import in_words, once, plain, shown_change
from bot.admin.keeping import ADMINS, leaves_nobody
from bot.admin.offering import Offers
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.texts.personal import find_personal
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
"""Changes among which one that would leave nobody in charge is looked for."""

RECENT = 200

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
        return _one(self._live.view(wanted), request.language)

    async def set(self, request: Request) -> Reply:
        """Change a setting at once, everywhere; a secret is never taken in a chat."""
        path, text = request.value("setting").strip(), request.value("value")
        if _is_secret_text(text):
            return _kept_out("", request.language)
        view = self._live.view(path)
        if view.is_secret:
            return _kept_out(view.path, request.language)
        if view.path == ADMINS:
            return Reply(text=say("admin.use_admins", request.language, prefix=request.prefix))
        if view.why_fixed:
            raise RefusedSettingError(view.why_fixed)
        value = self._live.parsed(view.path, text)
        if leaves_nobody(self._live, {view.path: value}):
            return Reply(text=say("admin.last_admin", request.language, prefix=request.prefix))
        change = await self._live.change([Edit(path=view.path, value=value)], request.editor)
        return shown_change(change, request.language)

    async def undo(self, request: Request) -> Reply:
        """Take a change back: the one of a number, or the last one that can be."""
        number = _number(request.value("change"))
        if number is None:
            number = await self._last()
        for change in await self._of_authority():
            if change.number == number and leaves_nobody(self._live, change.old):
                text = say("admin.last_admin", request.language, prefix=request.prefix)
                return Reply(text=text)
        return shown_change(await self._live.undo(number, request.editor), request.language)

    async def _last(self) -> int | None:
        """Return the last change that nobody has taken back, and that took back none."""
        changes = await self._live.changes(RECENT)
        undone = {change.undoes for change in changes}
        left = (one.number for one in changes if one.undoes is None and one.number not in undone)
        return next(left, None)

    async def _of_authority(self) -> Sequence[SettingChange]:
        named = await self._live.changes(LOOKED_BACK, path=ADMINS)
        return [*named, *await self._live.changes(LOOKED_BACK, path="authority")]

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


def _one(view: SettingView, language: str) -> Reply:
    """Show a setting with what it can be, and a way to change it."""
    lines = [_row(view, language)]
    if view.is_secret:
        return Reply(text="\n\n".join([*lines, _where_secrets_belong(view.path, language)]))
    if view.why_fixed:
        return Reply(text="\n\n".join([*lines, literal(view.why_fixed)]))
    choices = fitting(
        Button(action=action_of("settings set", setting=view.path, value=choice), label=choice)
        for choice in view.choices
        if choice != plain(view.value)
    )
    form = Button(
        action=action_of("settings set", setting=view.path),
        label=say("admin.button_change", language),
        asks=True,
        prefill=shortened(plain(view.value), LONGEST_PREFILL) if view.value else "",
    )
    return Reply(text="\n".join(lines), buttons=choices or fitting([form]))


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


def _is_secret_text(text: str) -> bool:
    return any(found.kind == "SECRET" for found in find_personal(text))


def _number(text: str) -> int | None:
    """Read the number of a change, also as it is shown: ``#17``.

    Raises:
        RefusedSettingError: It is none.
    """
    digits = text.strip().lstrip("#")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise RefusedSettingError(
            "That is no number of a change: take one of those that the audit log shows."
        )
    return int(digits)
