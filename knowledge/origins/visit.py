"""Fetches a page, or all pages that a sitemap names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from knowledge.origins.addresses import WebAddress, WebRules, normalise, parse_address
from knowledge.origins.bodies import XML
from knowledge.origins.fetcher import Fetched, Fetcher
from knowledge.origins.sitemap import is_sitemap, read_sitemap
from knowledge.origins.values import (
    Gathered,
    Gathering,
    Item,
    Note,
    OriginAwayError,
    OriginError,
    OriginGoneError,
    OriginUnfitError,
    Validators,
)

_MOST_SITEMAPS = 100
_PATIENCE = 5
"""After so many failures in a row the server is left alone."""


async def fetch_all(address: str, rules: WebRules, gathering: Gathering) -> Gathered:
    """Fetch an address, and all pages that it names when it is a sitemap.

    Raises:
        OriginError: It can't be fetched, or is neither a page nor a sitemap.
    """
    gathering.on_progress(0, 1, address)
    async with Fetcher(rules) as fetcher:
        known = gathering.validators.get(address, Validators())
        fetched = await fetcher.fetch(address, known)
        if fetched.body is None:
            return Gathered(kept=frozenset({address}))
        if is_sitemap(fetched.body.data):
            visit = _Visit(fetcher, rules, gathering)
            return await visit.all_pages(address, fetched.body.data)
        return Gathered(items=(store(fetched, address, gathering.folder / "0"),))


@dataclass(slots=True)
class _Visit:
    """One walk through the pages of a sitemap."""

    fetcher: Fetcher
    rules: WebRules
    gathering: Gathering
    items: list[Item] = field(default_factory=list[Item])
    kept: set[str] = field(default_factory=set[str])
    failed: list[Note] = field(default_factory=list[Note])
    skipped: list[Note] = field(default_factory=list[Note])
    failures: int = 0
    size: int = 0

    async def all_pages(self, address: str, data: bytes) -> Gathered:
        """Fetch every page of the same host; a server that goes away is not asked for the rest."""
        home = parse_address(address, self.rules)
        pages = self._choose(await self._named(data, home), home, address)
        for number, page in enumerate(pages):
            self.gathering.on_progress(number, len(pages), page)
            await self._visit(page, number, home)
            if why := self._why_leave():
                self._leave(address, pages[number + 1 :], why)
                break
        return Gathered(
            items=tuple(self.items),
            kept=frozenset(self.kept),
            failed=tuple(self.failed),
            skipped=tuple(self.skipped),
        )

    async def _named(self, data: bytes, home: WebAddress) -> Sequence[str]:
        """The pages that a sitemap names, or the sitemaps of an index."""
        sitemap = read_sitemap(data)
        if not sitemap.is_index:
            return sitemap.addresses
        found: list[str] = []
        for address in sitemap.addresses[:_MOST_SITEMAPS]:
            # A part that fails fails all: its pages would seem to have vanished.
            part = await self.fetcher.fetch(address, Validators(), beside=home)
            inner = read_sitemap(part.body.data if part.body else b"")
            found.extend(() if inner.is_index else inner.addresses)
            if len(found) > self.rules.most_pages:
                break
        return found

    def _choose(self, named: Sequence[str], home: WebAddress, address: str) -> list[str]:
        pages = list(dict.fromkeys(normalise(page) for page in named))
        near = [page for page in pages if self._is_near(page, home)]
        if len(near) < len(pages):
            sentence = f"{len(pages) - len(near)} of its pages are not on {home.host}"
            self.skipped.append((address, sentence))
        if len(near) > self.rules.most_pages:
            sentence = f"only its first {self.rules.most_pages} pages are read"
            self.skipped.append((address, sentence))
        if not near:
            raise OriginError(f"it names no pages of {home.host}: check the sitemap")
        return near[: self.rules.most_pages]

    def _is_near(self, page: str, home: WebAddress) -> bool:
        try:
            return parse_address(page, self.rules).is_beside(home)
        except OriginError:
            return False

    async def _visit(self, page: str, number: int, home: WebAddress) -> None:
        known = self.gathering.validators.get(page, Validators())
        try:
            fetched = await self.fetcher.fetch(page, known, beside=home)
        except (OriginGoneError, OriginUnfitError) as error:
            self.skipped.append((page, str(error)))
        except OriginError as error:
            self.failed.append((page, str(error)))
            self.failures += isinstance(error, OriginAwayError)
            return
        else:
            if fetched.body is None:
                self.kept.add(page)
            elif fetched.body.kind == XML:
                self.skipped.append((page, "it is XML and no page"))
            else:
                self.size += len(fetched.body.data)
                self.items.append(store(fetched, page, self.gathering.folder / str(number)))
        self.failures = 0

    def _why_leave(self) -> str:
        """Why the other pages are not asked for; empty when they are."""
        if self.failures == _PATIENCE:
            return f"the server failed {_PATIENCE} times in a row"
        is_much = self.size > self.rules.total_bytes
        return f"its pages have more than {self.rules.total_bytes / 1e6:.0f} MB" if is_much else ""

    def _leave(self, address: str, others: Sequence[str], why: str) -> None:
        self.kept.update(others)
        if others:
            sentence = f"{why}, so that {len(others)} pages stay as they are: try again later"
            self.failed.append((address, sentence))


def store(fetched: Fetched, source: str, folder: Path) -> Item:
    """Put a page where a reader finds it, under a name that would do for a title.

    Raises:
        OriginError: It is XML but no sitemap.
    """
    body, url = fetched.body, fetched.address.url
    if body is None or body.kind == XML:
        raise OriginError("it is XML but no sitemap: add a page or a sitemap")
    name = re.sub(r"[^\w-]+", "-", unquote(PurePosixPath(url.path).stem)).strip("-")
    folder.mkdir()
    path = folder / f"{name[:80] or fetched.address.host}{body.kind}"
    path.write_bytes(body.as_utf8)
    return Item(
        path=path,
        source=source,
        place=f"{fetched.address.host}{url.path}",
        url=source,
        validators=fetched.validators,
    )
