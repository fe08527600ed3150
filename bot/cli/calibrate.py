"""``relevo eval --fit``: fits the confidence to an admin's own questions, and chooses the threshold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.settings import Settings
from knowledge import EmbeddedKnowledge
from knowledge.answering.calibration import Calibration, calibration_path, write_calibration
from knowledge.evaluation import LabelledQuestion
from knowledge.evaluation.fitting import Fit, Quality, confidences, evidence_of, fit_labels
from knowledge.evaluation.risk import Threshold, choose_threshold

_METHODS = {
    "shipped": "the confidence that comes with Relevo fits as well: it stays",
    "stretched": "stretched and shifted; which answers are surer than which stays as it was",
    "refitted": "all weights of the evidence fitted anew",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fit as it was written to ``path``; ``is_overruled`` when the settings name a threshold."""

    fit: Fit
    threshold: Threshold | None
    risk: float
    path: Path
    is_overruled: bool

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` prints it."""
        chosen = self.threshold
        return {
            "n": self.fit.labels,
            "method": self.fit.method,
            "before": _figures(self.fit.before),
            "after": _figures(self.fit.after),
            "risk": self.risk,
            "threshold": chosen and chosen.value,
            "certified": chosen is not None and chosen.certified,
            "coverage": chosen and round(chosen.coverage, 4),
            "seen_risk": chosen and round(chosen.seen, 4),
            "file": str(self.path),
        }


def fit_confidence(
    settings: Settings,
    knowledge: EmbeddedKnowledge,
    questions: Sequence[LabelledQuestion],
    risk: float,
) -> Fitted:
    """Fit, choose the threshold, and write both where a running Relevo looks for them.

    Raises:
        DocumentError: There are too few labels.
        KnowledgeUnavailableError: The index can't be read, or the file not be written.
    """
    labelled = [one for question in questions if (one := evidence_of(knowledge, question))]
    fit, unseen = fit_labels(labelled)
    right = [one.right for one in unseen]
    threshold = choose_threshold(confidences(unseen, fit.curve), right, risk)
    path = calibration_path(settings.data_dir)
    write_calibration(path, _calibration(fit, threshold, risk))
    return Fitted(
        fit=fit,
        threshold=threshold,
        risk=risk,
        path=path,
        is_overruled="answer_above" in settings.escalation.model_fields_set,
    )


def show_fit(fitted: Fitted) -> None:
    """Print what was better before or after, and what the threshold promises."""
    fit, console = fitted.fit, Console()
    table = Table(box=None)
    for heading in (f"fitted to {fit.labels} questions", "before", "after"):
        table.add_column(heading)
    before, after = _figures(fit.before), _figures(fit.after)
    for name in before:
        table.add_row(name, _shown(before[name]), _shown(after[name]))
    console.print()
    console.print(table)
    for sentence in _sentences(fitted):
        console.print(sentence, markup=False, soft_wrap=True)


def _calibration(fit: Fit, threshold: Threshold | None, risk: float) -> Calibration:
    return Calibration(
        curve=fit.curve,
        method=fit.method,
        labels=fit.labels,
        fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        threshold=threshold and threshold.value,
        risk=risk,
        certified=threshold is not None and threshold.certified,
    )


def _figures(quality: Quality) -> dict[str, float | None]:
    """Figures as JSON has them: it knows no NaN, the AUROC where all questions are of one kind."""
    auroc = quality.answerable_auroc
    return {
        "answerable_auroc": None if math.isnan(auroc) else round(auroc, 4),
        "ece": round(quality.ece, 4),
        "log_loss": round(quality.log_loss, 4),
    }


def _shown(value: float | None) -> str:
    return "–" if value is None else str(value)


def _sentences(fitted: Fitted) -> list[str]:
    chosen, percent = fitted.threshold, f"{100 * fitted.risk:g} %"
    said = [f"How it was fitted: {_METHODS[fitted.fit.method]}."]
    if chosen is None:
        said.append(f"No threshold keeps wrong answers to {percent}: what you have stays.")
    else:
        promise = (
            f"certified: with 9 chances in 10 at most {percent} of the answers to such questions"
            " are wrong"
            if chosen.certified
            else f"not certified: it kept to {percent} on these questions, others may be wrong more"
            " often, and more labels would tell"
        )
        said.append(
            f"From {chosen.value:.2f} on the bot answers: {100 * chosen.coverage:.0f} % of these"
            f" questions, {100 * chosen.seen:.1f} % of them wrong ({promise})."
        )
        if fitted.is_overruled:
            said.append("Your escalation.answer_above stays in force: remove it to use this one.")
    return [*said, f"Written to {fitted.path}; a running Relevo uses it at once."]
