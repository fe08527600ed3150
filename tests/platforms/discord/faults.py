"""What goes wrong on demand between an adapter and its Discord."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from tests.platforms.discord.answers import answer, too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call: ``kind`` is status, commit_then_status, commit_then_drop,
    drop_before, delay or garbled (somebody in between answers in Discord's place)."""

    kind: str
    status: int = 500
    retry_after: float | None = None
    seconds: float = 0.0
    code: int = 0
    scope: str = ""


async def play_early(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    """Play what goes wrong before a call is carried out; its answer, where there is one."""
    if fault.kind == "drop_before":
        abort(request)
        return web.Response()
    if fault.kind == "garbled":
        return web.Response(text="<html>Welcome to our Wi-Fi!</html>", content_type="text/html")
    if fault.kind == "status" and fault.status == 429:
        return too_many(fault.retry_after, scope=fault.scope or "user")
    if fault.kind == "status":
        return answer({"message": "oops", "code": fault.code}, fault.status)
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    return None


def abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
