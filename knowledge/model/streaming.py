"""Reads what a model writes, under deadlines of our own.

The clients' own timeout starts anew with each read, so that a stream that drips never ends, and the
first token may take for ever when the headers came at once. Here three clocks run: until the first
words, between words, and for the whole. White space keeps no clock from running out.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from knowledge.calls import outcome_of
from knowledge.model.failures import Failure, ModelFailedError, failure_of
from knowledge.model.reply import ANSWER

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

_AFTERWARDS = 0.5
CHARACTERS_PER_TOKEN = 8
"""More than any language needs: what is longer than that was not written within the agreed length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The most seconds until the first words, between words, and for the whole answer."""

    first_token: float = 4.0
    inter_token: float = 4.0
    total: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call; ``cached`` is the part of ``input`` that the provider had read before."""

    input: int = 0
    output: int = 0
    cached: int = 0


@dataclass(slots=True)
class Heard:
    """What is known of a call while it runs: its usage, how much was written, since when.

    ``ending`` is what the provider calls its end, such as ``stop``; empty until then. ``adds_up`` says
    that each chunk tells its own part of the usage, as LangChain has it; servers that speak OpenAI's
    protocol tell the whole, once or again and again. ``tool`` is the only one that may be called.
    """

    adds_up: bool = False
    tool: str = ANSWER.name

    usage: Usage | None = None
    characters: int = 0
    ending: str = ""
    first_seconds: float | None = None
    _tools: dict[int | None, str] = field(default_factory=dict[int | None, str])

    def use(self, read: int, written: int, cached: int | None) -> None:
        """Note what a chunk tells of the usage."""
        known = self.usage or Usage()
        join = sum if self.adds_up else max
        self.usage = Usage(
            input=join((known.input, read)),
            output=join((known.output, written)),
            cached=join((known.cached, cached or 0)),
        )

    def called_with(self, chunk: "AIMessageChunk") -> str:
        """Return the part of a call of the one tool that there is; others don't exist."""
        parts: list[str] = []
        for call in chunk.tool_call_chunks:
            place = call["index"] if isinstance(call["index"], int) else None
            if call["name"]:
                self._tools[place] = call["name"]
            if self._tools.get(place) == self.tool:
                parts.append(call["args"] or "")
        return "".join(parts)


@dataclass(slots=True)
class Clock:
    """The deadlines of one call; ``ends`` is the loop's time at which the whole must be ready."""

    deadlines: Deadlines
    ends: float
    _started: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    _last: float | None = None

    def heard(self) -> float:
        """Note that words have come; returns the seconds since the call began."""
        self._last = asyncio.get_running_loop().time()
        return self._last - self._started

    def hurry(self) -> None:
        """Wait only a moment for the rest: all that is needed has come."""
        self.ends = min(self.ends, asyncio.get_running_loop().time() + _AFTERWARDS)

    def due(self) -> tuple[float, Failure]:
        """Until when (the loop's time) the next words must come, and what it is when they don't."""
        if self._last is None:
            due, failure = self._started + self.deadlines.first_token, Failure.LATE
        else:
            due, failure = self._last + self.deadlines.inter_token, Failure.STALLED
        return (due, failure) if due < self.ends else (self.ends, Failure.SLOW)


async def read_words(
    chunks: "AsyncIterator[AIMessageChunk]", clock: Clock, heard: Heard, *, most_characters: int
) -> AsyncGenerator[str]:
    """Yield what a model writes, piece by piece; ``heard`` is kept up to date meanwhile.

    Raises:
        ModelFailedError: It failed, was too slow, wrote too much or refused.
    """
    async with _closing(chunks):
        while (chunk := await _next(chunks, clock)) is not None:
            _note(chunk, heard)
            words = str(chunk.text) or heard.called_with(chunk)
            heard.characters += len(words)
            if heard.characters > most_characters:
                raise ModelFailedError(Failure.TOO_LONG)
            if words.strip():
                seconds = clock.heard()
                heard.first_seconds = heard.first_seconds or seconds
            if words:
                yield words


async def _next(chunks: "AsyncIterator[AIMessageChunk]", clock: Clock) -> "AIMessageChunk | None":
    """The next chunk, None at the end."""
    due, failure = clock.due()
    try:
        async with asyncio.timeout_at(due):
            chunk = await outcome_of(anext(chunks))
    except TimeoutError:
        raise ModelFailedError(failure) from None
    if isinstance(chunk, StopAsyncIteration):
        return None
    if isinstance(chunk, BaseException):
        raise failure_of(chunk) from chunk
    return chunk


@asynccontextmanager
async def _closing(chunks: "AsyncIterator[AIMessageChunk]") -> AsyncGenerator[None]:
    """Hang up in any case, so that a model that goes on writes for nobody and costs no more."""
    try:
        yield
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await outcome_of(close())


def _note(chunk: "AIMessageChunk", heard: Heard) -> None:
    told = cast("dict[str, Any]", chunk.response_metadata)
    heard.ending = str(told.get("finish_reason") or told.get("stop_reason") or heard.ending)
    used = cast("dict[str, Any] | None", chunk.usage_metadata)
    if used:
        details = cast("dict[str, int | None]", used.get("input_token_details") or {})
        heard.use(int(used["input_tokens"]), int(used["output_tokens"]), details.get("cache_read"))
