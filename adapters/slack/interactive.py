"""Buttons, forms and commands → ``IncomingMessage`` (pure)."""

import json
from collections.abc import Sequence
from typing import Any, cast

from adapters.slack.channels import is_direct_channel
from adapters.slack.forms import Filled
from adapters.slack.parse import (
    Event,
    MalformedError,
    Scene,
    conversation,
    inner,
    message_key,
    moment,
    required,
)
from adapters.slack.render import ASKS, FORM, FormWanted
from adapters.slack.text import decode, unescape, whole
from bot.vocabulary.commands import written
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, MessageKind


def pressed(body: Event, scene: Scene) -> IncomingMessage | FormWanted | None:
    """Read a ``block_actions`` payload; None when it is none of our buttons.

    Raises:
        MalformedError: It lacks what it always has.
    """
    actions = cast("Sequence[Event]", body.get("actions") or ())
    button: Event = actions[0] if actions else dict[str, Any]()
    action = whole(button.get("value"))
    if body.get("type") != "block_actions" or not action or not body.get("channel"):
        return None
    place, message_id = _stands(body, scene)
    kind, _, name = str(button.get("action_id") or "").partition(":")
    if kind == ASKS:
        return FormWanted(
            trigger_id=required(body, "trigger_id"),
            user_id=required(inner(body, "user"), "id"),
            action=action,
            label=unescape(whole(inner(button, "text").get("text"))),
            prefill=name.partition(":")[2],
            place=json.dumps({"at": str(place), "id": message_id, "action": action}),
        )
    happened = required(button, "action_ts")
    author = author_of(body, scene)
    return IncomingMessage(
        event_key=f"{message_key(scene.team_id, place.channel_id, message_id)}"
        f"-p-{happened}-{author.user_id}",
        id=message_id,
        kind=MessageKind.PRESSED,
        conversation=place,
        author=author,
        text="",
        action=action,
        sent_at=moment(happened),
        is_direct=is_direct_channel(place.channel_id),
    )


def submitted(body: Event, scene: Scene, *, now: float) -> IncomingMessage | None:
    """Read a ``view_submission`` payload: what was typed into a form; ``now`` is a time stamp.

    Raises:
        MalformedError: It is ours and lacks what it always has.
    """
    view = inner(body, "view")
    if view.get("callback_id") != FORM:
        return None
    place, message_id, action = _about(view)
    if place.tenant_id != scene.team_id:
        return None
    return IncomingMessage(
        event_key=f"sl-{scene.team_id}-view-{required(view, 'id')}-{required(view, 'hash')}",
        id=message_id,
        kind=MessageKind.PRESSED,
        conversation=place,
        author=author_of(body, scene),
        text=_typed(view),
        action=action,
        sent_at=moment(now),
        is_direct=is_direct_channel(place.channel_id),
    )


def commanded(body: Event, scene: Scene, *, now: float) -> IncomingMessage:
    """Read a slash command; ``now`` is a time stamp, because Slack sends none.

    Raises:
        MalformedError: It lacks what it always has.
    """
    channel, user_id = required(body, "channel_id"), required(body, "user_id")
    trigger_id = required(body, "trigger_id")
    words = decode(whole(body.get("text")), scene.names).strip().lstrip("/")
    team = body.get("team_id")
    return IncomingMessage(
        event_key=f"sl-{scene.team_id}-cmd-{trigger_id}",
        id=trigger_id,
        conversation=conversation(scene, channel),
        author=Author(
            user_id=user_id,
            display_name=user_id,
            is_external=bool(team) and team != scene.team_id,
        ),
        text=f"/{words or 'help'}",
        sent_at=moment(now),
        is_direct=is_direct_channel(channel),
        is_mention=True,
    )


def sent_form(body: Event, scene: Scene, form: Filled, *, now: float) -> IncomingMessage:
    """Read who sent the form of a command: its line, where that was typed; ``now`` is a time stamp.

    Raises:
        MalformedError: The payload lacks what it always has.
    """
    view, place = inner(body, "view"), form.place
    return IncomingMessage(
        event_key=f"sl-{scene.team_id}-view-{required(view, 'id')}-{required(view, 'hash')}",
        id=required(view, "id"),
        conversation=place,
        author=author_of(body, scene),
        text=written(form.invocation.command, form.invocation.values),
        sent_at=moment(now),
        is_direct=is_direct_channel(place.channel_id),
        is_mention=True,
    )


def _stands(body: Event, scene: Scene) -> tuple[ConversationRef, str]:
    """Find where the message with the button stands, and its id."""
    container, message = inner(body, "container"), inner(body, "message")
    channel = str(container.get("channel_id") or "") or required(inner(body, "channel"), "id")
    ts = str(container.get("message_ts") or "") or required(message, "ts")
    thread = str(container.get("thread_ts") or message.get("thread_ts") or "") or None
    if is_direct_channel(channel):
        return conversation(scene, channel, thread if thread != ts else None), ts
    return conversation(scene, channel, thread or ts), ts


def _about(view: Event) -> tuple[ConversationRef, str, str]:
    try:
        told = json.loads(required(view, "private_metadata"))
        return ConversationRef.parse(told["at"]), str(told["id"]), str(told["action"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError("A form does not say what it is about.") from error


def _typed(view: Event) -> str:
    field = inner(inner(inner(inner(view, "state"), "values"), FORM), FORM)
    return unescape(whole(field.get("value"))).strip()


def author_of(body: Event, scene: Scene) -> Author:
    """Name whoever acts, as far as a payload tells; ``people`` completes it.

    On Enterprise Grid their ``team_id`` may be the organisation's, which says nothing of the workspace.

    Raises:
        MalformedError: It names nobody.
    """
    user, home = inner(body, "user"), inner(body, "team")
    user_id, team = required(user, "id"), user.get("team_id")
    ours = {scene.team_id}
    if home.get("id") == scene.team_id:
        ours.add(whole(home.get("enterprise_id")))
    return Author(
        user_id=user_id,
        display_name=user_id,
        is_external=bool(team) and team not in ours,
    )
