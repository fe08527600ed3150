"""People use the admins' command as Discord's apps let them: only what its menu offers, in its types."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.vocabulary.messages import ConversationRef
from tests.platforms.discord.gateway import until
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.stage import DiscordStage, channel_of, filled
from tests.platforms.discord.world import World
from tests.platforms.stage import Someone

STRING, USER, NUMBER = 3, 6, 10


def steer(
    stage: DiscordStage,
    place: ConversationRef,
    words: Sequence[str],
    values: Mapping[str, Any],
    who: Someone,
) -> str:
    """Give a command; returns the interaction's token."""
    world = stage.server.world
    menu = world.offered("relevo", world.guild_of(channel_of(place)))
    return stage.interact(place, 2, given(menu, words, values, world=world), who)


def complete(
    stage: DiscordStage,
    place: ConversationRef,
    words: Sequence[str],
    values: Mapping[str, Any],
    who: Someone,
) -> str:
    """Type the last of some values, which is completed meanwhile."""
    world = stage.server.world
    menu = world.offered("relevo", world.guild_of(channel_of(place)))
    data = given(menu, words, values, focused=list(values)[-1], world=world)
    return stage.interact(place, 4, data, who)


async def form_of(stage: DiscordStage, token: str) -> Payload:
    """Wait for the form that a command opens."""
    world = stage.server.world
    await until(lambda: token in world.answered)
    assert world.answered[token]["type"] == 9, world.answered[token]
    return world.answered[token]["data"]


async def fill(
    stage: DiscordStage, place: ConversationRef, token: str, text: str, who: Someone
) -> str:
    """Fill in the form that a command has opened and send it."""
    form = await form_of(stage, token)
    field = form["components"][0]["component"]
    assert text or not field["required"]
    assert len(text) <= field["max_length"]
    return stage.interact(place, 5, filled(form, text), who)


def given(
    menu: Payload,
    words: Sequence[str],
    values: Mapping[str, Any],
    *,
    focused: str = "",
    world: World | None = None,
) -> Payload:
    """Build what an interaction carries; what the menu does not offer can't be given."""
    holders = [menu]
    for word in words:
        [part] = [one for one in holders[-1]["options"] if one["name"] == word]
        holders.append(part)
    offered = {one["name"]: one for one in holders[-1].get("options") or ()}
    assert all(part["type"] in {1, 2} for part in holders[1:])
    if not focused:
        needed = {name for name, option in offered.items() if option["required"]}
        assert needed <= set(values), f"Discord asks for {needed - set(values)} first"
    options = [
        _option(offered[name], value, is_focused=name == focused) for name, value in values.items()
    ]
    for part in reversed(holders[1:]):
        options = [{"type": part["type"], "name": part["name"], "options": options}]
    data: Payload = {"id": "1", "name": menu["name"], "type": 1, "options": options}
    people = [str(value) for name, value in values.items() if offered[name]["type"] == USER]
    if people and world is not None:
        data["resolved"] = {"users": {one: world.users[one] for one in people}}
    return data


def _option(offered: Payload, value: Any, *, is_focused: bool) -> Payload:
    kind = offered["type"]
    if kind == NUMBER and not is_focused:
        assert isinstance(value, int | float)
    if kind == STRING:
        assert isinstance(value, str)
        assert is_focused or len(value) <= offered.get("max_length", 6000)
    choices = [one["value"] for one in offered.get("choices") or ()]
    assert not choices or value in choices
    found: Payload = {"type": kind, "name": offered["name"], "value": value}
    if is_focused:
        assert offered.get("autocomplete")
        found["focused"] = True
    return found
