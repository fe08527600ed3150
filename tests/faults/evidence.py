"""What is left when a run is over: outcomes and histories from Redis, and what the pages show."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import ClientSession
from redis.asyncio import Redis

from adapters.playground.parse import desk_thread
from adapters.playground.transcript import digest
from bot.engine import codec
from bot.engine.keys import RECEIPTS_KEPT, ConversationKeys
from bot.engine.receipts import Receipts
from bot.vocabulary.conversations import HistoryLine
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Receipt
from tests.faults.ledger import Entry, Ledger

MOST_DELIVERIES = 24
"""Of one turn: at most 20 messages are relayed at once, with a notice and a briefing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line on a page: ``place`` is (turn, position in its plan) of what Relevo said there.

    ``place`` is None for what people wrote themselves, and for a line that no turn accounts for.
    """

    id: str
    voice: str
    text: str
    by_relevo: bool
    place: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that is judged. Conversations are named by the text of their reference.

    ``outcomes`` has what became of each event, by the id of its entry; ``shown`` what a page that is
    opened now shows, in order; ``histories`` what the engine has kept, ``questions`` what its receipts
    say that was asked.
    """

    outcomes: Mapping[str, str | None]
    histories: Mapping[str, Sequence[HistoryLine]]
    shown: Mapping[str, Sequence[Shown]]
    questions: Sequence[str]
    threads: frozenset[str] = field(default_factory=frozenset[str])


async def gather(redis: Redis, ledger: Ledger, port: int) -> Evidence:
    """Collect the evidence over a fresh page at a living worker's door."""
    customers = list(dict.fromkeys(item.ref for item in ledger.entries if not item.is_agent))
    places: dict[str, tuple[int, int]] = {}
    histories: dict[str, Sequence[HistoryLine]] = {}
    questions: list[str] = []
    for ref in customers:
        receipts = await Receipts(redis, deadline=5).latest(
            ConversationRef.parse(ref), RECEIPTS_KEPT
        )
        assert len(receipts) < RECEIPTS_KEPT, f"{ref} has more receipts than are kept"
        places |= _places(receipts)
        questions += [receipt.question for receipt in receipts]
        texts = await redis.lrange(ConversationKeys(ref).history, 0, -1)
        histories[ref] = [codec.history_line.validate_json(text) for text in texts]
    pages = await _pages(port, customers)
    return Evidence(
        outcomes={item.id: await _outcome(redis, item) for item in ledger.entries},
        histories=histories,
        shown={ref: [_shown(ref, line, places) for line in lines] for ref, lines in pages.items()},
        questions=questions,
        threads=frozenset(set(pages) - set(customers)),
    )


async def _outcome(redis: Redis, entry: Entry) -> str | None:
    return cast("str | None", await redis.get(entry.seen_key))


def _places(receipts: Sequence[Receipt]) -> dict[str, tuple[int, int]]:
    """Return the key of every delivery that turns may have made, and its place."""
    return {
        f"{receipt.turn_id}-{position}": (turn, position)
        for turn, receipt in enumerate(reversed(receipts))
        for position in range(MOST_DELIVERIES)
    }


def _shown(ref: str, line: Mapping[str, Any], places: Mapping[str, tuple[int, int]]) -> Shown:
    by_relevo = line["id"].startswith("r_")
    found = (place for key, place in places.items() if line["id"] == f"r_{digest(ref, key)}")
    return Shown(
        id=line["id"],
        voice=line["voice"],
        text=line["source"],
        by_relevo=by_relevo,
        place=next(found, None) if by_relevo else None,
    )


async def _pages(port: int, customers: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    origin = f"http://127.0.0.1:{port}"
    names = [ref.rpartition(":")[2] for ref in customers]
    async with (
        asyncio.timeout(20),
        ClientSession() as session,
        session.ws_connect(f"{origin}/playground/ws", origin=origin) as socket,
    ):

        async def hear(kind: str) -> dict[str, Any]:
            while True:
                frame = json.loads(await socket.receive_str())
                if frame["type"] == kind:
                    return frame

        await socket.send_str(json.dumps({"type": "hello", "customers": names, "thread": None}))
        threads = [item["id"] for item in (await hear("welcome"))["threads"]]
        pages = [await hear("history") for _ in names]
        for thread in threads:
            await socket.send_str(json.dumps({"type": "hello", "customers": [], "thread": thread}))
            pages.append(await hear("history"))
    found = {page["conversation"]: page["lines"] for page in pages}
    assert found.keys() == {*customers, *(str(desk_thread(thread)) for thread in threads)}
    return {ref: sorted(lines, key=lambda line: line["sequence"]) for ref, lines in found.items()}
