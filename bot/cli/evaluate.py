"""``relevo eval``: how good the answers to labelled questions are, in figures."""

import asyncio
import json
import math
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import typer
from rich.console import Console
from rich.table import Table

from bot.app import build_knowledge, build_policy, read_settings
from bot.app.embeddings import embedding_options
from bot.app.escalation import needed_confidence
from bot.app.parts import answering_from
from bot.app.reranking import reranked
from bot.app.stores import open_knowledge
from bot.cli.calibrate import fit_confidence, show_fit
from bot.cli.progress import progress_bar
from bot.conversation.escalating.weighing import judge
from bot.vocabulary.errors import ConfigurationError, DocumentError
from bot.vocabulary.handover import EscalationPolicy
from bot.vocabulary.knowledge import KnowledgeBase
from config.settings import Settings
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.answering.calibration import CalibrationFile, calibration_path
from knowledge.evaluation import (
    Evaluation,
    Judged,
    LabelledQuestion,
    ask_all,
    evaluate,
    read_questions,
)

DOCUMENTS = "docs.jsonl"
"""A folder with this file holds its documents in it, beside files of questions."""

OnAsked = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationWishes:
    """What to do beside measuring: ``fit`` the confidence for a ``risk``, write ``details``."""

    kb: Path | None = None
    details: Path | None = None
    fit: bool = False
    risk: float = 0.05
    as_json: bool = False


def evaluate_file(file: Path, wishes: EvaluationWishes, *, config: Path | None) -> None:
    """Ask all questions of a file and print how well they were answered."""
    kb, details = wishes.kb, wishes.details
    settings = read_settings(config)
    tags = frozenset(settings.knowledge.tags)
    questions = [_about(question, tags) for question in read_questions(file)]
    if details is not None:
        _refuse_overwriting(file, details)
        _write(details, "")  # better now than after all questions have been asked
    threshold = needed_confidence(settings)()  # before a fit may change it
    with _knowledge(settings, kb) as (knowledge, quoting), _progress(len(questions)) as on_asked:
        judged = asyncio.run(_ask(knowledge, questions, on_asked))
        if details is not None:
            _write(details, _lines(judged, build_policy(settings)))
        fitted = fit_confidence(settings, quoting(), questions, wishes.risk) if wishes.fit else None
    figures = _as_dict(evaluate(judged, threshold=threshold))
    if wishes.as_json:
        typer.echo(json.dumps(figures | ({"fit": fitted.as_dict()} if fitted else {})))
        return
    _show(figures)
    if fitted:
        show_fit(fitted)


async def _ask(
    knowledge: KnowledgeBase, questions: list[LabelledQuestion], on_asked: OnAsked
) -> list[Judged]:
    judged: list[Judged] = []
    async for one in ask_all(knowledge, questions):
        judged.append(one)
        on_asked()
    return judged


@contextmanager
def _knowledge(
    settings: Settings, kb: Path | None
) -> Generator[tuple[KnowledgeBase, Callable[[], EmbeddedKnowledge]]]:
    """Give the knowledge of the settings, or that of a folder, loaded for this run alone.

    Beside it, what gives the part of it that searches and quotes.
    """
    if kb is None:
        with ExitStack() as opened:
            yield (
                build_knowledge(settings),
                lambda: opened.enter_context(_closing(open_knowledge(settings))),
            )
        return
    source = kb / DOCUMENTS if (kb / DOCUMENTS).is_file() else kb
    with tempfile.TemporaryDirectory() as folder:
        calibration = CalibrationFile(calibration_path(settings.data_dir))
        loaded = open_embedded(Path(folder), embedding_options(settings), calibration)
        with _closing(loaded) as knowledge:
            _load(knowledge, source, kb)
            asked = reranked(settings, knowledge)
            yield answering_from(settings, asked), lambda: asked


@contextmanager
def _closing(knowledge: EmbeddedKnowledge) -> Generator[EmbeddedKnowledge]:
    try:
        yield knowledge
    finally:
        knowledge.close_now()


def _load(knowledge: EmbeddedKnowledge, source: Path, kb: Path) -> None:
    report = ingest(knowledge, [source])
    for path, sentence in report.failed:
        typer.echo(f"{path}: {sentence}.", err=True)
    if not report.loaded:
        raise DocumentError(f"{kb} gave no documents to ask: name a folder that holds some.")


@contextmanager
def _progress(total: int) -> Generator[OnAsked]:
    with progress_bar() as bar:
        task = bar.add_task("Asking", total=total)
        yield lambda: bar.advance(task)


def _about(question: LabelledQuestion, tags: frozenset[str]) -> LabelledQuestion:
    """The question as customers ask it here: about what this installation is about."""
    return replace(question, query=replace(question.query, tags=tags))


def _refuse_overwriting(file: Path, details: Path) -> None:
    if details.exists() and details.samefile(file):
        raise ConfigurationError(
            f"--details {details} is the file of the questions: name another file."
        )


def _write(path: Path, text: str) -> None:
    try:
        # What UTF-8 can't hold, half of a surrogate pair, stays the escape that JSON has for it.
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DocumentError(
            f"{path} can't be written ({error.strerror}): name another file."
        ) from None


def _lines(judged: list[Judged], policy: EscalationPolicy) -> str:
    rows = (json.dumps(_detail(one, policy), ensure_ascii=False) for one in judged)
    return "".join(f"{row}\n" for row in rows)


def _detail(one: Judged, policy: EscalationPolicy) -> dict[str, object]:
    verdict = judge(policy, one.found)
    return {
        "id": one.question.id,
        "doc_ids": one.doc_ids,
        "answer": one.answer,
        "confidence": one.confidence,
        "decision": verdict.decision,
    }


def _as_dict(result: Evaluation) -> dict[str, object]:
    at, curve = result.at_threshold, result.curve
    return {
        "n": result.n,
        **{f"recall@{most}": _number(share) for most, share in result.recall.items()},
        "mrr@10": _number(result.mrr),
        "answerable_auroc": _number(result.answerable_auroc),
        "answer_f1": _number(result.answer_f1),
        "threshold": at.threshold,
        "coverage": _number(at.coverage),
        "selective_accuracy": _number(at.selective_accuracy),
        "accuracy@60": _number(result.surest),
        "curve": [
            {
                "threshold": _number(point.threshold),
                "coverage": _number(point.coverage),
                "selective_accuracy": _number(point.selective_accuracy),
            }
            for point in curve
        ],
        "aurc": _number(result.aurc),
        "ece": _number(result.ece),
        "latency_ms": {
            "p50": _number(1000 * result.seconds_p50),
            "p95": _number(1000 * result.seconds_p95),
        },
    }


def _number(value: float) -> float | None:
    """Return a number as JSON has it, which knows no NaN."""
    return None if math.isnan(value) else round(value, 4)


def _show(figures: dict[str, object]) -> None:
    table = Table(show_header=False, box=None)
    for name, value in _rows(figures):
        table.add_row(name, "–" if value is None else str(value))
    Console().print(table)


def _rows(figures: dict[str, object]) -> Generator[tuple[str, object]]:
    """Name each figure for people; the curve is for machines alone."""
    for name, value in figures.items():
        if isinstance(value, dict):
            parts = cast("dict[str, object]", value)
            yield from ((f"{name} {part}", number) for part, number in parts.items())
        elif name != "curve":
            yield name, value
