"""What Slack's refusals mean to us, each with its cure."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from slack_sdk.errors import SlackApiError

from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)

REST_SECONDS = 10.0
"""How long to wait when Slack asks for patience without saying how much."""

_BAD_TOKEN = {
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "not_allowed_token_type",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
}
_WITH_APP_TOKEN = {"apps.connections.open"}

_PASSING = {
    "accesslimited",
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}
"""Slack's own failures: it may have done what was asked."""

_CURES = {
    "channel_not_found": "invite the bot to the channel with /invite, or see whether it still exists",
    "not_in_channel": "invite the bot to the channel with /invite",
    "is_archived": "restore the channel",
    "missing_scope": "install the app again with the scopes of docs/slack-manifest.yaml",
    "restricted_action": "ask an admin of the workspace to let apps post there",
    "user_not_found": "the person is gone",
    "thread_not_found": "the thread was deleted",
    "message_not_found": "the message was deleted",
    "no_text": "there was nothing to show",
}


class RefusedError(DeliveryError):
    """Raised when Slack said no for good; ``code`` is its word for why."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, thread_gone=code == "thread_not_found")
        self.code = code


class NotReachedError(ConnectionLostError):
    """Raised when a request certainly did not reach Slack."""


CERTAIN = (RateLimitedError, AuthenticationError, DeliveryError, NotReachedError)
"""After these a call has certainly done nothing."""


def translated(method: str, error: SlackApiError) -> AdapterError:
    """Return our error for what Slack answered."""
    status, headers, told = _parts(error)
    code = str(told.get("error") or "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in {"ratelimited", "rate_limited"}:
        return RateLimitedError(
            f"Slack limits {method}: wait, or ask less often.", retry_after=_rest(headers)
        )
    if code in _BAD_TOKEN:
        setting = "slack.app_token" if method in _WITH_APP_TOKEN else "slack.bot_token"
        return AuthenticationError(
            f"Slack does not accept the token for {method} ({code}): "
            f"copy it again from the app's page ({setting})."
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not code or code in _PASSING:
        return unclear(method)
    needed = f", needs {told['needed']}" if told.get("needed") else ""
    cure = _CURES.get(code, "see this code in Slack's description of the method")
    return RefusedError(f"Slack refused {method} ({code}{needed}): {cure}.", code=code)


def unclear(method: str) -> ConnectionLostError:
    """Return the error for a call whose fate is unknown."""
    return ConnectionLostError(f"Slack did not answer {method}: it is tried again.")


def unreached(method: str) -> NotReachedError:
    """Return the error for a call that was certainly not taken."""
    return NotReachedError(
        f"Slack can't be reached for {method}: check the network, proxy and slack.api_url."
    )


def _parts(error: SlackApiError) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """Return status, headers and body; the SDK hands two kinds of responses, one without a body."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data: object = getattr(response, "data", None)
    told: Mapping[str, Any] = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    return int(status), getattr(response, "headers", {}), told


def _rest(headers: Mapping[str, str]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(1.0, float(value))
            except ValueError:
                break
    return REST_SECONDS
