"""A program that wraps and unwraps keys, for a key service of one's own (``memory.key_command``).

It is started once for each request, which it reads as one JSON object from its standard input, and prints
one as its answer. ``context`` must be given back for unwrapping by services that bind a key to one.

    {"op": "wrap", "key": "<base64>", "context": {"installation": "…"}}        → {"wrapped": "<text>"}
    {"op": "unwrap", "wrapped": "<text>", "context": {"installation": "…"}}    → {"key": "<base64>"}

Nothing that it says is repeated anywhere, because it may say secrets.
"""

import asyncio
import base64
import binascii
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from bot.engine.sealing.crypt import KEY_BYTES
from bot.vocabulary.errors import ConfigurationError

SECONDS = 15.0
"""Longest time for one request; it is made at the start of a process, never on a customer's clock."""

_LONGEST_ANSWER = 100_000
Operation = Literal["wrap", "unwrap"]


class KeyCommand:
    """Asks the program; each failure is a ``ConfigurationError`` of one sentence."""

    def __init__(self, command: Sequence[str], *, seconds: float = SECONDS) -> None:
        self._command = command
        self._seconds = seconds

    async def wrap(self, key: bytes, context: Mapping[str, str]) -> str:
        """Return a key wrapped, in the service's own form."""
        answer = await self._ask("wrap", {"key": base64.b64encode(key).decode()}, context)
        wrapped = answer.get("wrapped")
        if not isinstance(wrapped, str) or not wrapped:
            raise _failed("wrap", 'printed no {"wrapped": "…"}')
        return wrapped

    async def unwrap(self, wrapped: str, context: Mapping[str, str]) -> bytes:
        """Return a key that the service has wrapped."""
        answer = await self._ask("unwrap", {"wrapped": wrapped}, context)
        try:
            key = base64.b64decode(str(answer.get("key", "")), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise _failed("unwrap", f'printed no {{"key": "…"}} of {KEY_BYTES} bytes in base64')
        return key

    async def _ask(
        self, operation: Operation, given: Mapping[str, str], context: Mapping[str, str]
    ) -> Mapping[str, object]:
        request = json.dumps({"op": operation, **given, "context": dict(context)})
        text = await self._run(operation, request.encode() + b"\n")
        try:
            answer: object = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise _failed(operation, "printed something else than one JSON object")
        return cast("dict[str, object]", answer)

    async def _run(self, operation: Operation, request: bytes) -> bytes:
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=nothing
            )
        except (OSError, ValueError):
            raise _failed(operation, "can't be started") from None
        try:
            async with asyncio.timeout(self._seconds):
                text, _ = await process.communicate(request)
        except TimeoutError:
            raise _failed(operation, f"did not answer within {self._seconds:g} s") from None
        finally:
            await _end(process)
        if process.returncode != 0:
            raise _failed(operation, f"ended with status {process.returncode}")
        return text[:_LONGEST_ANSWER]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let no program outlive its request, however that ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _failed(operation: Operation, how: str) -> ConfigurationError:
    return ConfigurationError(
        f"The program of memory.key_command {how} when it was asked to {operation} a key: see its own "
        "log, and try it by hand as docs/memory.md shows."
    )
