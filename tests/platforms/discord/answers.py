"""How Discord answers: JSON, its errors, and that it had too much."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.platforms.discord.payloads import Payload


class NoError(Exception):
    """Raised by a handler to answer with one of Discord's errors."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class LimitedError(Exception):
    """Raised by a handler to answer that there were too many calls."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer JSON as Discord does: discord.py reads it only with exactly this content type."""
    more = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=more)


def too_many(seconds: float | None, *, scope: str = "user") -> web.Response:
    headers = {"Via": "1.1 google", "X-RateLimit-Scope": scope}
    body: Payload = {"message": "You are being rate limited.", "global": scope == "global"}
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
        body["retry_after"] = seconds
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return answer(body, 429, headers)
