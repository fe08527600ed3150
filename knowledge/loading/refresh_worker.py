"""The child process of ``refreshing``: reads what is due, and prints what it did as JSON.

Of several processes that share a data folder one at a time does it; the others have nothing to do.
"""

import fcntl
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.base import open_embedded
from knowledge.embedding import EmbeddingOptions
from knowledge.index.schema import index_path
from knowledge.loading.ingest import IngestReport, sync
from knowledge.loading.stopping import clean_up_when_stopped
from knowledge.origins import WebRules

_NICE = 10
_FAILED = 1


def main() -> int:
    """Read the task from stdin and do it."""
    os.nice(_NICE)
    clean_up_when_stopped()
    task = json.load(sys.stdin)
    data_dir = Path(task["data_dir"])
    with index_path(data_dir).with_name("refresh.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        try:
            report = _sync(data_dir, task)
        except KnowledgeUnavailableError as error:
            sys.stderr.write(f"{error}\n")
            return _FAILED
    json.dump(asdict(report), sys.stdout)
    return 0


def _sync(data_dir: Path, task: dict[str, Any]) -> IngestReport:
    told: dict[str, Any] = task["embedding"]
    told["api_key"] = SecretStr(told["api_key"])
    knowledge = open_embedded(data_dir, EmbeddingOptions(**told))
    try:
        rules = WebRules(allow_hosts=frozenset(task["allow_hosts"]))
        return sync(knowledge, only=task["addresses"], rules=rules)
    finally:
        knowledge.close_now()


if __name__ == "__main__":
    raise SystemExit(main())
