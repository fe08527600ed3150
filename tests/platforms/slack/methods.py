"""Slack's Web API on a ``Workspace``: the methods that apps of our kind use."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from tests.platforms.slack.admin_methods import AdminMethods
from tests.platforms.slack.workspace import (
    APP,
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    Message,
    RefusedCallError,
    StoredFile,
    Workspace,
)

Arguments = dict[str, Any]
Answer = dict[str, Any]


__all__ = ["Methods", "RefusedCallError"]


class Methods(AdminMethods):
    """Answers calls; ``base`` is the server's address, ``page`` how much a history shows."""

    def __init__(self, workspace: Workspace, base: Callable[[], str]) -> None:
        self.workspace = workspace
        self.base = base
        self.page = 15
        self.statuses: list[Arguments] = []
        self.titles: list[Arguments] = []
        self.sessions: dict[tuple[str, str], Arguments] = {}
        self.is_agent = True
        self.prompts: list[Arguments] = []
        self.sizes: dict[str, int] = {}
        self.addresses: dict[str, str] = {}

    def answer(self, method: str, given: Arguments) -> Answer:
        handler = getattr(self, method.replace(".", "_"), None)
        if handler is None:
            raise RefusedCallError("unknown_method")
        return {"ok": True, **handler(given)}

    def auth_test(self, _given: Arguments) -> Answer:
        return {
            "url": self.base(),
            "team": "Relevo",
            "user": "relevo",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "is_enterprise_install": False,
        }

    def chat_postMessage(self, given: Arguments) -> Answer:  # noqa: N802 - Slack's name
        channel = self.writable(given)
        if not given.get("text") and not given.get("blocks"):
            raise RefusedCallError("no_text")
        if given.get("thread_ts") and given["thread_ts"] not in channel.messages:
            raise RefusedCallError("thread_not_found")
        self.workspace.count_what_it_sets_off(given)
        kept = ("text", "blocks", "thread_ts", "metadata", "username")
        message = self.workspace.post(
            channel,
            {
                "user": BOT_USER,
                "bot_id": BOT,
                **{key: given[key] for key in kept if given.get(key)},
            },
        )
        if given.get("thread_ts"):
            channel.messages[given["thread_ts"]].setdefault("thread_ts", given["thread_ts"])
        return {"channel": channel.id, "ts": message["ts"], "message": _shown(message)}

    def chat_update(self, given: Arguments) -> Answer:
        channel = self.writable(given)
        message = channel.messages.get(given["ts"])
        if message is None:
            raise RefusedCallError("message_not_found")
        if message.get("bot_id") != BOT:
            raise RefusedCallError("cant_update_message")
        if message.get("streaming_state") == "in_progress":
            raise RefusedCallError("streaming_state_conflict")
        self.workspace.count_what_it_sets_off(given)
        message |= {key: given.get(key) for key in ("text", "blocks")}
        if given.get("metadata"):
            message["metadata"] = given["metadata"]
        return {"channel": channel.id, "ts": given["ts"], "text": str(given.get("text") or "")}

    def chat_delete(self, given: Arguments) -> Answer:
        channel = self.writable(given)
        message = channel.messages.get(given["ts"])
        if message is None:
            raise RefusedCallError("message_not_found")
        if message.get("streaming_state") == "in_progress":
            raise RefusedCallError("cant_delete_message")
        del channel.messages[given["ts"]]
        return {"channel": channel.id, "ts": given["ts"]}

    def conversations_info(self, given: Arguments) -> Answer:
        channel = self._channel(given)
        return {
            "channel": {
                "id": channel.id,
                "name": channel.id.lower(),
                "is_channel": not channel.is_im,
                "is_im": channel.is_im,
                "is_mpim": False,
                "is_archived": channel.is_archived,
                "is_member": BOT_USER in channel.members,
            }
        }

    def conversations_open(self, given: Arguments) -> Answer:
        """Open the direct conversation of the bot and one person, or find it open."""
        if given["users"] not in self.workspace.users:
            raise RefusedCallError("user_not_found")
        return {"channel": {"id": self.workspace.direct_with(given["users"]).id}}

    def conversations_history(self, given: Arguments) -> Answer:
        """The newest of a range first, a page at a time, as Slack does."""
        channel = self._readable(given)
        return self._pages(given, [_head(channel, it) for it in reversed(channel.heads())])

    def conversations_replies(self, given: Arguments) -> Answer:
        """A thread, its head whatever the range, oldest first; asked for a reply, that reply."""
        channel = self._readable(given)
        if given["ts"] not in channel.messages:
            raise RefusedCallError("thread_not_found")
        return self._pages(given, channel.thread(given["ts"]), always=given["ts"])

    def users_info(self, given: Arguments) -> Answer:
        if given["user"] not in self.workspace.users:
            raise RefusedCallError("user_not_found")
        return {"user": self.workspace.users[given["user"]]}

    def reactions_add(self, given: Arguments) -> Answer:
        marks = self._marks(given)
        if given["name"] in marks:
            raise RefusedCallError("already_reacted")
        marks.add(given["name"])
        return {}

    def reactions_remove(self, given: Arguments) -> Answer:
        marks = self._marks(given)
        if given["name"] not in marks:
            raise RefusedCallError("no_reaction")
        marks.remove(given["name"])
        return {}

    def views_open(self, given: Arguments) -> Answer:
        self.workspace.pull(given["trigger_id"])
        number = self.workspace.serial()
        view = {**given["view"], "id": f"V{number:08}", "hash": f"h{number}", "team_id": TEAM}
        self.workspace.views[view["id"]] = view
        return {"view": view}

    def assistant_threads_setStatus(self, given: Arguments) -> Answer:  # noqa: N802
        if len(given.get("loading_messages") or []) > 10:
            raise RefusedCallError("invalid_arguments")
        self.statuses.append(given)
        return {}

    def assistant_threads_setTitle(self, given: Arguments) -> Answer:  # noqa: N802
        if len(given["title"]) > 200:
            raise RefusedCallError("invalid_arguments")
        self._in_thread(given)
        self.titles.append(given)
        return {}

    def agents_sessions_setStatus(self, given: Arguments) -> Answer:  # noqa: N802
        """Make a session or change its status; a title is taken when it is made."""
        if not self.is_agent:
            raise RefusedCallError("not_allowed")
        if given["status"] not in {"active", "processing", "suspended", "closed"}:
            raise RefusedCallError("invalid_arguments")
        place = self._in_thread(given)
        session = self.sessions.setdefault(place, {"title": given.get("title")})
        session["status"] = given["status"]
        return {"agent_status": given["status"]}

    def assistant_threads_setSuggestedPrompts(self, given: Arguments) -> Answer:  # noqa: N802
        self.prompts.append(given)
        return {}

    def files_getUploadURLExternal(self, given: Arguments) -> Answer:  # noqa: N802
        if int(given["length"]) <= 0:
            raise RefusedCallError("invalid_arguments")
        file = StoredFile(f"F{self.workspace.serial():08}", given["filename"])
        self.workspace.files[file.id] = file
        return {"file_id": file.id, "upload_url": f"{self.base()}/upload/{file.id}"}

    def files_completeUploadExternal(self, given: Arguments) -> Answer:  # noqa: N802
        channel = self.writable({"channel": given["channel_id"]})
        shared = [self.workspace.files[it["id"]] for it in json.loads(given["files"])]
        message: Message = {"user": BOT_USER, "bot_id": BOT, "text": "", "files": []}
        if given.get("thread_ts"):
            message["thread_ts"] = given["thread_ts"]
        for file in shared:
            file.channels.append(channel.id)
            message["files"].append(self.described(file))
        self.workspace.post(channel, message)
        return {"files": [{"id": file.id, "title": file.name} for file in shared]}

    def files_info(self, given: Arguments) -> Answer:
        file = self.workspace.files.get(given["file"])
        if file is None:
            raise RefusedCallError("file_not_found")
        return {"file": self.described(file)}

    def files_delete(self, given: Arguments) -> Answer:
        if self.workspace.files.pop(given["file"], None) is None:
            raise RefusedCallError("file_not_found")
        for channel in self.workspace.channels.values():
            for ts, message in list(channel.messages.items()):
                if given["file"] in {it["id"] for it in message.get("files") or ()}:
                    del channel.messages[ts]
        return {}

    def described(self, file: StoredFile) -> dict[str, Any]:
        address = self.addresses.get(file.id, f"{self.base()}/files-pri/{file.id}")
        return {
            "id": file.id,
            "name": file.name,
            "title": file.name,
            "mimetype": file.mimetype,
            "size": self.sizes.get(file.id, len(file.content)),
            "mode": "hosted",
            "is_external": False,
            "url_private": address,
            "url_private_download": address,
            "channels": file.channels,
        }

    def _pages(self, given: Arguments, messages: list[Message], always: str = "") -> Answer:
        oldest, start = float(given.get("oldest") or 0), int(given.get("cursor") or 0)
        found = [it for it in messages if it["ts"] == always or float(it["ts"]) > oldest]
        size = min(int(given.get("limit") or 100), self.page)
        end = start + size
        with_metadata = given.get("include_all_metadata") in {"true", True, "1"}
        answer: Answer = {
            "messages": [_shown(it, with_metadata=with_metadata) for it in found[start:end]],
            "has_more": end < len(found),
        }
        if end < len(found):
            answer["response_metadata"] = {"next_cursor": str(end)}
        return answer

    def _channel(self, given: Mapping[str, Any]) -> Channel:
        try:
            return self.workspace.channels[given["channel"]]
        except KeyError:
            raise RefusedCallError("channel_not_found") from None

    def _in_thread(self, given: Arguments) -> tuple[str, str]:
        channel, thread = self._channel({"channel": given["channel_id"]}), given["thread_ts"]
        if thread not in channel.messages:
            raise RefusedCallError("invalid_thread_ts")
        return channel.id, thread

    def _readable(self, given: Mapping[str, Any]) -> Channel:
        channel = self._channel(given)
        if BOT_USER not in channel.members:
            raise RefusedCallError("not_in_channel")
        return channel

    @override
    def writable(self, given: Mapping[str, Any]) -> Channel:
        channel = self._readable(given)
        if channel.is_archived:
            raise RefusedCallError("is_archived")
        return channel

    def _marks(self, given: Arguments) -> set[str]:
        channel = self._channel(given)
        if given["timestamp"] not in channel.messages:
            raise RefusedCallError("message_not_found")
        return self.workspace.reactions.setdefault((channel.id, given["timestamp"]), set())


def _head(channel: Channel, message: Message) -> Message:
    """A message of a channel, and of its thread when the last reply was."""
    _, *replies = channel.thread(message["ts"])
    if not replies:
        return message
    latest = {"reply_count": len(replies), "latest_reply": replies[-1]["ts"]}
    return message | {"thread_ts": message["ts"], **latest}


def _shown(message: Message, *, with_metadata: bool = False) -> Message:
    hidden = ("client_msg_id", "streaming_state", *(() if with_metadata else ("metadata",)))
    return {key: value for key, value in message.items() if key not in hidden} | (
        {"app_id": APP} if message.get("bot_id") else {}
    )
