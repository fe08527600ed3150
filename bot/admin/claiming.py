"""The room of the first admin: whoever has the code that was printed at the start."""

from collections.abc import Mapping

from bot.admin.keeping import AmendableSettings, amended, named
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say
from bot.vocabulary.administration import ClaimCodes, ClaimResult


class ClaimRoom:
    """See ``CommandRoom``. The office lets only full members in, and only in a direct conversation."""

    def __init__(self, live: AmendableSettings, codes: ClaimCodes) -> None:
        self._live = live
        self._codes = codes

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"claim": self.claim}

    async def claim(self, request: Request) -> Reply:
        """Name whoever has the code as the first admin; it counts only while there is none."""
        principal = request.principal
        who = f"{principal.platform}:{principal.user_id}"
        if await self._live.done(request.key) is not None:
            return self._said(request, "claim_claimed", detail=f"{who} is the first admin")
        if who in named(self._live):
            return self._said(request, "already_admin_you")
        if named(self._live):
            return self._said(request, "claim_taken", detail="refused: there is an admin")
        account = f"{principal.platform}:{principal.tenant_id}:{principal.user_id}"
        result = await self._codes.redeem(account, request.value("code"))
        if result is not ClaimResult.CLAIMED:
            return self._said(request, f"claim_{result}", detail=f"refused: {result}")
        # Somebody may have been named elsewhere that this process has not heard of yet.
        change = await amended(self._live, request.editor, lambda before: before or [who])
        if change is None:
            return self._said(request, "claim_taken", detail="refused: there is an admin")
        return self._said(request, "claim_claimed", detail=f"{who} is the first admin")

    def _said(self, request: Request, key: str, *, detail: str = "") -> Reply:
        text = say(f"admin.{key}", request.language, prefix=request.prefix)
        return Reply(text=text, detail=detail)
