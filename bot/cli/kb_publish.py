"""How ``relevo kb`` lets other machines have what it has changed."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.kb_output import show_progress
from bot.vocabulary.errors import ConfigurationError, KnowledgeUnavailableError

if TYPE_CHECKING:
    from config.settings import Settings
    from knowledge.weaviate.publishing import PublishReport

Replace = Annotated[
    bool, typer.Option("--replace", help="Also over what another machine's index has published.")
]
_SHOWN = 10
NOT_SHARED = (
    "There is nobody to publish to: set knowledge.store to 'weaviate' and weaviate.url first."
)


def publish_changes(settings: "Settings") -> bool:
    """Publish what a command has changed, where Weaviate is used; False when that went wrong."""
    if settings.knowledge.store != "weaviate":
        return True
    try:
        report = _publish(settings)
    except KnowledgeUnavailableError as error:
        typer.echo(
            f"The change is in this machine's index, but not in Weaviate: {error} "
            "Run 'relevo kb publish' then.",
            err=True,
        )
        return False
    _show(report)
    return not report.failed


def publish_all(settings: "Settings", *, replace: bool, as_json: bool) -> bool:
    """Compare everything and publish what differs; False when some of it was refused.

    Raises:
        ConfigurationError: The settings name nobody to publish to.
        KnowledgeUnavailableError: The index can't be read, or Weaviate failed or refused.
    """
    if settings.knowledge.store != "weaviate":
        raise ConfigurationError(NOT_SHARED)
    report = _publish(settings, replace=replace, full=True)
    _show(report)
    if as_json:
        failed = [{"passage": what, "error": why} for what, why in report.failed]
        typer.echo(json.dumps(asdict(report) | {"failed": failed}, ensure_ascii=False))
    return not report.failed


def _publish(settings: "Settings", *, replace: bool = False, full: bool = False) -> "PublishReport":
    from bot.app.stores import publish_index  # noqa: PLC0415 - takes a second

    with show_progress() as on_progress:
        report = publish_index(
            settings,
            replace=replace,
            full=full,
            tell=lambda done, total: on_progress(done, total, "into Weaviate"),
        )
    if report is None:
        raise ConfigurationError(NOT_SHARED)
    return report


def _show(report: "PublishReport") -> None:
    for what, why in report.failed[:_SHOWN]:
        typer.echo(f"Weaviate refused {what}: {why}.", err=True)
    if report.failed:
        typer.echo(
            f"{len(report.failed)} passages were refused, so that readers keep edition "
            f"{report.edition}: correct what was said and run 'relevo kb publish'.",
            err=True,
        )
        return
    typer.echo(
        f"Weaviate has edition {report.edition}: {report.sent} passages sent, "
        f"{report.left_out} left out, {report.unchanged} unchanged.",
        err=True,
    )
