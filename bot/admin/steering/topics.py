"""``/topics``: what conversations are about, found in what customers ask, and the words that tell it."""

from collections.abc import Mapping, Sequence

from bot.admin.buttons import fitting
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.evidence import row_of
from bot.admin.steering.leaving import refuse_rules, without
from bot.admin.steering.naming import chosen, fold, refusal
from bot.admin.steering.reading import items_of
from bot.admin.steering.tools import Tools, button, paged
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.rollout import OTHER, FoundTopic
from bot.vocabulary.steering import Edit

EXAMPLES = 3
EXAMPLE_LENGTH = 120


class TopicCommands:
    """Lists, finds, sets and removes topics."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {
            "topics_list": self.list_all,
            "topics_discover": self.discover,
            "topics_set": self.set_one,
            "topics_remove": self.remove,
        }

    async def list_all(self, request: Request) -> Reply:
        """Show all topics with their words, their modes and the evidence."""
        language = request.language
        words = {str(row["name"]): ", ".join(row["words"]) for row in self._tools.table("topics")}
        rows = [
            row_of(one, language)
            + ("" if one.topic == OTHER else f" · {literal(words.get(one.topic, ''))}")
            for one in await self._tools.rollout.topics()
        ]
        key = "topics_head" if words else "topics_none"
        head = say(f"steering.{key}", language, count=len(words))
        find = button(say("steering.button_discover", language), "topics discover")
        return paged(request, rows, "topics list", head=head, buttons=(find,))

    async def discover(self, request: Request) -> Reply:
        """Show topics that customers ask about and that are not set up, each with a button."""
        language, wanted = request.language, request.value("name")
        found = await self._tools.rollout.discover()
        if wanted:
            return await self._take(request, found, wanted)
        if not found:
            return Reply(text=say("steering.found_none", language))
        parts = [say("steering.found_head", language, count=len(found))]
        parts += [_found(one, language) for one in found]
        buttons = (
            button(
                say("steering.button_add_topic", language, name=one.name),
                "topics discover",
                name=one.name,
            )
            for one in found
        )
        return Reply(text="\n\n".join(parts), buttons=fitting(buttons))

    async def _take(self, request: Request, found: Sequence[FoundTopic], wanted: str) -> Reply:
        """Add one of the topics that were found, with the words that tell it."""
        one = next((one for one in found if fold(one.name) == fold(wanted)), None)
        if one is None:
            raise refusal(request, "found_no_more", name=literal(wanted))
        return await self._add(request, one.name, one.words)

    async def set_one(self, request: Request) -> Reply:
        """Add a topic, or change its words."""
        language, words = request.language, items_of(request.value("words"))
        if not words:
            raise refusal(request, "no_words")
        names = self._tools.names("topics")
        typed = request.value("name").strip()
        known = next((name for name in names if fold(name) == fold(typed)), None)
        if known is None:
            return await self._add(request, typed, words)
        edit = Edit(path=paths.item("topics", known, "words"), value=list(words))
        lead = say("steering.topic_changed", language, name=literal(known))
        return await self._tools.change(request, [edit], lead=lead)

    async def _add(self, request: Request, name: str, words: Sequence[str]) -> Reply:
        lead = say("steering.topic_added", request.language, name=literal(name))
        edit = Edit(path=paths.item("topics", name), value={"name": name, "words": list(words)})
        routes = button(say("steering.button_route", request.language), "route set", topic=name)
        return await self._tools.change(request, [edit], lead=lead, buttons=(routes,))

    async def remove(self, request: Request) -> Reply:
        """Take a topic out, with its mode and what else names it."""
        name = chosen(request, "topic", self._tools.names("topics"), kind="topic")
        refuse_rules(request, self._tools, "topics", name)
        edits = [Edit(path=paths.item("topics", name), removes=True)]
        edits += without(request, self._tools, "teams", "name", "topics", name)
        if self._tools.row("rollout.topics", name):
            edits.append(Edit(path=paths.item("rollout.topics", name), removes=True))
        lead = say("steering.topic_removed", request.language, name=literal(name))
        return await self._tools.change(request, edits, lead=lead)


def _found(topic: FoundTopic, language: str) -> str:
    head = say(
        "steering.found_topic",
        language,
        name=literal(topic.name),
        count=topic.count,
        words=literal(", ".join(topic.words)),
    )
    examples = (literal(shortened(one, EXAMPLE_LENGTH)) for one in topic.examples[:EXAMPLES])
    return "\n".join((head, *(f"- {one}" for one in examples)))
