"""The child process of ``errands``: changes the index, publishes it, and prints a report as JSON."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.vocabulary.errors import RelevoError
from knowledge.base import EmbeddedKnowledge, open_embedded
from knowledge.embedding import EmbeddingOptions
from knowledge.loading.errands import Errand
from knowledge.loading.ingest import forget, ingest, remove, sync
from knowledge.loading.refresh_worker import published, with_secret
from knowledge.loading.stopping import clean_up_when_stopped
from knowledge.origins import WebRules
from knowledge.origins.recognise import is_address

_NICE = 5
_FAILED = 1


def main() -> int:
    """Read the task from stdin and do it."""
    os.nice(_NICE)
    clean_up_when_stopped()
    task = json.load(sys.stdin)
    try:
        report = work(task)
    except RelevoError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    json.dump(report, sys.stdout)
    return 0


def work(task: dict[str, Any]) -> dict[str, object]:
    """Do an errand; what it changed is published."""
    embedding = EmbeddingOptions(**with_secret(task["embedding"]))
    knowledge = open_embedded(Path(task["data_dir"]), embedding)
    try:
        report = _done(knowledge, task)
        return {**report, "unpublished": published(knowledge, task["weaviate"])}
    finally:
        knowledge.close_now()


def _done(knowledge: EmbeddedKnowledge, task: dict[str, Any]) -> dict[str, object]:
    rules = WebRules(allow_hosts=frozenset(task["allow_hosts"]))
    name = str(task["name"])
    match Errand(task["errand"]):
        case Errand.ADD:
            # A path of this machine's disk is nothing that somebody in a chat may name.
            given = [name] if is_address(name) else []
            return asdict(ingest(knowledge, given, rules=rules))
        case Errand.SYNC:
            return asdict(sync(knowledge, rules=rules))
        case Errand.REMOVE:
            return _removed(knowledge, name)


def _removed(knowledge: EmbeddedKnowledge, name: str) -> dict[str, object]:
    """Forget a place, else take a document out, as ``relevo kb remove`` does."""
    holders = {one.doc_id: one.origins for one in knowledge.documents_now()}
    forgotten = forget(knowledge, name)
    removed = remove(knowledge, [name]) if forgotten is None else forgotten
    origins = holders.get(name, ()) if forgotten is None else ()
    return {"removed": removed, "forgotten": forgotten is not None, "origins": origins}


if __name__ == "__main__":
    raise SystemExit(main())
