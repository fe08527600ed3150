"""Who may steer Relevo: one place decides, by a fresh look at the platform and by who is named.

An admin is named in ``admins`` and is a full member now, or administers the place of the desk now, where
the settings let those. Whatever is not clear is a no: a platform that fails, is slow, or says anything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from time import monotonic

from bot.vocabulary.administration import Doubt, Ruling
from bot.vocabulary.errors import RelevoError
from bot.vocabulary.messages import IncomingMessage, Platform, Principal
from bot.vocabulary.standing import Standing, Vouching

MOST_REMEMBERED = 2_000
"""Looks that are kept for what may rest on one that is not fresh."""

RECENT_SECONDS = 60.0
"""How old such a look may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRules:
    """``admins`` are ``platform:user id``; ``platform_admins`` lets whoever administers the desk's place."""

    admins: Collection[str] = ()
    platform_admins: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where Relevo is at home: ``desk`` is the platform of the desk.

    ``tenants`` are those in which somebody may act, by platform; on one that is not named, in any, for
    its adapter looks at its own alone.
    """

    desk: Platform | None = None
    tenants: Mapping[Platform, Collection[str]] = field(
        default_factory=dict[Platform, Collection[str]]
    )


ReadRules = Callable[[], Awaitable[AdminRules]]
"""Reads who is named now. Raises ``StateUnavailableError`` when the store does not answer."""

Proved = Callable[[Principal, bool], Awaitable[None]]
"""Hears what a fresh look has led to."""


class Authorising:
    """The one that authorises; ``rules`` are read anew each time, for they change while it runs."""

    def __init__(
        self,
        vouching: Mapping[Platform, Vouching],
        rules: ReadRules,
        home: Home | None = None,
        *,
        deadline: float = 5.0,
        proved: Proved | None = None,
    ) -> None:
        """Take who can be asked; a look that takes longer than ``deadline`` seconds has failed."""
        self._vouching = vouching
        self._rules = rules
        self._home = home or Home()
        self._deadline = deadline
        self._proved = proved
        self._recent: dict[str, tuple[float, Ruling]] = {}

    async def authorise(self, message: IncomingMessage) -> Ruling:
        """See ``Authorise``."""
        ruling = _of_no_person(message) or await self._admin(message.principal)
        is_known = ruling.doubt is not Doubt.UNSURE
        if self._proved is not None and message.principal is not None and is_known:
            await self._proved(message.principal, ruling.granted)
        return ruling

    async def vouch(self, message: IncomingMessage) -> Ruling:
        """Say whether whoever acts is a full member now; nobody has to name them for that."""
        return _of_no_person(message) or await self._member(message.principal)

    async def authorise_lately(self, principal: Principal) -> Ruling:
        """Authorise for what shows little and changes nothing: a look of the last minute will do."""
        outsider = _of_outsider(principal)
        if outsider is not None:
            return outsider
        found = self._recent.get(_account(principal))
        if found is not None and monotonic() - found[0] < RECENT_SECONDS:
            return found[1]
        return await self._admin(principal)

    async def standing_of(self, platform: Platform, user_id: str) -> Standing | None:
        """Return who somebody is; None when that can't be told."""
        try:
            return await self._look(platform, user_id)
        except (RelevoError, TimeoutError):
            return None

    async def is_named(self, principal: Principal | None) -> bool:
        """Whether somebody is named as an admin; that alone lets nobody do anything."""
        return principal is not None and _name(principal) in (await self._rules()).admins

    async def _admin(self, principal: Principal | None) -> Ruling:
        if principal is None:
            return _NOBODY
        rules = await self._rules()
        was_named = _name(principal) in rules.admins
        by_platform = rules.platform_admins and principal.platform is self._home.desk
        if not was_named and not by_platform:
            # Nobody's platform has to be asked for whoever can't be one.
            return self._noted(
                principal, Ruling(why="not named as an admin", doubt=Doubt.NOT_NAMED)
            )
        ruling = await self._member(principal)
        if not ruling.granted:
            return self._noted(principal, ruling)
        if by_platform and ruling.why == Standing.ADMIN:
            return self._noted(principal, Ruling(why="administers the place of the desk"))
        if await self.is_named(principal):
            return self._noted(principal, Ruling(why="named as an admin"))
        return self._noted(principal, Ruling(why="not named as an admin", doubt=Doubt.NOT_NAMED))

    async def _member(self, principal: Principal | None) -> Ruling:
        """Look who somebody is; of a full member ``why`` is the standing."""
        if principal is None:
            return _NOBODY
        tenants = self._home.tenants.get(principal.platform)
        if tenants is not None and principal.tenant_id not in tenants:
            return Ruling(why="acts in another workspace", doubt=Doubt.ELSEWHERE)
        try:
            standing = await self._look(principal.platform, principal.user_id)
        except TimeoutError:
            return Ruling(why="the platform did not answer in time", doubt=Doubt.UNSURE)
        except RelevoError as error:
            kind = type(error).__name__
            return Ruling(why=f"the platform could not be asked ({kind})", doubt=Doubt.UNSURE)
        if standing is Standing.ADMIN or standing is Standing.MEMBER:
            return Ruling(why=standing)
        return Ruling(why=f"no full member: {standing}", doubt=Doubt.NO_MEMBER)

    async def _look(self, platform: Platform, user_id: str) -> Standing:
        vouching = self._vouching.get(platform)
        if vouching is None:
            raise RelevoError(f"{platform} can't be asked who somebody is.")
        async with asyncio.timeout(self._deadline):
            return await vouching.standing(user_id)

    def _noted(self, principal: Principal, ruling: Ruling) -> Ruling:
        if ruling.doubt is not Doubt.UNSURE:
            if len(self._recent) >= MOST_REMEMBERED:
                self._recent.clear()
            self._recent[_account(principal)] = (monotonic(), ruling)
        return ruling


_NOBODY = Ruling(why="nobody knows who acts", doubt=Doubt.NO_PERSON)


def _of_no_person(message: IncomingMessage) -> Ruling | None:
    """Refuse whatever is no person of ours, before any platform is asked."""
    if message.principal is None:
        return _NOBODY
    if message.author.is_bot or message.author.is_me:
        return Ruling(why="is a bot", doubt=Doubt.NO_PERSON)
    if message.author.user_id != message.principal.user_id:
        return Ruling(why="author and principal differ", doubt=Doubt.NO_PERSON)
    return _of_outsider(message.principal, is_external=message.author.is_external)


def _of_outsider(principal: Principal, *, is_external: bool = False) -> Ruling | None:
    if principal.is_external or is_external:
        return Ruling(why="is external, or could not be looked up", doubt=Doubt.OUTSIDER)
    return None


def _name(principal: Principal) -> str:
    return f"{principal.platform}:{principal.user_id}"


def _account(principal: Principal) -> str:
    return f"{principal.platform}:{principal.tenant_id}:{principal.user_id}"
