"""What Slack tells the app about what people do, as it words it."""

from collections.abc import Sequence
from typing import Any

from bot.vocabulary.messages import ConversationRef
from tests.platforms.slack.forms import shown_view, state_of
from tests.platforms.slack.server import SlackServer
from tests.platforms.slack.workspace import (
    ADDRESS,
    APP,
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    Message,
    StoredFile,
    buttons,
    escape,
)
from tests.platforms.stage import Someone


class Events:
    """The payloads for a ``Stage``: each says what happened and, for messages, lets it happen."""

    customer = Someone(user_id="U0CUSTOMER", name="Marta")
    server: SlackServer

    def post(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Message:
        """Write without telling the app, as in a gap; in a channel itself the bot is mentioned."""
        channel = self.channel_of(place)
        words = ADDRESS.sub(lambda match: f"<{match[0]}>", escape(text))
        if not channel.is_im and place.thread_id is None:
            words = f"<@{BOT_USER}> {words}"
        message: Message = {
            "user": (who or self.customer).user_id,
            "text": words,
            "client_msg_id": f"c-{self.server.workspace.serial()}",
        }
        if place.thread_id:
            message["thread_ts"] = place.thread_id
            parent = channel.messages.get(place.thread_id)
            if parent is not None:
                parent.setdefault("thread_ts", place.thread_id)
                message["parent_user_id"] = parent["user"]
        if files:
            message["files"] = [self._file(name, content) for name, content in files]
        return self.server.workspace.post(channel, message)

    def events_of(self, place: ConversationRef, message: Message) -> list[dict[str, Any]]:
        """What Slack tells about a new message; of a mention it tells twice."""
        channel = self.channel_of(place)
        shared = {"subtype": "file_share"} if message.get("files") else {}
        fields = {key: value for key, value in message.items() if key != "reply_count"}
        if shared:
            fields.pop("client_msg_id", None)
            fields.pop("team", None)
        event = {
            **fields,
            **shared,
            "channel": channel.id,
            "channel_type": channel.kind,
            "event_ts": message["ts"],
        }
        if f"<@{BOT_USER}>" not in message["text"] or channel.is_im:
            return [event]
        known = ("user", "text", "ts", "team", "channel", "event_ts", "thread_ts", "client_msg_id")
        mention = {key: event[key] for key in known if key in event}
        return [event, {**mention, "type": "app_mention"}]

    def edit_event(
        self, place: ConversationRef, message_id: str, text: str, event_id: str | None = None
    ) -> dict[str, Any]:
        channel = self.channel_of(place)
        before = dict(channel.messages[message_id])
        before.pop("files", None)
        changed_at = self.server.workspace.new_ts()
        channel.messages[message_id] |= {
            "text": escape(text),
            "edited": {"user": before["user"], "ts": changed_at},
        }
        message = {k: v for k, v in channel.messages[message_id].items() if k != "files"}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "message": message,
            "previous_message": before,
            "ts": changed_at,
            "event_ts": changed_at,
        }
        return self.server.event(event, event_id)

    def delete_event(
        self, place: ConversationRef, message_id: str, event_id: str | None = None
    ) -> dict[str, Any]:
        channel = self.channel_of(place)
        before = channel.messages.pop(message_id)
        before.pop("files", None)
        deleted_at = self.server.workspace.new_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "deleted_ts": message_id,
            "previous_message": before,
            "ts": deleted_at,
            "event_ts": deleted_at,
        }
        return self.server.event(event, event_id)

    def press_payload(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        who: Someone | None = None,
        at: str | None = None,
    ) -> dict[str, Any]:
        channel = self.channel_of(place)
        message = channel.messages[message_id]
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message_id,
            "channel_id": channel.id,
            "is_ephemeral": False,
        }
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        pressed = _element(message, action)
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "relevo"},
            "user": _user(who or self.customer),
            "api_app_id": APP,
            "token": "none",
            "container": container,
            "trigger_id": self.server.workspace.new_trigger(),
            "channel": {"id": channel.id, "name": channel.id.lower()},
            "message": {"type": "message", "ts": message_id, "text": "", "bot_id": BOT},
            "actions": [
                {
                    "type": pressed["type"],
                    "action_id": pressed["action_id"],
                    "block_id": "b1",
                    "value": action,
                    "action_ts": at or self.server.workspace.new_ts(),
                    **({"text": _told(pressed["text"])} if "text" in pressed else {}),
                }
            ],
        }

    def submission(
        self, view: dict[str, Any], text: str, who: Someone | None = None
    ) -> dict[str, Any]:
        field_ = view["blocks"][0]
        typed = {"type": "plain_text_input", "value": text}
        values = {field_["block_id"]: {field_["element"]["action_id"]: typed}}
        return self._in_form("view_submission", who) | {
            "trigger_id": self.server.workspace.new_trigger(),
            "view": shown_view(view) | {"state": {"values": values}},
        }

    def filled_form(
        self, view: dict[str, Any], values: dict[str, str], who: Someone | None = None
    ) -> dict[str, Any]:
        """A form of several fields as it is sent: what is not named stays as the form began."""
        return self._in_form("view_submission", who) | {
            "trigger_id": self.server.workspace.new_trigger(),
            "view": shown_view(view) | {"state": {"values": state_of(view, values)}},
        }

    def suggestion(
        self, view: dict[str, Any], field: str, typed: str, who: Someone | None = None
    ) -> dict[str, Any]:
        """What Slack asks while somebody types into a field that is completed."""
        return self._in_form("block_suggestion", who) | {
            "container": {"type": "view", "view_id": view["id"]},
            "action_id": field,
            "block_id": field,
            "value": typed,
            "view": shown_view(view) | {"state": {"values": {}}},
        }

    def _in_form(self, kind: str, who: Someone | None) -> dict[str, Any]:
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "relevo"},
            "user": _user(who or self.customer),
            "api_app_id": APP,
            "token": "none",
        }

    def reaction_event(
        self, place: ConversationRef, message_id: str, name: str, who: Someone | None = None
    ) -> dict[str, Any]:
        channel = self.channel_of(place)
        event = {
            "type": "reaction_added",
            "user": (who or self.customer).user_id,
            "item": {"type": "message", "channel": channel.id, "ts": message_id},
            "reaction": name,
            "item_user": channel.messages[message_id]["user"],
            "event_ts": self.server.workspace.new_ts(),
        }
        return self.server.event(event)

    def channel_of(self, place: ConversationRef) -> Channel:
        return self.server.workspace.channels[place.channel_id]

    def _file(self, name: str, content: bytes) -> dict[str, Any]:
        kind = "text/html" if name.endswith(".html") else "application/octet-stream"
        file = StoredFile(f"F{self.server.workspace.serial():08}", name, content, kind)
        self.server.workspace.files[file.id] = file
        described = self.server.methods.described(file)
        return {key: value for key, value in described.items() if key != "channels"}


def _told(label: dict[str, Any]) -> dict[str, Any]:
    """A button's label as Slack sends it back: escaped (slackapi/bolt-python#513)."""
    return label | {"text": escape(label["text"])}


def _element(message: Message, action: str) -> dict[str, Any]:
    for element in buttons(message):
        if element.get("value") == action or element["type"] == "feedback_buttons":
            return element
    raise AssertionError(f"the message has no button {action}")


def _user(someone: Someone) -> dict[str, Any]:
    name = someone.name.lower()
    return {"id": someone.user_id, "username": name, "name": name, "team_id": TEAM}
