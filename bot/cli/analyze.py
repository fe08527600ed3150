"""``relevo analyze``: how customers feel and what they want, one line for each message.

Exit codes: 0 done, 1 when the file or a line of it can't be read, 2 for wrong use or settings.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import read_settings
from bot.app.moods import build_mood_reader
from bot.app.parts import build_detector
from bot.cli.messages import Message, read_message
from bot.cli.progress import progress_bar
from bot.conversation.understanding import LanguageDetector, Understanding, understand
from bot.texts import shortened
from bot.vocabulary.errors import DocumentError
from bot.vocabulary.mood import Mood, MoodReader

STDIN = "-"
STDOUT = 1
SHOWN_ROWS = 100
"""The table for people ends here; the summary counts all, and ``--json`` prints all."""

SHOWN_LETTERS = 60
SHOWN_FROM = 0.2
"""The table names the moods from this score on."""

NEGATIVE_FROM = 0.5
"""The summary counts a message as negative from this score on."""

OnRead = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a message shows."""

    message: Message
    language: str
    mood: Mood
    meaning: Understanding

    @property
    def moods(self) -> dict[str, float]:
        """The four moods, each in 0..1."""
        mood = self.mood
        return {
            "anger": _score(mood.anger),
            "frustration": _score(mood.frustration),
            "urgency": _score(mood.urgency),
            "satisfaction": _score(mood.satisfaction),
        }

    @property
    def concern(self) -> str | None:
        """The name of the gravest concern."""
        heard = self.meaning.concern
        return heard.concern.value if heard else None

    def as_json(self) -> str:
        """Write it as one line of JSON."""
        fields = {
            "id": self.message.id,
            "language": self.language,
            "mood": self.moods,
            "negative_score": _score(self.mood.negative),
            "wants_human": self.meaning.wants_human,
            "wants_human_score": _score(self.meaning.wants_human_score),
            "leaving": _score(self.mood.leaving),
            "concern": self.concern,
        }
        return json.dumps(fields)


@dataclass(frozen=True, slots=True)
class Analyst:
    """Reads messages one by one."""

    detector: LanguageDetector
    moods: MoodReader

    def read(self, message: Message) -> Reading:
        """Tell what a message shows, in the light of what was said before it."""
        language = self._language(message)
        return Reading(
            message=message,
            language=language,
            mood=self.moods.read(message.text, language=language, context=message.context),
            meaning=understand(message.text, language),
        )

    def _language(self, message: Message) -> str:
        earlier = " ".join(said.text for said in message.context if said.by_customer)
        locale, previous = message.language, None
        if earlier.strip():
            previous = self.detector.detect(earlier, previous=None, locale=locale)
        return self.detector.detect(message.text, previous=previous, locale=locale)


@dataclass(slots=True)
class Summary:
    """What all messages of a file come to."""

    messages: int = 0
    negative: int = 0
    want_human: int = 0
    concerns: Counter[str] = field(default_factory=Counter[str])

    def add(self, reading: Reading) -> None:
        """Count one message."""
        self.messages += 1
        self.negative += reading.mood.negative >= NEGATIVE_FROM
        self.want_human += reading.meaning.wants_human
        if reading.concern:
            self.concerns[reading.concern] += 1

    def sentence(self) -> str:
        """Say it in one line."""
        concerns = ", ".join(f"{name} {count}" for name, count in self.concerns.most_common())
        return (
            f"Messages: {self.messages}. Negative: {self.negative}. "
            f"Asking for a person: {self.want_human}. Concerns: {concerns or 'none'}."
        )


def analyze_file(file: str, *, config: Path | None, as_json: bool) -> None:
    """Read the messages of a file, or of stdin for ``-``, and print what each of them shows."""
    settings = read_settings(config)
    analyst = Analyst(build_detector(settings), build_mood_reader(settings))
    show = _print_lines if as_json else _print_table
    with _opened(file) as source, _progress(source, as_json=as_json) as on_read:
        show(analyst.read(message) for message in _messages(source, file, on_read))


def _messages(source: BinaryIO, file: str, on_read: OnRead) -> Iterator[Message]:
    """Read message by message, so that a file of any size fits."""
    name, found = "stdin" if file == STDIN else file, False
    for number, line in enumerate(source, start=1):
        on_read(len(line))
        if line.strip():
            found = True
            yield read_message(line, number, name)
    if not found:
        raise DocumentError(f"{name} holds no messages: put one JSON object on each line.")


@contextmanager
def _opened(file: str) -> Generator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - what goes wrong later is no matter of the path
    except OSError as error:
        raise DocumentError(f"{file} can't be read ({error.strerror}): check the path.") from None
    with source:
        yield source


@contextmanager
def _progress(source: BinaryIO, *, as_json: bool) -> Generator[OnRead]:
    """Show how far the file is read; lines that are printed on the same terminal show it too."""
    if as_json and sys.stdout.isatty():
        yield lambda _: None
        return
    with progress_bar() as bar:
        size = os.fstat(source.fileno()).st_size  # 0 for a pipe: a bar without an end
        task = bar.add_task("Reading", total=size or None)
        yield lambda read: bar.advance(task, read)


def _print_lines(readings: Iterator[Reading]) -> None:
    # The bar takes what is printed for itself while it is shown, hence a way around it.
    with os.fdopen(os.dup(STDOUT), "w", encoding="utf-8") as output:
        for reading in readings:
            output.write(f"{reading.as_json()}\n")


def _print_table(readings: Iterator[Reading]) -> None:
    table = Table("Id", "Lang", "Negative", "Mood", "Person", "Concern", "Message")
    summary = Summary()
    for reading in readings:
        summary.add(reading)
        if summary.messages <= SHOWN_ROWS:
            table.add_row(*map(Text, _cells(reading)))
    console = Console()
    console.print(table)
    if summary.messages > SHOWN_ROWS:
        console.print(f"These are the first {SHOWN_ROWS}: --json prints all.")
    console.print(summary.sentence(), highlight=False)


def _cells(reading: Reading) -> Iterator[str]:
    """Say it for people; what customers wrote is shown as it stands, never as markup."""
    shown = {**reading.moods, "leaving": reading.mood.leaving}
    yield str(reading.message.id)
    yield reading.language
    yield f"{reading.mood.negative:.2f}"
    yield ", ".join(f"{name} {at:.2f}" for name, at in shown.items() if at >= SHOWN_FROM) or "–"
    yield f"{reading.meaning.wants_human_score:.2f}"
    yield (reading.concern or "–").replace("_", " ")
    yield shortened(reading.message.text, SHOWN_LETTERS)


def _score(value: float) -> float:
    return round(value, 4)
