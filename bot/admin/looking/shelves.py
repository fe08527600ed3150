"""``/kb``: the documents that answers come from."""

from collections.abc import Mapping, Sequence

from bot.admin.looking.sockets import Sights
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.naming import chosen, nearest, refusal
from bot.admin.steering.reading import percent
from bot.admin.steering.tools import button, paged
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.errors import DocumentError
from bot.vocabulary.knowledge import Audience
from bot.vocabulary.library import LibraryDocument, LibraryReport

FOUND = 5
EXCERPT = 300
DAYS = 30
MOST_LACKS = 60
NAMED = 8
"""What could not be read is named up to so many."""

NAMED_LENGTH = 150
"""Characters of an address that the audit log keeps."""


class LibraryCommands:
    """Adds, lists, reads again, removes and searches documents, and tells what they lack."""

    def __init__(self, sights: Sights) -> None:
        self._library = sights.library

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "kb_add": self.add,
            "kb_list": self.list_all,
            "kb_sync": self.sync,
            "kb_remove": self.remove,
            "kb_search": self.search,
            "kb_gaps": self.gaps,
        }

    async def add(self, request: Request) -> Reply:
        """Load a page, a sitemap or a repository."""
        address = request.value("source").strip().removeprefix("<").removesuffix(">")
        try:
            report = await self._library.add(address)
        except DocumentError:
            raise refusal(request, "looking.kb_no_address", typed=literal(address)) from None
        key = "kb_added" if report.loaded else "kb_not_added"
        return _reported(report, request, key, _shown(address))

    async def sync(self, request: Request) -> Reply:
        """Read everything again."""
        return _reported(await self._library.sync(), request, "kb_synced")

    async def list_all(self, request: Request) -> Reply:
        """Show all documents, page by page."""
        documents, language = await self._library.documents(), request.language
        key = "kb_head" if documents else "kb_none"
        head = say(f"looking.{key}", language, count=len(documents), prefix=request.prefix)
        rows = [_row(one, language) for one in documents]
        return paged(request, rows, "kb list", head=head)

    async def remove(self, request: Request) -> Reply:
        """Take a document out, or forget a place with all its documents."""
        name, language = await self._meant(request), request.language
        removal = await self._library.remove(name)
        if removal is None:
            raise refusal(request, "looking.kb_elsewhere", name=literal(name))
        if removal.forgotten:
            count = len(removal.removed)
            text = say("looking.kb_forgot", language, name=literal(_shown(name)), count=count)
        else:
            text = say("looking.kb_removed", language, name=literal(name))
            if removal.origins:
                origins = literal(", ".join(map(_shown, removal.origins)))
                text += " " + say("looking.kb_comes_back", language, origins=origins)
        text += _unpublished(removal.unpublished)
        return Reply(text=text, detail=f"removed {len(removal.removed)}: {_shown(name)}")

    async def _meant(self, request: Request) -> str:
        """Return the id or the place that is meant, or ask which; a place may hold no document."""
        documents = await self._library.documents()
        titles = {one.doc_id: one.title for one in documents}
        places = {origin for one in documents for origin in one.origins}
        typed = request.value("document").strip()
        by_title = nearest(typed, list(titles.values()))
        near = [doc_id for doc_id, title in titles.items() if title in by_title]
        names = near or [*nearest(typed, [*titles, *sorted(places)])]
        if typed in {*titles, *places} or not names:
            return typed
        return chosen(request, "document", names, kind="document", labels=titles)

    async def search(self, request: Request) -> Reply:
        """Show the passages that fit a question best, internal ones as well."""
        language = request.language
        found = await self._library.search(request.value("question"), FOUND)
        if not found:
            return Reply(text=say("looking.kb_nothing", language))
        parts = [say("looking.kb_found", language)]
        for one in found:
            where = literal(one.title) + (f" › {literal(one.heading)}" if one.heading else "")
            audience = (
                "" if one.audience is Audience.PUBLIC else f" · {_for(one.audience, language)}"
            )
            excerpt = literal(shortened(one.excerpt, EXCERPT))
            parts.append(f"**{where}** (`{one.doc_id}`, {percent(one.score)}{audience})\n{excerpt}")
        return Reply(text="\n\n".join(parts))

    async def gaps(self, request: Request) -> Reply:
        """Show what customers asked and the knowledge lacks, the dearest first."""
        language = request.language
        lacks = await self._library.lacks(DAYS, MOST_LACKS)
        rows = [
            say(
                "looking.lack_row",
                language,
                question=literal(one.question),
                count=one.count,
                cases=one.cases,
                minutes=f"{one.minutes:g}",
                hint=literal(one.hint),
            )
            for one in lacks
        ]
        key = "kb_gaps_head" if lacks else "kb_gaps_none"
        head = say(f"looking.{key}", language, count=len(lacks), days=DAYS)
        return paged(request, rows, "kb gaps", head=head)


def _row(document: LibraryDocument, language: str) -> str:
    parts = [f"**{literal(document.title)}** (`{document.doc_id}`, {document.language})"]
    if document.audience is not Audience.PUBLIC:
        parts.append(_for(document.audience, language))
    parts += [literal(", ".join(document.tags))] if document.tags else []
    if document.is_overdue:
        parts.append(say("looking.overdue", language, day=document.review_by))
    if document.origins:
        parts.append(literal(shortened(", ".join(map(_shown, document.origins)), EXCERPT)))
    return " · ".join(parts)


def _for(audience: Audience, language: str) -> str:
    key = "for_internal" if audience is Audience.INTERNAL else "for_members"
    return say(f"looking.{key}", language)


def _reported(report: LibraryReport, request: Request, key: str, source: str = "") -> Reply:
    language = request.language
    counts = {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
    }
    text = say(f"looking.{key}", language, **counts, source=literal(source))
    text += _named(report.failed, "kb_failed", language)
    text += _named(report.skipped, "kb_skipped", language)
    text += _unpublished(report.unpublished)
    buttons = (button(say("looking.button_documents", language), "kb list"),)
    detail = ", ".join(f"{name} {count}" for name, count in counts.items())
    about = f"{shortened(source, NAMED_LENGTH)}: " if source else ""
    return Reply(text=text, buttons=buttons, detail=f"{about}{detail}, failed {len(report.failed)}")


def _named(notes: Sequence[tuple[str, str]], key: str, language: str) -> str:
    if not notes:
        return ""
    rows = [f"- {literal(_shown(name))}: {literal(why)}" for name, why in notes[:NAMED]]
    more = ["- …"] if len(notes) > NAMED else []
    return "\n\n" + "\n".join((say(f"looking.{key}", language, count=len(notes)), *rows, *more))


def _unpublished(sentences: Sequence[str]) -> str:
    return "".join(f"\n\n⚠️ {literal(sentence)}" for sentence in sentences[:NAMED])


def _shown(address: str) -> str:
    """Show an address without what may stand before its host: that could be a password."""
    scheme, found, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{found}{host.rpartition('@')[2]}{slash}{path}" if found else address
