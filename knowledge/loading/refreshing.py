"""Reads web pages and repositories again while Relevo runs, once they are due.

A child process does the work (``refresh_worker``): turns of customers do not wait for it, and it may
be ended at any moment, because what it writes becomes visible origin by origin, as a whole.
"""

import asyncio
import json
import logging
import random
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import EmbeddingOptions
from knowledge.index.origins import StoredOrigin, load_origins
from knowledge.index.schema import index_path
from knowledge.origins import OriginKind
from knowledge.weaviate import WeaviateOptions

logger = logging.getLogger(__name__)

_GRACE_SECONDS = 3.0
_KINDS = {OriginKind.WEB, OriginKind.GIT}
"""What lies on this machine changes by its operator's hand, who then says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Seconds between two looks at what is due, and before a failed origin is tried again."""

    look: float = 600.0
    retry: float = 3600.0


@dataclass(slots=True, kw_only=True)
class Refreshing:
    """Keeps web pages and repositories of an index no older than ``hours``.

    With ``weaviate`` others get what has changed; where that failed, it is tried again at the next
    look.
    """

    data_dir: Path
    hours: float
    allow_hosts: frozenset[str] = frozenset()
    embedding: EmbeddingOptions = field(default_factory=EmbeddingOptions)
    weaviate: WeaviateOptions | None = None
    pauses: Pauses = field(default_factory=Pauses)
    _tried: dict[str, float] = field(default_factory=dict[str, float])
    _is_unpublished: bool = False

    async def run(self) -> None:
        """Look from time to time until cancelled; with 0 hours never."""
        while self.hours > 0:
            # At random, so that several processes do not begin at once.
            await asyncio.sleep(self.pauses.look * random.uniform(0.1, 1.0))  # noqa: S311
            try:
                addresses = await asyncio.to_thread(self._due)
            except KnowledgeUnavailableError as error:
                logger.warning("knowledge not read again", extra={"error": str(error)})
                continue
            if addresses or self._is_unpublished:
                await self._refresh(addresses)

    def _due(self) -> list[str]:
        origins, _ = load_origins(index_path(self.data_dir))
        patient = time.monotonic() - self.pauses.retry
        return [
            address
            for address in due(origins, hours=self.hours, now=datetime.now(UTC))
            if self._tried.get(address, patient) <= patient
        ]

    async def _refresh(self, addresses: list[str]) -> None:
        task = {
            "data_dir": str(self.data_dir),
            "allow_hosts": sorted(self.allow_hosts),
            "addresses": addresses,
            "embedding": as_told(self.embedding),
            "weaviate": None if self.weaviate is None else as_told(self.weaviate),
        }
        done = await in_child("knowledge.loading.refresh_worker", task)
        self._tried |= dict.fromkeys(addresses, time.monotonic())
        is_unpublished = _log(done.said, done.status)
        if is_unpublished is not None:
            self._is_unpublished = is_unpublished


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a child process wrote to its two outputs, and its exit status."""

    said: bytes
    complaint: bytes
    status: int


async def in_child(
    module: str, task: Mapping[str, object], *, complaint: int | None = None
) -> Done:
    """Have a module do a task, which it reads as JSON from its stdin; it ends when we are cancelled.

    Its stderr is ours, unless ``complaint`` says where it goes.
    """
    process = await asyncio.create_subprocess_exec(
        # -P: what lies in the current folder is not ours to import.
        *(sys.executable, "-P", "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=complaint,
        start_new_session=True,
    )
    try:
        said, why = await process.communicate(json.dumps(task).encode())
    finally:
        await _end(process)
    return Done(said=said, complaint=why or b"", status=process.returncode or 0)


async def _end(process: Process) -> None:
    """Let a child that still runs clean up, for a moment."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    except TimeoutError:
        process.kill()


def as_told(options: EmbeddingOptions | WeaviateOptions) -> dict[str, object]:
    """Options as JSON for the child's stdin, which nobody else can read."""
    return {**asdict(options), "api_key": options.api_key.get_secret_value()}


def due(origins: Iterable[StoredOrigin], *, hours: float, now: datetime) -> list[str]:
    """The addresses of pages, sitemaps and repositories that were read too long ago."""
    oldest = now - timedelta(hours=hours)
    return [
        origin.address
        for origin in origins
        if origin.kind in _KINDS and datetime.fromisoformat(origin.read_at) <= oldest
    ]


def _log(said: bytes, status: int) -> bool | None:
    """Tell the log what the child did; True when others have not got what has changed.

    None when that is as it was: the child failed, or another process has its turn.
    """
    if status or not said:
        if status:
            logger.warning("knowledge not read again", extra={"status": status})
        return None
    report = cast("dict[str, list[object]]", json.loads(said))
    unpublished = report.pop("unpublished")
    for why in unpublished:
        logger.warning("knowledge not published", extra={"error": why})
    counts = {name: len(found) for name, found in report.items()}
    logger.info("knowledge read again", extra=counts)
    for what, why in cast("list[tuple[str, str]]", report["failed"]):
        logger.warning("source of knowledge not read", extra={"source": what, "error": why})
    return bool(unpublished)
