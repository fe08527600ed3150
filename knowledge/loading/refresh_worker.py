"""The child process of ``refreshing``: reads what is due, publishes it, and prints a report as JSON.

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
from knowledge.base import EmbeddedKnowledge, open_embedded
from knowledge.embedding import EmbeddingOptions
from knowledge.index.schema import index_path
from knowledge.loading.ingest import sync
from knowledge.loading.stopping import clean_up_when_stopped
from knowledge.origins import WebRules
from knowledge.weaviate import WeaviateOptions

_NICE = 10
_FAILED = 1
_SHOWN = 10


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
            report = work(data_dir, task)
        except KnowledgeUnavailableError as error:
            sys.stderr.write(f"{error}\n")
            return _FAILED
    json.dump(report, sys.stdout)
    return 0


def work(data_dir: Path, task: dict[str, Any]) -> dict[str, object]:
    """Read again and publish: the report, with sentences on what could not be published."""
    knowledge = open_embedded(data_dir, EmbeddingOptions(**with_secret(task["embedding"])))
    try:
        rules = WebRules(allow_hosts=frozenset(task["allow_hosts"]))
        report = sync(knowledge, only=task["addresses"], rules=rules)
        return {**asdict(report), "unpublished": published(knowledge, task["weaviate"])}
    finally:
        knowledge.close_now()


def published(knowledge: EmbeddedKnowledge, told: dict[str, Any] | None) -> tuple[str, ...]:
    """Publish an index where others read it, and say in sentences what could not be."""
    return _publish(knowledge, WeaviateOptions(**with_secret(told))) if told else ()


def _publish(knowledge: EmbeddedKnowledge, options: WeaviateOptions) -> tuple[str, ...]:
    from knowledge.weaviate.publishing import publish  # noqa: PLC0415 - takes a second

    try:
        report = publish(knowledge.path, knowledge.embedder, options)
    except KnowledgeUnavailableError as error:
        return (str(error),)
    return tuple(f"Weaviate refused {what}: {why}." for what, why in report.failed[:_SHOWN])


def with_secret(told: dict[str, Any]) -> dict[str, Any]:
    """Wrap the secret of options again that came as JSON."""
    return told | {"api_key": SecretStr(told["api_key"])}


if __name__ == "__main__":
    raise SystemExit(main())
