"""One page's requests, served one after the other."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from adapters.playground import render
from adapters.playground.parse import desk_thread, read
from adapters.playground.reception import Reception
from adapters.playground.requests import (
    AskCases,
    AskReceipts,
    AskValues,
    Event,
    Hello,
    Ping,
    RefusedError,
    Request,
    Writes,
)
from adapters.playground.sockets import PageSocket
from adapters.playground.transcript import Transcript
from bot.vocabulary.board import AgentPresence, Board
from bot.vocabulary.conversations import CaseFile, CaseFileReader
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from bot.vocabulary.platforms import Attentive
from bot.vocabulary.standing import Completing
from bot.vocabulary.turns import ReceiptReader

RECEIPTS_SHOWN = 20
CASES_SHOWN = 50
VALUES_SECONDS = 2.0
"""What is typed goes on meanwhile."""


class LiveBoard(Board, Protocol):
    """A board that can be read anew."""

    async def refresh(self) -> None:
        """Read what has changed since the last time.

        Raises:
            StateUnavailableError: The store did not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFacts:
    """What the page shows of the desk besides its cases: who is there, how long replies wait, teams.

    Without a ``board`` nobody's presence is known.
    """

    board: LiveBoard | None = None
    undo_seconds: float = 0.0
    teams: tuple[str, ...] = ()


NO_FACTS = DeskFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a page can be served from."""

    transcript: Transcript
    receipts: ReceiptReader
    cases: CaseFileReader
    agents: Sequence[Agent]
    attention: Attentive
    completing: Completing
    desk: DeskFacts


class Session:
    """Serves one page until it is gone."""

    def __init__(self, page: PageSocket, office: Office, reception: Reception) -> None:
        self._page = page
        self._office = office
        self._reception = reception

    async def serve(self) -> None:
        """Answer the page's frames in their order."""
        while (frame := await self._page.read()) is not None:
            await self._answer(frame)

    async def _answer(self, frame: str) -> None:
        event_id = None
        failpoint("bytes_arrived")
        try:
            request = read(frame)
            event_id = request.id if isinstance(request, Event) else None
            await self._serve(request)
        except RefusedError as error:
            self._page.tell({"type": "refused", "id": error.event_id, "reason": error.reason})
        except StateUnavailableError:
            self._page.tell({"type": "retry", "id": event_id})

    async def _serve(self, request: Request) -> None:
        match request:
            case Event():
                failpoint("parsed")
                await self._reception.take(request)
                self._page.tell({"type": "ack", "id": request.id})
            case Hello():
                await self._welcome(request)
            case Writes():
                if self._office.attention.on_typing is not None:
                    await self._office.attention.on_typing(request.conversation, request.author)
            case Ping():
                self._page.tell({"type": "pong"})
            case _:
                await self._show(request)

    async def _show(self, asked: AskReceipts | AskValues | AskCases) -> None:
        match asked:
            case AskReceipts():
                await self._show_receipts(asked.conversation)
            case AskValues():
                await self._show_values(asked)
            case AskCases():
                await self._show_cases()

    async def _welcome(self, hello: Hello) -> None:
        """Greet, then show each conversation; lines that come meanwhile carry a higher revision."""
        self._page.watched = frozenset(hello.conversations)
        threads = await self._office.transcript.threads()
        office, desk = self._office, self._office.desk
        greeting = render.welcome(
            threads, office.agents, undo_seconds=desk.undo_seconds, teams=desk.teams
        )
        self._page.tell(greeting)
        for conversation in hello.conversations:
            lines = await self._office.transcript.lines(conversation)
            self._page.tell(render.history(conversation, lines))
        await self._show_cases()

    async def _show_receipts(self, conversation: ConversationRef) -> None:
        found = await self._office.receipts.latest(conversation, RECEIPTS_SHOWN)
        self._page.tell(render.receipts(conversation, found))

    async def _show_values(self, asked: AskValues) -> None:
        """Offer what an argument can be; nothing when that is not known soon."""
        complete = self._office.completing.complete
        found: Sequence[str] = ()
        with suppress(TimeoutError):
            async with asyncio.timeout(VALUES_SECONDS):
                found = await complete(asked.request) if complete else ()
        self._page.tell(render.values(asked.id, found))

    async def _show_cases(self) -> None:
        found: dict[str, CaseFile] = {}
        for thread in (await self._office.transcript.threads())[:CASES_SHOWN]:
            file = await self._office.cases.file_of(desk_thread(thread.id))
            if file is not None:
                found[thread.id] = file
        self._page.tell(render.cases(found, await self._presence()))

    async def _presence(self) -> Collection[AgentPresence]:
        board = self._office.desk.board
        if board is None:
            return ()
        await board.refresh()
        return board.view().presence.values()
