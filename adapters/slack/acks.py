"""What Slack is answered: taken, not now, or taken with something to show (pure)."""

import json
from collections.abc import Mapping

from slack_bolt.response import BoltResponse

TAKEN = 200
NOT_NOW = 503


def taken(answer: Mapping[str, object] | None = None) -> BoltResponse:
    """Say that an event is ours now; ``answer`` is what Slack does or shows upon that."""
    if answer is None:
        return BoltResponse(status=TAKEN, body="")
    return BoltResponse(
        status=TAKEN, body=json.dumps(answer), headers={"content-type": "application/json"}
    )


def not_now() -> BoltResponse:
    """Say that an event could not be taken, so that Slack tells it again."""
    return BoltResponse(status=NOT_NOW, body="")


def private_note(words: str) -> BoltResponse:
    """Take a command and show its writer something that nobody else sees."""
    return taken({"response_type": "ephemeral", "text": words})


def form_errors(errors: Mapping[str, str]) -> BoltResponse:
    """Leave a form open, with what is wrong under its fields."""
    return taken({"response_action": "errors", "errors": dict(errors)})


def form_done() -> BoltResponse:
    """Close a form."""
    return taken({"response_action": "clear"})
