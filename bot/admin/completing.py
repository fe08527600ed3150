"""Completes an argument while it is typed: for admins alone, by a look of the last minute."""

from collections.abc import Sequence

from bot.admin.authorising import Authorising
from bot.admin.offering import Offers
from bot.vocabulary.commands import command_named
from bot.vocabulary.errors import RelevoError
from bot.vocabulary.messages import Principal
from bot.vocabulary.standing import CompletionRequest

MOST = 25
LONGEST = 100
"""Discord takes 25 values of up to 100 characters."""


class Completions:
    """Offers values, see ``Complete``."""

    def __init__(self, authorising: Authorising, offers: Offers) -> None:
        self._authorising = authorising
        self._offers = offers

    async def complete(self, request: CompletionRequest) -> Sequence[str]:
        """Return what fits; nothing for whoever is no admin, and nothing when something fails."""
        command = command_named(request.command.replace("_", " ").split())
        arguments = command.arguments if command else ()
        argument = next((one for one in arguments if one.name == request.argument), None)
        if argument is None or request.author.is_bot:
            return ()
        principal = Principal(
            platform=request.place.platform,
            tenant_id=request.place.tenant_id,
            user_id=request.author.user_id,
            is_external=request.author.is_external,
        )
        try:
            if not (await self._authorising.authorise_lately(principal)).granted:
                return ()
            found = await self._offers.matching(argument, request.typed, MOST)
        except RelevoError:
            return ()
        return [one.value for one in found if len(one.value) <= LONGEST]
