"""The room of the admins: who may steer Relevo, by the settings, by a command, by the platform."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.admin.changes import once, shown_change
from bot.admin.keeping import (
    ADMINS,
    PLATFORM_ADMINS,
    AmendableSettings,
    LastAdminError,
    amended,
    named,
)
from bot.admin.persons import account_of
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say
from bot.vocabulary.messages import Platform
from bot.vocabulary.standing import Standing

LOOKED_BACK = 10_000

StandingOf = Callable[[Platform, str], Awaitable[Standing | None]]
"""Says who somebody is now; None when that can't be told."""


class AdminsRoom:
    """See ``CommandRoom``. Without ``standing_of`` nobody is looked up before they are named."""

    def __init__(self, live: AmendableSettings, standing_of: StandingOf | None = None) -> None:
        self._live = live
        self._standing_of = standing_of

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "admins_list": self.list,
            "admins_add": once(self._live, self.add),
            "admins_remove": once(self._live, self.remove),
        }

    async def list(self, request: Request) -> Reply:
        """Tell who is an admin, and by what."""
        language, by_setting = request.language, await self._by_setting()
        rows = [
            say(f"admin.admin_by_{'setting' if who in by_setting else 'chat'}", language, who=who)
            for who in named(self._live)
        ]
        by_platform = "on" if self._live.value(PLATFORM_ADMINS) else "off"
        return Reply(
            text="\n".join(
                [
                    say("admin.admins_head" if rows else "admin.admins_none", language),
                    *rows,
                    say(f"admin.platform_admins_{by_platform}", language),
                ]
            )
        )

    async def add(self, request: Request) -> Reply:
        """Name a person, if they are a full member now."""
        found = account_of(request.value("person"), request.principal)
        if found is None:
            return Reply(text=say("admin.person_usage", request.language))
        who = f"{found[0]}:{found[1]}"
        doubt = await self._doubt(*found)
        if doubt:
            return Reply(text=say(f"admin.{doubt}", request.language, who=who))
        change = await amended(
            self._live, request.editor, lambda before: [*_without(before, who), who]
        )
        if change is None:
            return Reply(text=say("admin.already_admin", request.language, who=who))
        return shown_change(change, request.language)

    async def remove(self, request: Request) -> Reply:
        """Name a person no more; somebody must be left."""
        found = account_of(request.value("person"), request.principal)
        if found is None:
            return Reply(text=say("admin.person_usage", request.language))
        who = f"{found[0]}:{found[1]}"
        if who not in named(self._live):
            return Reply(text=say("admin.no_admin", request.language, who=who))
        try:
            change = await amended(self._live, request.editor, lambda before: _without(before, who))
        except LastAdminError:
            text = say("admin.last_admin", request.language, prefix=request.prefix)
            return Reply(text=text)
        if change is None:
            return Reply(text=say("admin.no_admin", request.language, who=who))
        return shown_change(change, request.language)

    async def _doubt(self, platform: Platform, user_id: str) -> str:
        """Name the sentence that says why somebody can't be named; empty when they can."""
        if self._standing_of is None:
            return ""
        standing = await self._standing_of(platform, user_id)
        if standing is None:
            return "person_unsure"
        return "" if standing in {Standing.ADMIN, Standing.MEMBER} else "person_no_member"

    async def _by_setting(self) -> Sequence[str]:
        """Return who was named before anything was changed by a command."""
        changes = await self._live.changes(LOOKED_BACK, path=ADMINS)
        if not changes:
            return named(self._live)
        return tuple(changes[-1].old.get(ADMINS) or ())


def _without(before: Sequence[str], who: str) -> Sequence[str]:
    return [one for one in before if one != who]
