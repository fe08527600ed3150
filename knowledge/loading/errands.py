"""Changes the index on somebody's behalf while Relevo runs, in a child process (``errand_worker``).

Turns of customers do not wait for it, and it may be ended at any moment: what it writes becomes
visible as a whole.
"""

import asyncio
import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import EmbeddingOptions
from knowledge.loading.refreshing import as_told, in_child
from knowledge.weaviate import WeaviateOptions

WORKER = "knowledge.loading.errand_worker"


class Errand(StrEnum):
    """What is to be done: load an address, read everything again, or take something out."""

    ADD = "add"
    SYNC = "sync"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """Does errands for one index; with ``weaviate`` others get what has changed."""

    data_dir: Path
    allow_hosts: frozenset[str] = frozenset()
    embedding: EmbeddingOptions = field(default_factory=EmbeddingOptions)
    weaviate: WeaviateOptions | None = None

    async def run(self, errand: Errand, name: str = "") -> dict[str, Any]:
        """Do an errand and return its report: that of ``ingest``, or what was removed.

        ``unpublished`` in it says why others have not got it.

        Raises:
            KnowledgeUnavailableError: The index can't be written; the sentence says why.
        """
        task = {
            "errand": errand.value,
            "name": name,
            "data_dir": str(self.data_dir),
            "allow_hosts": sorted(self.allow_hosts),
            "embedding": as_told(self.embedding),
            "weaviate": None if self.weaviate is None else as_told(self.weaviate),
        }
        done = await in_child(WORKER, task, complaint=asyncio.subprocess.PIPE)
        if done.status or not done.said:
            raise KnowledgeUnavailableError(_why(done.complaint))
        return cast("dict[str, Any]", json.loads(done.said))


def _why(complaint: bytes) -> str:
    """Return the child's own sentence; of an accident no more than that there was one."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    if len(lines) == 1:
        return lines[0]
    return "The knowledge could not be changed: look into the log, or run 'relevo kb sync' there."
