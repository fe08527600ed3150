"""``relevo replay``: past conversations run through today's bot, and what that comes to.

Exit codes: 0 done, 1 when the file can't be read or holds no conversation, 2 for wrong use or settings.
"""

import asyncio
import json
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import typer

from bot.app import read_settings
from bot.app.models import open_models
from bot.app.parts import Behind, build_asking, build_detector, build_dispatcher, build_knowledge
from bot.cli.progress import progress_bar
from bot.cli.replay_output import show_report
from bot.replay.choosing import first, sample
from bot.replay.costs import Metered
from bot.replay.figures import Figures
from bot.replay.judging import DEFAULT_MINUTES, Finding
from bot.replay.lines import as_line
from bot.replay.page import page
from bot.replay.past import PastConversation, worth_replaying
from bot.replay.readers.exports import Format, read_export
from bot.replay.report import as_dict, report_of
from bot.replay.running import Replaying
from bot.vocabulary.errors import ConfigurationError, DocumentError
from config.rollout import RolloutSettings
from config.settings import Settings
from knowledge.guards.masking import Masking

_WITH_MODELS = 8
"""Conversations that run side by side where a model writes answers; without one, the processor is busy."""

OnDone = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWishes:
    """What to replay of a file, and where to write what came of it."""

    format: str | None = None
    limit: int | None = None
    sample: int | None = None
    seed: int = 7
    minutes: float = DEFAULT_MINUTES
    html: Path | None = None
    details: Path | None = None
    as_json: bool = False


def replay_file(file: Path, wishes: ReplayWishes, *, config: Path | None) -> None:
    """Replay the conversations of an export and print what today's bot would have done."""
    known = _format(wishes.format)
    settings = by_itself(read_settings(config))
    for target in filter(None, (wishes.html, wishes.details)):
        _refuse_overwriting(file, target)
    if wishes.html and wishes.details and wishes.html.resolve() == wishes.details.resolve():
        raise ConfigurationError("--html and --details are one file: name another for one of them.")
    begun, figures = time.monotonic(), Figures()
    with ExitStack() as opened:
        details = opened.enter_context(_writing(wishes.details)) if wishes.details else None
        on_read, on_done = opened.enter_context(_progress(file, wishes))
        chosen = _chosen(worth_replaying(read_export(file, known, on_read=on_read)), wishes)
        asyncio.run(
            _replay(build_replaying(settings, wishes.minutes), chosen, figures, details, on_done)
        )
    if not figures.overall.conversations:
        raise DocumentError(f"{file} holds no conversation in which a customer says something.")
    report = report_of(
        figures,
        source=file.name,
        seconds=time.monotonic() - begun,
        priced=bool(settings.llm.model and (settings.llm.input_price or settings.llm.output_price)),
        minutes_a_message=wishes.minutes,
    )
    if wishes.html:
        _write(wishes.html, page(report, mask))
    if wishes.as_json:
        typer.echo(json.dumps(as_dict(report, mask), ensure_ascii=False))
    else:
        show_report(report, mask)


def by_itself(settings: Settings) -> Settings:
    """Return the settings with a bot that answers everything itself, whatever its rollout is at."""
    topics = tuple(
        topic.model_copy(update={"mode": None})
        for topic in settings.rollout.topics
        if topic.threshold is not None
    )
    rollout = RolloutSettings(mode="auto", topics=topics)
    return settings.model_copy(update={"rollout": rollout})


def build_replaying(settings: Settings, minutes: float = DEFAULT_MINUTES) -> Replaying:
    """Build today's bot as ``run`` does, without platforms and without a store.

    Raises:
        ConfigurationError: Something can't be opened as it is set.
        KnowledgeUnavailableError: The index can't be opened.
    """
    models, detector = open_models(settings), build_detector(settings)
    detector.load()
    knowledge, asking = Metered(build_knowledge(settings, models)), build_asking(settings)
    handler = build_dispatcher(settings, knowledge, detector, {}, behind=Behind(models=models))
    return Replaying(
        handler=handler,
        topic_of=lambda text, language: asking.matter_of(text, language).subject or "",
        minutes_a_message=minutes,
        wide=_WITH_MODELS if models else 1,
    )


def mask(text: str) -> str:
    """Take personal data out of what people wrote."""
    return Masking().mask(text, own=False)


async def _replay(
    replaying: Replaying,
    chosen: Iterable[PastConversation],
    figures: Figures,
    details: IO[str] | None,
    on_done: OnDone,
) -> None:
    async for finding in replaying.run(chosen):
        figures.add(finding)
        if details is not None:
            _add_line(details, finding)
        on_done(len(finding.turns))


def _add_line(details: IO[str], finding: Finding) -> None:
    details.write(f"{as_line(finding, mask)}\n")


def _chosen(
    conversations: Iterable[PastConversation], wishes: ReplayWishes
) -> Iterable[PastConversation]:
    if wishes.sample is not None:
        return first(sample(conversations, wishes.sample, wishes.seed), wishes.limit)
    return first(conversations, wishes.limit)


def _format(name: str | None) -> Format | None:
    if name is None:
        return None
    try:
        return Format(name.casefold())
    except ValueError:
        known = ", ".join(Format)
        raise ConfigurationError(f"--format {name} is not known: give one of {known}.") from None


@contextmanager
def _progress(file: Path, wishes: ReplayWishes) -> Generator[tuple[Callable[[int], None], OnDone]]:
    """Show how far the file is read, or how many of those that were drawn are done."""
    size = file.stat().st_size if file.is_file() else 0
    drawn = wishes.sample or wishes.limit
    with progress_bar() as bar:
        reading = bar.add_task("Reading", total=size or None)
        replaying = bar.add_task("Replaying", total=drawn)
        yield (
            lambda at: bar.update(reading, completed=at),
            lambda _: bar.advance(replaying),
        )


def _refuse_overwriting(file: Path, target: Path) -> None:
    if target.exists() and file.exists() and target.samefile(file):
        raise ConfigurationError(f"{target} is the export itself: name another file to write to.")


@contextmanager
def _writing(target: Path) -> Generator[IO[str]]:
    try:
        output = target.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{target} can't be written ({error.strerror}).") from None
    with output:
        yield output


def _write(target: Path, text: str) -> None:
    with _writing(target) as output:
        output.write(text)
