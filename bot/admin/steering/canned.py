"""``/canned``: replies that agents send often, in each language."""

import re
from collections.abc import Mapping

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.naming import chosen, fold, refusal, unclear
from bot.admin.steering.tools import Tools, paged
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.steering import Edit

SHOWN = 120
LANGUAGES = {
    "en": "en",
    "es": "es",
    "english": "en",
    "ingles": "en",
    "spanish": "es",
    "espanol": "es",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class CannedCommands:
    """Lists, writes and removes canned replies."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "canned_list": self.list_all,
            "canned_set": self.set_one,
            "canned_remove": self.remove,
        }

    async def list_all(self, request: Request) -> Reply:
        """Show all canned replies by their beginnings."""
        replies = self._tools.table("canned")
        rows = [
            f"`{row['name']}` "
            + " · ".join(
                f"{code}: {literal(shortened(text, SHOWN))}"
                for code, text in dict(row["text"]).items()
            )
            for row in replies
        ]
        key = "canned_head" if rows else "canned_none"
        head = say(f"steering.{key}", request.language, count=len(rows), prefix=request.prefix)
        return paged(request, rows, "canned list", head=head)

    async def set_one(self, request: Request) -> Reply:
        """Write a canned reply in one language; those in others stay."""
        code = LANGUAGES.get(fold(request.value("language")))
        if code is None:
            raise unclear(request, "language", ("en", "es"), kind="language")
        text, name = request.value("text").strip(), self._name(request)
        row = self._tools.row("canned", name)
        texts = {**dict(row.get("text") or {}), code: text}
        if row:
            edit = Edit(path=paths.item("canned", name, "text"), value=texts)
            key = "canned_changed"
        else:
            edit = Edit(path=paths.item("canned", name), value={"name": name, "text": texts})
            key = "canned_added"
        lead = say(f"steering.{key}", request.language, name=name, code=code)
        return await self._tools.change(request, [edit], lead=lead)

    async def remove(self, request: Request) -> Reply:
        """Take a canned reply out."""
        name = chosen(request, "name", self._tools.names("canned"), kind="canned")
        lead = say("steering.canned_removed", request.language, name=name)
        edit = Edit(path=paths.item("canned", name), removes=True)
        return await self._tools.change(request, [edit], lead=lead)

    def _name(self, request: Request) -> str:
        """Return the name that is meant: of a reply that is there, else as names are written."""
        typed = request.value("name").strip()
        known = [name for name in self._tools.names("canned") if fold(name) == fold(typed)]
        name = known[0] if known else "-".join(fold(typed).split())
        if not _NAME.fullmatch(name):
            raise refusal(request, "canned_name", typed=literal(typed))
        return name
