"""Opens the export of a chat and gives the pairs of its solved threads, without people."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from bot.vocabulary.errors import DocumentError
from knowledge.readers.archive import ArchiveLimits, problem_of, unpack
from knowledge.readers.exports.discord import read_discord
from knowledge.readers.exports.private import Privacy
from knowledge.readers.exports.slack import SlackExport
from knowledge.readers.exports.solved import question_and_answer
from knowledge.readers.exports.values import Pair, Thread

LIMITS = ArchiveLimits(files=200_000, unpacked_bytes=1_000_000_000, seconds=600.0)
_FILE_BYTES = 200_000_000
_UNKNOWN = (
    "it is no export that Relevo knows: give the zip that Slack made, or the JSON of "
    "DiscordChatExporter, alone or several in a zip"
)


def pairs_of_export(path: Path, limits: ArchiveLimits = LIMITS) -> Iterator[Pair | DocumentError]:
    """Give a pair for each solved thread; what can't be read comes as an error that names the cure.

    Read are the zip of a Slack export, the JSON of DiscordChatExporter, and several of those in
    a zip.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(4).startswith(b"PK")
            file.seek(0)
            yield from _read_zip(file, limits) if is_zip else _read_alone(file)
    except DocumentError as error:
        yield error
    except OSError as error:
        yield DocumentError(f"it can't be opened ({error.strerror}): check that it may be read")


def _read_alone(file: IO[bytes]) -> Iterator[Pair | DocumentError]:
    content = file.read(_FILE_BYTES + 1)
    if len(content) > _FILE_BYTES:
        raise DocumentError(f"it has more than {_FILE_BYTES / 1e6:.0f} MB: export fewer days")
    try:
        yield from _pairs(read_discord(content))
    except ValueError:
        raise DocumentError(_UNKNOWN) from None


def _read_zip(file: IO[bytes], limits: ArchiveLimits) -> Iterator[Pair | DocumentError]:
    """Slack's files are lists, DiscordChatExporter's are objects."""
    slack = SlackExport()
    is_known = False
    for frame in unpack(file, kinds=["chat", "archive"], suffixes=[".json"], limits=limits):
        name = str(frame.header["name"])
        if (problem := problem_of(frame)) is not None:
            yield problem
            continue
        try:
            if frame.content.lstrip()[:1] == b"{":
                yield from _pairs(read_discord(frame.content))
                is_known = True
            else:
                slack.add(PurePosixPath(name), frame.content)
        except ValueError:
            yield DocumentError(f"{name!r} in it: it has not the form of an export: export again")
    if not is_known and not slack.channels:
        raise DocumentError(_UNKNOWN)
    yield from _pairs(slack.read())


def _pairs(threads: Iterable[Thread]) -> Iterator[Pair]:
    for thread in threads:
        if (found := question_and_answer(thread)) is not None:
            privacy = Privacy(thread.people, thread.others)
            question, answer = (privacy.clean(text) for text in found)
            yield Pair(
                id=thread.key,
                question=question,
                answer=answer,
                where=privacy.clean(thread.where),
                title=privacy.clean(thread.title) if thread.title else None,
            )
