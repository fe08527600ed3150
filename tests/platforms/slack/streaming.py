"""Slack's streams, as public recordings of them tell (facts: none is in the published samples).

An open stream takes words and nothing else: it can be neither changed nor deleted. One that is over
(ended, five minutes old, or stopped by a person) takes no words and can't be ended again.
"""

from typing import Any

from tests.platforms.slack.workspace import (
    BOT,
    BOT_USER,
    Channel,
    Message,
    RefusedCallError,
    Workspace,
    sets_off_in_markdown,
)

MOST_CHARACTERS = 12_000


class Streaming:
    """The three methods of streams."""

    workspace: Workspace

    def writable(self, given: Any) -> Channel:
        raise NotImplementedError

    def chat_startStream(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        channel = self.writable(given)
        if given.get("thread_ts") not in channel.messages:
            raise RefusedCallError("thread_not_found")
        for name in ("recipient_team_id", "recipient_user_id"):
            if not given.get(name):
                raise RefusedCallError(f"missing_{name}")
        if given["recipient_user_id"] not in self.workspace.users:
            raise RefusedCallError("user_not_found")
        words = self._words(given)
        head = channel.messages[given["thread_ts"]]
        head.setdefault("thread_ts", given["thread_ts"])
        message = self.workspace.post(
            channel,
            {
                "user": BOT_USER,
                "bot_id": BOT,
                "text": words,
                "thread_ts": given["thread_ts"],
                "streaming_state": "in_progress",
            },
        )
        return {"channel": channel.id, "ts": message["ts"]}

    def chat_appendStream(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        message = self._open(given)
        words = self._words(given)
        if not words:
            raise RefusedCallError("no_text")
        message["text"] += words
        return {"channel": given["channel"], "ts": given["ts"]}

    def chat_stopStream(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        message = self._open(given)
        message["text"] += self._words(given)
        message["streaming_state"] = "completed"
        if given.get("metadata"):
            message["metadata"] = given["metadata"]
        return {}

    def close_stream(self, channel: str, ts: str, *, by_a_person: bool = False) -> None:
        """Let five minutes pass, or a person press stop."""
        state = "stopped" if by_a_person else "expired"
        self.workspace.channels[channel].messages[ts]["streaming_state"] = state

    def open_streams(self) -> list[Message]:
        messages = (it for ch in self.workspace.channels.values() for it in ch.messages.values())
        return [it for it in messages if it.get("streaming_state") == "in_progress"]

    def _open(self, given: dict[str, Any]) -> Message:
        message = self.writable(given).messages.get(given["ts"])
        if message is None:
            raise RefusedCallError("message_not_found")
        if message.get("streaming_state") == "stopped" and "markdown_text" in given:
            raise RefusedCallError("stopped_by_user")
        if message.get("streaming_state") != "in_progress":
            raise RefusedCallError("message_not_in_streaming_state")
        return message

    def _words(self, given: dict[str, Any]) -> str:
        words = str(given.get("markdown_text") or "")
        if len(words) > MOST_CHARACTERS:
            raise RefusedCallError("msg_too_long")
        pings, unfurls = sets_off_in_markdown(words)
        self.workspace.pings += pings
        self.workspace.unfurls += unfurls
        return words
