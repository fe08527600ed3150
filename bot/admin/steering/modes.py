"""``/mode``: how far the bot goes by itself, in everything or with one topic."""

from collections.abc import Mapping, Sequence

from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering import paths
from bot.admin.steering.evidence import meaning, mode_name, row_of, topic_name
from bot.admin.steering.naming import fold, means, nearest, unclear
from bot.admin.steering.tools import Row, Tools, button
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.rollout import OTHER, OTHER_NAME, RolloutMode, TopicRollout
from bot.vocabulary.steering import Edit

MODES = list(RolloutMode)
WORDS = {
    **{mode.value: mode for mode in RolloutMode},
    "humano": RolloutMode.HUMAN,
    "personas": RolloutMode.HUMAN,
    "people": RolloutMode.HUMAN,
    "sombra": RolloutMode.SHADOW,
    "copiloto": RolloutMode.COPILOT,
    "canario": RolloutMode.CANARY,
    "automatico": RolloutMode.AUTO,
}
"""What modes are called, without accents."""

OTHERS = frozenset(
    {OTHER_NAME, "others", "rest", "the rest", "otros", "resto", "lo demas", "todo lo demas"}
)
"""What all that is of no topic is called, unless a topic has that name."""


class ModeCommands:
    """Shows and sets modes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command."""
        return {"mode": self.mode}

    async def mode(self, request: Request) -> Reply:
        """Show what holds, or set a mode."""
        typed, topic = request.value("mode"), request.value("topic")
        mode = _mode(typed)
        if typed and mode is None and not topic and _topic(self._tools, typed) is not None:
            return await self._show(request, _topic(self._tools, typed))
        if typed and mode is None:
            found = nearest(fold(typed), list(WORDS))
            names = dict.fromkeys(WORDS[name].value for name in found)
            raise unclear(request, "mode", list(names) or list(MODES), kind="mode")
        if topic and _topic(self._tools, topic) is None:
            raise _unclear_topic(request, self._tools)
        about = _topic(self._tools, topic) if topic else None
        return await (
            self._show(request, about) if mode is None else self._set(request, mode, about)
        )

    async def _show(self, request: Request, topic: str | None) -> Reply:
        known = await self._tools.rollout.topics()
        language = request.language
        if topic is None:
            head = say("steering.modes_head", language)
            text = "\n".join((head, "", *(f"- {row_of(one, language)}" for one in known)))
            return Reply(text=text, buttons=_for_topics(known, language))
        one = next((one for one in known if one.topic == topic), None)
        mode = self._mode_of(topic) if one is None else one.mode
        rows = [row_of(one, language)] if one is not None else []
        unlike = [say("rollout.unlike", language)] if mode is RolloutMode.CANARY else []
        text = "\n\n".join((*rows, *unlike, meaning(mode, language)))
        return Reply(text=text, buttons=self._steps(mode, topic, language))

    async def _set(self, request: Request, mode: RolloutMode, topic: str | None) -> Reply:
        language, before = request.language, self._mode_of(topic or OTHER)
        shown = (
            say("steering.all_topics", language)
            if topic is None
            else literal(topic_name(topic, language))
        )
        parts = [say("steering.mode_set", language, topic=shown, mode=mode_name(mode, language))]
        parts.append(meaning(mode, language))
        steps = MODES.index(mode) - MODES.index(before)
        if steps > 1:
            passed = MODES[MODES.index(before) + 1 : MODES.index(mode)]
            names = ", ".join(mode_name(one, language) for one in passed)
            parts.append(say("steering.many_steps", language, steps=steps, passed=names))
        return await self._tools.change(
            request,
            self._edits(mode, topic),
            lead=" ".join(parts),
            buttons=self._steps(mode, topic, language),
        )

    def _edits(self, mode: RolloutMode, topic: str | None) -> list[Edit]:
        rows = self._tools.table("rollout.topics")
        if topic is None:
            own = [row for row in rows if row.get("mode") is not None]
            return [Edit(path="rollout.mode", value=mode.value), *map(_without_mode, own)]
        if topic == OTHER and other_row(self._tools).get("mode") is not None:
            return [with_field(self._tools, OTHER_NAME, "mode", mode.value)]
        if topic == OTHER:
            return [Edit(path="rollout.mode", value=mode.value), *self._kept()]
        return [with_field(self._tools, topic, "mode", mode.value)]

    def _kept(self) -> list[Edit]:
        """Let the topics that follow the rest stay where they are."""
        return [
            with_field(self._tools, name, "mode", self._mode_of(name).value)
            for name in self._tools.names("topics")
            if self._tools.row("rollout.topics", name).get("mode") is None
        ]

    def _mode_of(self, topic: str) -> RolloutMode:
        row = self._tools.row("rollout.topics", topic) if topic else other_row(self._tools)
        own = row.get("mode")
        return RolloutMode(own or self._tools.live.value("rollout.mode"))

    def _steps(self, mode: RolloutMode, topic: str | None, language: str) -> tuple[Button, ...]:
        """Offer the mode before and the mode after."""
        place = MODES.index(mode)
        named = {} if topic is None else {"topic": topic or OTHER_NAME}
        near = [MODES[step] for step in (place - 1, place + 1) if 0 <= step < len(MODES)]
        return tuple(
            button(
                say("steering.button_mode", language, mode=mode_name(one, language)),
                "mode",
                mode=one.value,
                **named,
            )
            for one in near
        )


def with_field(tools: Tools, topic: str, field: str, value: object) -> Edit:
    """Return the edit that sets one thing of a topic's rollout, which may have none of its own yet."""
    row = tools.row("rollout.topics", topic)
    if row:
        return Edit(path=paths.item("rollout.topics", topic, field), value=value)
    return Edit(path=paths.item("rollout.topics", topic), value={"name": topic, field: value})


def other_row(tools: Tools) -> Row:
    """Return the row of all that is of no topic, empty where it has none of its own."""
    is_topic = OTHER_NAME in tools.names("topics")
    return {} if is_topic else tools.row("rollout.topics", OTHER_NAME)


def without_field(row: Row, field: str) -> Edit:
    """Return the edit that takes one thing of a topic's rollout away, and the item with the last one."""
    others = [name for name in ("mode", "threshold", "share") if name != field]
    name = str(row["name"])
    if all(row.get(other) is None for other in others):
        return Edit(path=paths.item("rollout.topics", name), removes=True)
    left = {key: value for key, value in row.items() if key != field and value is not None}
    return Edit(path=paths.item("rollout.topics", name), value=left)


def topic_meant(request: Request, tools: Tools) -> str | None:
    """Return the topic that a command names, ``OTHER`` for all the rest; None where it names none.

    Raises:
        UnclearError: It names no topic, or may mean several.
    """
    typed = request.value("topic")
    found = _topic(tools, typed) if typed else None
    if typed and found is None:
        raise _unclear_topic(request, tools)
    return found


def _without_mode(row: Row) -> Edit:
    return without_field(row, "mode")


def _mode(typed: str) -> RolloutMode | None:
    found = means(typed, list(WORDS)) if typed else None
    return None if found is None else WORDS[found]


def _topic(tools: Tools, typed: str) -> str | None:
    names = tools.names("topics")
    found = means(typed, names)
    return OTHER if found is None and fold(typed) in OTHERS else found


def _unclear_topic(request: Request, tools: Tools) -> Exception:
    names = tools.names("topics")
    near = nearest(request.value("topic"), names) or names
    return unclear(request, "topic", (*near, OTHER_NAME), kind="topic")


def _for_topics(known: Sequence[TopicRollout], language: str) -> tuple[Button, ...]:
    """Offer what the numbers speak for, first of all, and a look at each topic."""
    ready = [
        button(
            f"{topic_name(one.topic, language)} → {mode_name(one.proposes, language)}",
            "mode",
            mode=one.proposes.value,
            topic=one.topic or OTHER_NAME,
        )
        for one in known
        if one.proposes is not None
    ]
    looks = [
        button(topic_name(one.topic, language), "mode", topic=one.topic or OTHER_NAME)
        for one in known
        if one.proposes is None
    ]
    return (*ready, *looks)[:20]
