"""How ``relevo memory`` shows what is remembered, and long work."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cli.memory_office import Seen
    from bot.engine.erasing.eraser import OnProgress


def shown(found: "Seen") -> str:
    """Return it for a person to read."""
    return "\n".join(map(_harmless, _lines(found)))


def shown_as_json(found: "Seen") -> str:
    """Return it as one JSON object."""
    from bot.engine.erasing.portrait import (  # noqa: PLC0415 - keeps --help fast
        episode_of,
        fact_of,
        thread_of,
    )

    memory = found.memory
    return json.dumps(
        {
            "person": found.person.id,
            "identities": list(found.person.accounts),
            "is_on": found.is_on,
            "facts": [fact_of(fact) for fact in memory.facts],
            "replaced": [fact_of(fact) for fact in memory.replaced],
            "episodes": [episode_of(episode) for episode in memory.episodes],
            "threads": [thread_of(thread) for thread in memory.threads],
        },
        ensure_ascii=False,
    )


def _lines(found: "Seen") -> Iterator[str]:
    memory = found.memory
    yield f"Person    {found.person.id}"
    yield f"Accounts  {', '.join(found.person.accounts)}"
    yield f"Memory    {'on' if found.is_on else 'off'}"
    for fact in memory.facts:
        yield f"Fact      {fact.slot.value}: {fact.value} ({fact.origin.value}, {fact.at:%Y-%m-%d})"
    for fact in memory.replaced:
        yield f"Before    {fact.slot.value}: {fact.value} ({fact.at:%Y-%m-%d})"
    for episode in memory.episodes:
        solved = {True: "solved", False: "not solved", None: "open"}[episode.is_solved]
        yield f"Episode   {episode.ended_at:%Y-%m-%d} {episode.problem} ({solved})"
    for thread in memory.threads:
        yield f"Open      {thread.since:%Y-%m-%d} {thread.about}"


def _harmless(line: str) -> str:
    """Leave out what would command a terminal: people wrote this."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


@contextmanager
def progress(title: str) -> "Generator[OnProgress]":
    """A bar on stderr, with the time left where it is known; nothing of it when that is no terminal."""
    from rich.progress import (  # noqa: PLC0415 - keeps --help fast
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    from bot.cli.progress import progress_bar  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with progress_bar(*columns, TimeRemainingColumn()) as bar:
        task = bar.add_task(title, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield tell
