"""Asks on the terminal, and counts what it asks: the fewer, the better."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import typer

from bot.vocabulary.errors import ConfigurationError, RelevoError

MOST_TRIES = 5

NOTHING_WRITTEN = "Nothing was written: begin again with 'relevo init'."

_QUOTES = "\"'`"

Read = TypeVar("Read")


@dataclass(slots=True)
class Asker:
    """``questions`` is how many were asked; one that is asked again counts once.

    ``state`` says what there is, and how one goes on, when the set-up ends before its end.
    """

    questions: int = 0
    state: str = NOTHING_WRITTEN

    def tell(self, text: str = "") -> None:
        """Say something."""
        typer.echo(text)

    def ask(
        self, question: str, read: Callable[[str], Read], *, default: str = "", secret: bool = False
    ) -> Read:
        """Ask until ``read`` takes the answer; it raises an error of ours for one that won't do.

        Raises:
            ConfigurationError: None of some tries will do.
        """
        self.questions += 1
        for _ in range(MOST_TRIES):
            given = _bare(self._line(question, default, secret=secret))
            try:
                return read(given or default)
            except RelevoError as error:
                self.tell(f"  ✗ {error}")
        raise ConfigurationError(
            f"{question.strip()}: {MOST_TRIES} answers would not do. {self.state}"
        )

    @contextmanager
    def until_left(self) -> Generator[None]:
        """Say what there is when somebody leaves, by Ctrl-C or because the answers end.

        Raises:
            ConfigurationError: They do.
        """
        try:
            yield
        except (typer.Abort, KeyboardInterrupt):
            raise ConfigurationError(f"The set-up was left before its end. {self.state}") from None

    def _line(self, question: str, default: str, *, secret: bool) -> str:
        hides = secret and sys.stdin.isatty()
        return str(
            typer.prompt(question, default=default, hide_input=hides, show_default=bool(default))
        )


def _bare(text: str) -> str:
    """Take off the blanks and quotes that were copied with an answer."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] in _QUOTES and bare[0] == bare[-1]:
        return bare[1:-1].strip()
    return bare
