"""Web pages, alone or all that a sitemap names."""

import asyncio
from dataclasses import dataclass

from knowledge.origins.addresses import WebRules
from knowledge.origins.values import Gathered, Gathering, OriginKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOrigin:
    """A page or a sitemap; which of them shows when it is fetched."""

    address: str
    rules: WebRules
    kind: OriginKind = OriginKind.WEB

    def gather(self, gathering: Gathering) -> Gathered:
        """Fetch the page, or all pages of the sitemap."""
        # Imported late because aiohttp takes its time, and few commands fetch.
        from knowledge.origins.visit import fetch_all  # noqa: PLC0415

        return asyncio.run(fetch_all(self.address, self.rules, gathering))

    def covers(self, source: str) -> bool:
        """Whether it is this page; which pages a sitemap named before nobody knows."""
        return source == self.address
