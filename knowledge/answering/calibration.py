"""The confidence fitted to one's own knowledge, in a file beside the index (``relevo eval --fit``).

Whoever answers looks whether the file has changed, so that a running bot uses a new fit at once. One
that becomes unreadable while it is in use leaves the last good one in use.
"""

import json
import logging
import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.answering.confidence import FEATURE_NAMES, SHIPPED, Curve
from knowledge.index.schema import index_path

logger = logging.getLogger(__name__)

FILE_NAME = "calibration.json"
VERSION = 1
"""Grows when the features mean something else, so that no curve is used on others than its own."""


def calibration_path(data_dir: Path) -> Path:
    """Where the fit of a data folder lies: beside its index."""
    return index_path(data_dir).with_name(FILE_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A curve, what it was fitted by and on, and the threshold that was chosen with it.

    ``threshold`` is None when none kept the ``risk``; ``certified`` says how much it promises (see
    ``knowledge.evaluation.risk``).
    """

    curve: Curve
    method: str
    labels: int
    fitted_at: str
    threshold: float | None = None
    risk: float | None = None
    certified: bool = False


class CalibrationFile:
    """The file, read again whenever it has changed. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[tuple[int, int, int] | None, Calibration | None] = (None, None)

    @property
    def curve(self) -> Curve:
        """The curve to judge with: the fitted one, or the shipped one where there is none."""
        calibration = self.current()
        return SHIPPED if calibration is None else calibration.curve

    @property
    def threshold(self) -> float | None:
        """The confidence from which on to answer, where a fit has chosen one."""
        calibration = self.current()
        return None if calibration is None else calibration.threshold

    def current(self) -> Calibration | None:
        """What the file says now; None without a file.

        Raises:
            KnowledgeUnavailableError: The file is wrong and nothing better is known.
        """
        state, known = self._seen
        now = _state(self._path)
        if now != state:
            known = self._read_again(known) if now is not None else None
            self._seen = (now, known)
        return known

    def _read_again(self, known: Calibration | None) -> Calibration | None:
        try:
            return read_calibration(self._path)
        except KnowledgeUnavailableError as error:
            if known is None:
                raise
            logger.warning("%s The fit that was in use stays in use.", error)
            return known


def read_calibration(path: Path) -> Calibration:
    """Read and check a file.

    Raises:
        KnowledgeUnavailableError: It can't be read, or is none of this version.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return _calibration(fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise KnowledgeUnavailableError(
            f"{path} is no calibration of this version of Relevo: fit it again with "
            "'relevo eval FILE --fit', or remove it."
        ) from None


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write the file as a whole, so that nobody reads half of it.

    Raises:
        KnowledgeUnavailableError: It can't be written.
    """
    curve = calibration.curve
    fields = {
        "version": VERSION,
        "intercept": curve.intercept,
        "coefficients": dict(zip(FEATURE_NAMES, curve.coefficients, strict=True)),
        **{name: value for name, value in asdict(calibration).items() if name != "curve"},
    }
    written = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
        written.replace(path)
    except OSError as error:
        raise KnowledgeUnavailableError(
            f"{path} can't be written ({error.strerror}): check who may write in its folder."
        ) from error


def _calibration(fields: dict[str, object]) -> Calibration:
    if fields["version"] != VERSION:
        raise ValueError(fields["version"])
    coefficients = cast("dict[str, object]", fields["coefficients"])
    if set(coefficients) != set(FEATURE_NAMES):
        raise KeyError(sorted(coefficients))
    return Calibration(
        curve=Curve(
            intercept=_number(fields["intercept"]),
            coefficients=tuple(_number(coefficients[name]) for name in FEATURE_NAMES),
        ),
        method=str(fields["method"]),
        labels=int(_number(fields["labels"])),
        fitted_at=str(fields["fitted_at"]),
        threshold=_share(fields["threshold"]),
        risk=_share(fields["risk"]),
        certified=fields["certified"] is True,
    )


def _share(value: object) -> float | None:
    if value is None:
        return None
    if not 0 <= (share := _number(value)) <= 1:
        raise ValueError(share)
    return share


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
