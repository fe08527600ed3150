"""``/threshold``: how sure the bot must be to answer, in everything or with one topic."""

from collections.abc import Mapping

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.evidence import topic_name
from bot.admin.steering.modes import other_row, topic_meant, with_field, without_field
from bot.admin.steering.naming import refusal
from bot.admin.steering.reading import is_withdrawn, percent, share_of
from bot.admin.steering.tools import Tools
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.rollout import OTHER, OTHER_NAME
from bot.vocabulary.steering import Edit, Origin

PATH = "escalation.answer_above"


class ThresholdCommands:
    """Shows and sets thresholds."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"threshold": self.threshold}

    async def threshold(self, request: Request) -> Reply:
        """Show what holds, or set a threshold."""
        typed = request.value("value")
        topic = topic_meant(request, self._tools)
        if not typed:
            return await self._show(request)
        share = share_of(typed)
        if share is None and not is_withdrawn(typed):
            raise refusal(request, "no_share", typed=literal(typed))
        return await self._tools.change(
            request, self._edits(share, topic), lead=self._lead(request, share, topic)
        )

    async def _show(self, request: Request) -> Reply:
        language = request.language
        known = await self._tools.rollout.topics()
        rows = [say("steering.thresholds_head", language), ""]
        for one in known:
            rows.append(
                "- "
                + say(
                    "steering.threshold_row",
                    language,
                    topic=literal(topic_name(one.topic, language)),
                    threshold=percent(one.threshold),
                    origin=self._origin(one.topic, one.threshold, language),
                )
            )
        rows += ["", say("steering.threshold_how", language, prefix=request.prefix)]
        return Reply(text="\n".join(rows))

    def _origin(self, topic: str, threshold: float, language: str) -> str:
        """Say where a threshold comes from."""
        row = self._tools.row("rollout.topics", topic) if topic else other_row(self._tools)
        own = row.get("threshold")
        if own is not None:
            return say("steering.from_topic", language)
        view = self._tools.live.view(PATH)
        if view.origin is Origin.DEFAULT and threshold != view.value:
            return say("steering.from_fitting", language)
        return say(f"steering.from_{view.origin}", language)

    def _edits(self, share: float | None, topic: str | None) -> list[Edit]:
        rows = self._tools.table("rollout.topics")
        own = [row for row in rows if row.get("threshold") is not None]
        if topic is None:
            return [Edit(path=PATH, value=share), *(without_field(row, "threshold") for row in own)]
        if topic == OTHER and (row := other_row(self._tools)).get("threshold") is not None:
            if share is None:
                return [without_field(row, "threshold")]
            return [with_field(self._tools, OTHER_NAME, "threshold", share)]
        if topic == OTHER:
            return [Edit(path=PATH, value=share)]
        if share is not None:
            return [with_field(self._tools, topic, "threshold", share)]
        return [without_field(row, "threshold") for row in own if row["name"] == topic]

    def _lead(self, request: Request, share: float | None, topic: str | None) -> str:
        language = request.language
        shown = (
            say("steering.all_topics", language) if topic is None else topic_name(topic, language)
        )
        if share is None:
            return say("steering.threshold_withdrawn", language, topic=literal(shown))
        return say(
            "steering.threshold_set", language, topic=literal(shown), threshold=percent(share)
        )
