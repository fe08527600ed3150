"""``relevo kb``: the knowledge base from the command line.

Exit codes: 0 when documents were loaded (those that could not be are named on stderr, one sentence
each), 1 when none could be loaded, a place that was named can't be read at all, or the index can't
be used; 2 for wrong use or settings; 143 when it was stopped (SIGTERM), which leaves nothing behind.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.gaps import gaps
from bot.cli.kb_labels import (
    FOR_EVERYBODY,
    AsWhom,
    ForWhom,
    Overdue,
    ReviewBy,
    Tags,
    as_fields,
    choose,
    read_relabelling,
    read_tags,
    shown_labels,
)
from bot.cli.kb_output import print_report, show_progress
from bot.cli.kb_publish import Replace, publish_all, publish_changes
from bot.vocabulary.errors import ConfigurationError, DocumentError
from bot.vocabulary.knowledge import Audience, Query, review_day

if TYPE_CHECKING:
    from config.settings import Settings
    from knowledge import EmbeddedKnowledge
    from knowledge.origins import WebRules

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
        list[str],
        typer.Argument(
            help="Files, folders, patterns such as docs/*.md, web pages, sitemaps, repositories."
        ),
    ],
    audience: ForWhom = None,
    tag: Tags = None,
    review_by: ReviewBy = "",
    config: Config = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads flags from the signature
) -> None:
    """Load documents and remember where they come from; what was added before is read again.

    For whom they are, their tags and review date are remembered with the place.
    """
    from knowledge import ingest  # noqa: PLC0415 - keeps --help fast
    from knowledge.loading.stopping import clean_up_when_stopped  # noqa: PLC0415

    relabelling = read_relabelling(audience, tag, review_by)
    settings = _read_settings(config)
    clean_up_when_stopped()
    with _opened(settings) as knowledge, show_progress() as on_progress:
        report = ingest(
            knowledge,
            paths,
            relabelling=relabelling,
            on_progress=on_progress,
            rules=_rules(settings),
        )
    print_report(report, as_json=as_json)
    is_published = publish_changes(settings)
    if not report.loaded or report.unreached or not is_published:
        raise typer.Exit(FAILED)


@kb.command()
def sync(config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Read everything again that was ever added: what changed is replaced, what vanished removed."""
    from knowledge.loading.ingest import known_origins  # noqa: PLC0415
    from knowledge.loading.ingest import sync as read_again  # noqa: PLC0415
    from knowledge.loading.stopping import clean_up_when_stopped  # noqa: PLC0415

    settings = _read_settings(config)
    clean_up_when_stopped()
    with _opened(settings) as knowledge, show_progress() as on_progress:
        if not known_origins(knowledge):
            typer.echo(
                "There is nothing to read again: add documents with 'relevo kb add'.", err=True
            )
        report = read_again(knowledge, on_progress=on_progress, rules=_rules(settings))
    print_report(report, as_json=as_json)
    if not publish_changes(settings) or report.unreached:
        raise typer.Exit(FAILED)


@kb.command("list")
def list_documents(
    config: Config = None,
    tag: Tags = None,
    overdue: Overdue = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the documents: ids, languages, titles, for whom they are, and where they come from."""
    with _opened(_read_settings(config)) as knowledge:
        documents = knowledge.documents_now()
    on = review_day()
    chosen = choose(documents, tags=read_tags(tag), overdue=overdue, on=on)
    if as_json:
        fields = [as_fields(document, on) for document in chosen]
        typer.echo(json.dumps(fields, ensure_ascii=False, default=str))
        return
    for one in chosen:
        origins = ", ".join(one.origins) or "added before origins were remembered"
        labels = shown_labels(one.audience, one.tags, one.review_by, on)
        said = "" if labels == FOR_EVERYBODY else f"{labels}  "
        typer.echo(f"{one.doc_id}  [{one.language}]  {one.title}  {said}({origins})")
    typer.echo(f"{len(chosen)} documents.", err=True)


@kb.command("remove")
def remove_document(
    name: Annotated[str, typer.Argument(help="A document's id, or a place as it was added.")],
    config: Config = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take a document out by its id, or forget a place with all its documents."""
    from knowledge.loading.ingest import forget, remove  # noqa: PLC0415

    settings = _read_settings(config)
    with _opened(settings) as knowledge:
        holders = {one.doc_id: one.origins for one in knowledge.documents_now()}
        forgotten = forget(knowledge, name)
        removed = remove(knowledge, [name]) if forgotten is None else forgotten
    if as_json:
        typer.echo(json.dumps({"removed": removed, "forgotten": forgotten is not None}))
    elif forgotten is not None:
        typer.echo(f"Forgot {name} and removed its documents, {len(forgotten)} in number.")
    elif removed:
        origins = ", ".join(holders.get(name, ())) or "its file"
        typer.echo(f"Removed {name}; it comes back when {origins} is read again.")
    if not removed and forgotten is None:
        elsewhere, nowhere = "remove it on the machine that added it", "see 'relevo kb list'"
        cure = elsewhere if name in holders else f"{nowhere} for the ids"
        typer.echo(f"There is no document {name!r} here: {cure}.", err=True)
        raise typer.Exit(FAILED)
    if not publish_changes(settings):
        raise typer.Exit(FAILED)


@kb.command()
def publish(
    config: Config = None,
    replace: Replace = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Bring Weaviate in line with this machine's index, as add, sync and remove do by themselves."""
    if not publish_all(_read_settings(config), replace=replace, as_json=as_json):
        raise typer.Exit(FAILED)


@kb.command()
def search(  # noqa: PLR0913, PLR0917 - typer reads options from the signature
    text: str,
    config: Config = None,
    language: Annotated[str, typer.Option(help="Two-letter code; recognised when left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many documents.")] = 5,
    audience: AsWhom = Audience.INTERNAL,
    tag: Tags = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show the passages that fit a question best, one for each document; internal ones as well."""
    from knowledge.language.languages import detect_language  # noqa: PLC0415

    with _opened(_read_settings(config)) as knowledge:
        chosen = language or detect_language(text, among=knowledge.passages_now())
        tags = frozenset(read_tags(tag))
        query = Query(text=text, language=chosen, audience=audience, tags=tags)
        sources = knowledge.search_now(query, limit)
    if as_json:
        fields = [asdict(source) for source in sources]
        typer.echo(json.dumps(fields, ensure_ascii=False, default=str))
        return
    for source in sources:
        heading = f" › {source.heading}" if source.heading else ""
        labels = shown_labels(source.audience, source.tags, source.review_by, review_day())
        typer.echo(f"{source.score:.2f}  {source.doc_id}  {source.title}{heading}  {labels}")
        typer.echo(f"      {source.excerpt}")
    if not sources:
        typer.echo("Nothing fits: add documents with 'relevo kb add' or ask otherwise.", err=True)


def _read_settings(config: Path | None) -> "Settings":
    from config.settings import ConfigurationProblem, load  # noqa: PLC0415 - not the whole app

    try:
        return load(config)
    except ConfigurationProblem as problem:
        raise ConfigurationError(str(problem)) from None


def _rules(settings: "Settings") -> "WebRules":
    from knowledge.origins import WebRules  # noqa: PLC0415

    return WebRules(allow_hosts=frozenset(settings.knowledge.allow_hosts))


@kb.command()
def pairs(
    export: Annotated[
        Path, typer.Argument(help="A zip of Slack, or JSON of DiscordChatExporter or a zip of it.")
    ],
) -> None:
    """Print the solved threads of a chat's export as questions and answers to look through (JSONL)."""
    from knowledge.readers.exports import pairs_of_export  # noqa: PLC0415

    count = 0
    for found in pairs_of_export(export):
        if isinstance(found, DocumentError):
            typer.echo(f"{export}: {found}.", err=True)
        else:
            count += 1
            typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    typer.echo(f"{count} pairs: look them through before you add them.", err=True)
    if not count:
        raise typer.Exit(FAILED)


kb.command()(gaps)


@contextmanager
def _opened(settings: "Settings") -> "Generator[EmbeddedKnowledge]":
    knowledge = _open(settings)
    try:
        yield knowledge
    finally:
        knowledge.close_now()


def _open(settings: "Settings") -> "EmbeddedKnowledge":
    """Open the index that answers; the front door is opened only where more than ours is set."""
    is_ours = not settings.embeddings.model and not settings.knowledge.reranker
    if settings.knowledge.store == "embedded" and is_ours:
        from knowledge import open_embedded  # noqa: PLC0415

        return open_embedded(settings.data_dir)
    from bot.app.stores import open_knowledge  # noqa: PLC0415 - takes a second

    return open_knowledge(settings)
