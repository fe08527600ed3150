"""One call of a model: admitted by its breaker, paid from the budget, read under deadlines, counted."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from bot.vocabulary.budgets import Budget, NoBudget, Prices, Reservation
from bot.vocabulary.errors import BudgetExceededError, StateUnavailableError
from knowledge.breaker import Breaker
from knowledge.model import metrics
from knowledge.model.client import OPENAI_KIND, Client, Form, ModelSpec, open_client
from knowledge.model.failures import FREE, Failure, ModelFailedError
from knowledge.model.prompt import Prompt
from knowledge.model.reply import Claim, ReplyReader
from knowledge.model.streaming import (
    CHARACTERS_PER_TOKEN,
    Clock,
    Deadlines,
    Heard,
    Usage,
    read_words,
)

logger = logging.getLogger(__name__)

OnClaims = Callable[[list[Claim], ReplyReader], Awaitable[None]]
"""Hears whole claims as they come, and what has been read of the reply so far."""

_WRITTEN = "written"
_CANCELLED = "cancelled"
_ENDINGS = {
    "content_filter": Failure.REFUSED,
    "length": Failure.TOO_LONG,
    "max_tokens": Failure.TOO_LONG,
    "refusal": Failure.REFUSED,
}
"""What providers say of replies that were not written to their end."""
_READ = {
    Failure.REQUEST,
    Failure.TOO_LONG,
    Failure.EMPTY,
    Failure.FORMAT,
    Failure.REFUSED,
}
"""Failures of one answer, not of the model: customers who provoke them must not stop it for others."""
_FAILURES = 5
_PAUSE_SECONDS = 30.0
_CHARACTERS_READ_AS_TOKEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Where calls are counted, and what their tokens cost."""

    budget: Budget = field(default_factory=NoBudget)
    prices: Prices = field(default_factory=Prices)


class Reading(Protocol):
    """Reads one reply while it arrives, in the form that was agreed."""

    @property
    def is_complete(self) -> bool:
        """Whether the whole reply has come."""
        ...

    @property
    def has_begun(self) -> bool:
        """Whether anything but white space has come."""
        ...

    async def hear(self, piece: str) -> None:
        """Take what has come."""
        ...


class _Claims:
    """Reads an answer claim by claim."""

    def __init__(self, on_claims: OnClaims) -> None:
        self.reader = ReplyReader()
        self._on_claims = on_claims

    @property
    def is_complete(self) -> bool:
        return self.reader.is_complete

    @property
    def has_begun(self) -> bool:
        return self.reader.has_begun

    async def hear(self, piece: str) -> None:
        claims = self.reader.feed(piece)
        if claims:
            await self._on_claims(claims, self.reader)


_Reading = TypeVar("_Reading", bound=Reading)


@dataclass(slots=True)
class Bill:
    """What the calls for one answer have cost by now, failed ones too."""

    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked, for whom, and until when (the loop's time) the whole must be ready.

    What each try costs is added to ``bill``.
    """

    prompt: Prompt
    asker: str | None
    deadlines: Deadlines
    ends: float
    bill: Bill = field(default_factory=Bill)


@dataclass(frozen=True, slots=True)
class WritingModel:
    """A model with the breaker that guards it and the budget that pays for it."""

    client: Client
    breaker: Breaker
    spending: Spending

    @classmethod
    def open(cls, spec: ModelSpec, spending: Spending) -> "WritingModel":
        """Open a model.

        Raises:
            ConfigurationError: See ``open_client``.
        """
        return cls.of(open_client(spec), spending)

    @classmethod
    def of(cls, client: Client, spending: Spending) -> "WritingModel":
        """Guard an opened model."""
        breaker = Breaker(failures=_FAILURES, pause=_PAUSE_SECONDS)
        metrics.breaker.labels(client.spec.name).set_function(lambda: breaker.state)
        return cls(client, breaker, spending)

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        return self.client.spec.name

    async def write(self, call: Call, on_claims: OnClaims) -> bool:
        """Let the model write; returns whether it says that the passages answer the question.

        Raises:
            ModelFailedError: See ``read``.
        """
        claims = await self.read(call, lambda: _Claims(on_claims))
        return bool(claims.reader.answerable)

    async def read(self, call: Call, begin: Callable[[], _Reading]) -> _Reading:
        """Let the model write a reply in the form that its prompt agrees on; returns who has read it.

        ``begin`` makes a reader for each try.

        Raises:
            ModelFailedError: It rests, may not be paid, failed, or wrote in no form that was agreed.
        """
        if not self.breaker.allows():
            metrics.calls.labels(self.name, Failure.RESTING).inc()
            raise ModelFailedError(Failure.RESTING)
        adds_up = self.client.spec.provider not in OPENAI_KIND
        heard = Heard(adds_up=adds_up, tool=call.prompt.agreed.name)
        async with self._accounted(heard), self._paid(call, heard):
            return await self._in_some_form(call, heard, begin)

    async def _in_some_form(
        self, call: Call, heard: Heard, begin: Callable[[], _Reading]
    ) -> _Reading:
        """Ask in the strict form first: servers that don't know it refuse before they read."""
        try:
            return await self._in_form(self.client.form, call, heard, begin())
        except ModelFailedError as error:
            if error.failure is not Failure.REQUEST or self.client.form is Form.ASKED:
                raise
        reading = await self._in_form(Form.ASKED, call, heard, begin())
        self.client.form = Form.ASKED
        return reading

    async def _in_form(self, form: Form, call: Call, heard: Heard, reading: _Reading) -> _Reading:
        clock = Clock(call.deadlines, call.ends)
        chunks = self.client.write(call.prompt, form)
        most = self.client.spec.max_output_tokens * CHARACTERS_PER_TOKEN
        try:
            async with aclosing(read_words(chunks, clock, heard, most_characters=most)) as words:
                async for piece in words:
                    await reading.hear(piece)
                    if reading.is_complete:
                        clock.hurry()
        except ModelFailedError:
            # What comes after the answer (mostly its usage) is worth no failure.
            if not reading.is_complete:
                raise
        if reading.is_complete:
            return reading
        unread = Failure.FORMAT if reading.has_begun else Failure.EMPTY
        raise ModelFailedError(_ENDINGS.get(heard.ending, unread))

    @asynccontextmanager
    async def _accounted(self, heard: Heard) -> AsyncGenerator[None]:
        """Tell breaker and measures how the call ends, whichever way it does."""
        outcome: str = _CANCELLED
        try:
            yield
            outcome = _WRITTEN
            self.breaker.succeeded()
        except ModelFailedError as error:
            outcome = error.failure
            if error.failure in _READ:
                self.breaker.succeeded()
            elif error.failure is not Failure.BUDGET:
                self.breaker.failed(pause=error.rest_seconds or None)
            raise
        finally:
            metrics.calls.labels(self.name, outcome).inc()
            if heard.first_seconds is not None:
                metrics.first_token_seconds.labels(self.name).observe(heard.first_seconds)

    @asynccontextmanager
    async def _paid(self, call: Call, heard: Heard) -> AsyncGenerator[None]:
        """Reserve the most that the call may use, and settle what it used, also when it fails."""
        reservation = await self._reserve(call)
        begun = True
        try:
            yield
        except ModelFailedError as error:
            begun = error.failure not in FREE
            raise
        finally:
            usage = used_by(call.prompt, heard, begun=begun)
            call.bill.cost += await self._settle(reservation, usage)

    async def _reserve(self, call: Call) -> Reservation:
        """Without its store nothing can be counted, and what isn't counted isn't spent."""
        tokens, most = call.prompt.tokens, self.client.spec.max_output_tokens
        cost = self.spending.prices.cost(input_tokens=tokens, output_tokens=most)
        try:
            return await self.spending.budget.reserve(call.asker, tokens + most, cost)
        except (BudgetExceededError, StateUnavailableError) as error:
            logger.warning("no budget for the language model", extra={"error": str(error)})
            raise ModelFailedError(Failure.BUDGET) from error

    async def _settle(self, reservation: Reservation, usage: Usage) -> float:
        """Count what a call has used, and return what it cost."""
        for kind, count in (
            ("input", usage.input),
            ("cached", usage.cached),
            ("output", usage.output),
        ):
            metrics.tokens.labels(self.name, kind).inc(count)
        cost = self.spending.prices.cost(input_tokens=usage.input, output_tokens=usage.output)
        try:
            await self.spending.budget.settle(reservation, usage.input + usage.output, cost)
        except StateUnavailableError as error:
            logger.warning("usage not counted", extra={"error": str(error)})
        return cost


def used_by(prompt: Prompt, heard: Heard, *, begun: bool) -> Usage:
    """What a call has used: as its provider says, else estimated from what was read and written.

    Providers that tell it part by part have told too little of a call that was cut off.
    """
    written = -(-heard.characters // _CHARACTERS_READ_AS_TOKEN)
    if heard.usage is not None:
        told = heard.usage
        return told if heard.ending else replace(told, output=max(told.output, written))
    if not begun and not heard.characters:
        return Usage()
    return Usage(input=prompt.tokens, output=written)
