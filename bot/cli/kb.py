"""``relevo kb``: the knowledge base from the command line.

Exit codes: 0 when documents were loaded (those that could not be are named on stderr, one sentence
each), 1 when none could be loaded, a path that was named does not exist, or the index can't be
used; 2 for wrong use or settings.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bot.vocabulary.errors import ConfigurationError

if TYPE_CHECKING:
    from knowledge import EmbeddedKnowledge, IngestReport
    from knowledge.ingest import OnProgress

kb = typer.Typer(
    name="kb",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Add, list, remove and search the documents that Relevo answers from.",
)

FAILED = 1
Config = Annotated[Path | None, typer.Option(help="Settings file; default relevo.toml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@kb.command()
def add(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders or patterns such as docs/*.md.")
    ],
    config: Config = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads flags from the signature
) -> None:
    """Load documents; a folder that was added before is brought up to date."""
    from knowledge import ingest  # noqa: PLC0415 - keeps --help fast

    with _opened(config) as knowledge, _progress() as on_progress:
        report = ingest(knowledge, paths, on_progress=on_progress)
    for path, sentence in report.failed:
        typer.echo(f"{path}: {sentence}.", err=True)
    if as_json:
        typer.echo(json.dumps(_report(report), ensure_ascii=False))
    else:
        typer.echo(_summary(report))
    if not report.loaded or any(_is_missing(path) for path, _ in report.failed):
        raise typer.Exit(FAILED)


@kb.command("list")
def list_documents(config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """List the documents with their ids."""
    with _opened(config) as knowledge:
        documents = knowledge.documents_now()
    if as_json:
        typer.echo(json.dumps([asdict(document) for document in documents], ensure_ascii=False))
        return
    for document in documents:
        typer.echo(f"{document.doc_id}  [{document.language}]  {document.title}")
    typer.echo(f"{len(documents)} documents.", err=True)


@kb.command("remove")
def remove_document(doc_id: str, config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Take a document out by its id; it comes back when its file is added again."""
    from knowledge.ingest import remove  # noqa: PLC0415

    with _opened(config) as knowledge:
        removed = remove(knowledge, [doc_id])
    if as_json:
        typer.echo(json.dumps({"removed": removed}))
    elif removed:
        typer.echo(f"Removed {doc_id}.")
    if not removed:
        typer.echo(f"There is no document {doc_id!r}: see 'relevo kb list' for the ids.", err=True)
        raise typer.Exit(FAILED)


@kb.command()
def search(
    text: str,
    config: Config = None,
    language: Annotated[str, typer.Option(help="Two-letter code; recognised when left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many documents.")] = 5,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show the passages that fit a question best, one for each document."""
    from bot.vocabulary.knowledge import Query  # noqa: PLC0415
    from knowledge.languages import detect_language  # noqa: PLC0415

    with _opened(config) as knowledge:
        chosen = language or detect_language(text, among=knowledge.passages_now())
        sources = knowledge.search_now(Query(text=text, language=chosen), limit)
    if as_json:
        typer.echo(json.dumps([asdict(source) for source in sources], ensure_ascii=False))
        return
    for source in sources:
        heading = f" › {source.heading}" if source.heading else ""
        typer.echo(f"{source.score:.2f}  {source.doc_id}  {source.title}{heading}")
        typer.echo(f"      {source.excerpt}")
    if not sources:
        typer.echo("Nothing fits: add documents with 'relevo kb add' or ask otherwise.", err=True)


@contextmanager
def _opened(config: Path | None) -> "Generator[EmbeddedKnowledge]":
    from config.settings import ConfigurationProblem, load  # noqa: PLC0415 - not the whole app
    from knowledge import open_embedded  # noqa: PLC0415

    try:
        data_dir = load(config).data_dir
    except ConfigurationProblem as problem:
        raise ConfigurationError(str(problem)) from None
    knowledge = open_embedded(data_dir)
    try:
        yield knowledge
    finally:
        knowledge.close_now()


@contextmanager
def _progress() -> "Generator[OnProgress]":
    """A progress bar on stderr; nothing of it when that is no terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Loading", total=None)

        def on_progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=f"Loading {name}"[:48])

        yield on_progress


def _report(report: "IngestReport") -> dict[str, object]:
    fields = cast("dict[str, object]", asdict(report))
    failed = [{"path": path, "error": sentence} for path, sentence in report.failed]
    return fields | {"failed": failed}


def _summary(report: "IngestReport") -> str:
    return (
        f"{len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged, {len(report.removed)} removed, "
        f"{len(report.failed)} failed."
    )


def _is_missing(path: str) -> bool:
    return not Path(path).expanduser().exists()
