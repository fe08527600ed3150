"""What a run of ingest did, for people and scripts."""

from dataclasses import dataclass, field

from knowledge.origins import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a run did: the ``doc_id`` of each document, and a note on all else.

    ``failed`` could not be read, ``skipped`` was left out on purpose; ``noted`` was loaded, but
    something that it says of its audience or review date was not understood. ``unreached`` names the
    origins among the failed that gave nothing at all. ``alike`` are new documents that say what
    others say as well.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[Note, ...] = ()
    failed: tuple[Note, ...] = ()
    unreached: tuple[str, ...] = ()
    alike: tuple[Note, ...] = ()
    noted: tuple[Note, ...] = ()

    @property
    def loaded(self) -> int:
        """How many documents of this run the index now holds."""
        return len(self.added) + len(self.changed) + len(self.unchanged)


@dataclass(slots=True)
class Tally:
    """A report in the making."""

    added: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    skipped: list[Note] = field(default_factory=list[Note])
    failed: list[Note] = field(default_factory=list[Note])
    unreached: list[str] = field(default_factory=list[str])
    alike: list[Note] = field(default_factory=list[Note])
    noted: list[Note] = field(default_factory=list[Note])

    def report(self) -> IngestReport:
        """What was done so far."""
        return IngestReport(
            added=tuple(self.added),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            skipped=tuple(self.skipped),
            failed=tuple(self.failed),
            unreached=tuple(self.unreached),
            alike=tuple(self.alike),
            noted=tuple(self.noted),
        )

    def miss(self, name: str, sentence: str) -> None:
        """Note an origin that gave nothing."""
        self.unreached.append(name)
        self.failed.append((name, sentence))
