"""Builds the admins' office over live settings: who may, by the platforms that can be asked, and its rooms."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.admin.admins import AdminsRoom
from bot.admin.auditing import AuditRoom
from bot.admin.authorising import AdminRules, Authorising, Home
from bot.admin.claiming import ClaimRoom
from bot.admin.completing import Completions
from bot.admin.offering import Documents, Offers, no_documents
from bot.admin.office import AdminOffice
from bot.admin.requests import CommandRoom
from bot.admin.settings import SettingsRoom
from bot.app.live import Live
from bot.engine.audit import AuditTrail
from bot.engine.claims import Claims
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.standing import Completing, MenuFor, Vouching
from config.settings import Settings

LOOK_SECONDS = 5.0
"""How long a platform may take to say who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """What admins' commands need: the office, who may, what completes, and the first admin's code."""

    office: AdminOffice
    authorising: Authorising
    completions: Completions
    claims: Claims
    live: Live

    def has_admins(self) -> bool:
        """Whether anybody is named as an admin."""
        return bool(self.live.settings.admins)


def build_administration(  # noqa: PLR0913 (one for each part)
    live: Live,
    redis: Redis,
    adapters: Mapping[Platform, ChatAdapter],
    *,
    desk: ConversationRef | None = None,
    rooms: Sequence[CommandRoom] = (),
    documents: Documents = no_documents,
    look_seconds: float = LOOK_SECONDS,
) -> Administration:
    """Build the office; ``rooms`` are those of commands beyond settings, admins and audit log.

    A platform that takes longer than ``look_seconds`` to say who somebody is has not said it.
    """
    deadline = live.base.redis.deadline_seconds
    authorising = build_authorising(live, adapters, desk, look_seconds=look_seconds)
    offers, claims = Offers(live, documents), Claims(redis, deadline=deadline)
    own: Sequence[CommandRoom] = (
        SettingsRoom(live),
        AdminsRoom(live, authorising.standing_of),
        ClaimRoom(live, claims),
        AuditRoom(AuditTrail(redis, deadline=deadline)),
    )
    return Administration(
        office=AdminOffice(authorising, (*own, *rooms), offers),
        authorising=authorising,
        completions=Completions(authorising, offers),
        claims=claims,
        live=live,
    )


def build_authorising(
    live: Live,
    adapters: Mapping[Platform, ChatAdapter],
    desk: ConversationRef | None,
    *,
    look_seconds: float = LOOK_SECONDS,
) -> Authorising:
    """Build what authorises, by the settings as they count at the moment of the command."""
    vouching = {
        name: adapter for name, adapter in adapters.items() if isinstance(adapter, Vouching)
    }
    menus = {name: adapter for name, adapter in adapters.items() if isinstance(adapter, MenuFor)}

    async def rules() -> AdminRules:
        await live.refresh()
        settings = live.settings
        return AdminRules(
            admins=frozenset(settings.admins), platform_admins=settings.authority.platform_admins
        )

    async def proved(principal: Principal, is_admin: bool) -> None:  # noqa: FBT001 (see Proved)
        menu = menus.get(principal.platform)
        if menu is not None:
            await menu.proved(principal.user_id, is_admin=is_admin)

    return Authorising(vouching, rules, home_of(desk), deadline=look_seconds, proved=proved)


def home_of(desk: ConversationRef | None) -> Home:
    """Say where admins may act: where the desk is, and on Discord in direct conversations too."""
    if desk is None:
        return Home()
    tenants = {desk.tenant_id}
    if desk.platform is Platform.DISCORD:
        from adapters.discord.parse import DIRECT  # noqa: PLC0415 - a heavy SDK

        tenants.add(DIRECT)
    return Home(desk=desk.platform, tenants={desk.platform: tenants})


def let_complete(adapters: Mapping[Platform, ChatAdapter], administration: Administration) -> None:
    """Let adapters complete arguments; it is done before they run, in every process."""
    for adapter in adapters.values():
        if isinstance(adapter, Completing):
            adapter.complete = administration.completions.complete


async def keep_menus(live: Live, adapters: Mapping[Platform, ChatAdapter]) -> None:
    """Let platforms with menus offer commands to whoever is named as an admin, for ever."""
    menus = {name: adapter for name, adapter in adapters.items() if isinstance(adapter, MenuFor)}
    changed = asyncio.Event()

    def prepare(settings: Settings) -> Callable[[], None]:
        del settings
        return changed.set

    if menus:
        live.on_change(prepare)
    told: Mapping[Platform, Sequence[str]] = {}
    while True:
        mine = {platform: _named_on(platform, live) for platform in menus}
        for platform in [one for one in mine if mine[one] != told.get(one)]:
            await menus[platform].admins(mine[platform])
        told = mine
        await changed.wait()
        changed.clear()


def _named_on(platform: Platform, live: Live) -> Sequence[str]:
    """Return the ids of those who are named on a platform."""
    named = (who.partition(":") for who in live.settings.admins)
    return [user_id for name, _, user_id in named if name == platform]
