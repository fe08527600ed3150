"""Asks on the terminal, and counts what it asks: the fewer, the better."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import typer

from bot.vocabulary.errors import ConfigurationError

MOST_TRIES = 5

Read = TypeVar("Read")


@dataclass(slots=True)
class Asker:
    """``questions`` is how many were asked; one that is asked again counts once."""

    questions: int = 0

    def tell(self, text: str = "") -> None:
        """Say something."""
        typer.echo(text)

    def ask(
        self, question: str, read: Callable[[str], Read], *, default: str = "", secret: bool = False
    ) -> Read:
        """Ask until ``read`` takes the answer; it raises ``ConfigurationError`` for one that won't do.

        Raises:
            ConfigurationError: The answers end, or none of some tries will do.
        """
        self.questions += 1
        for _ in range(MOST_TRIES):
            given = self._line(question, default, secret=secret).strip()
            try:
                return read(given or default)
            except ConfigurationError as error:
                self.tell(f"  ✗ {error}")
        raise ConfigurationError(
            f"{question}: {MOST_TRIES} answers would not do. Nothing was written; begin again with "
            "'relevo init'."
        )

    def _line(self, question: str, default: str, *, secret: bool) -> str:
        hides = secret and sys.stdin.isatty()
        try:
            return str(
                typer.prompt(
                    question, default=default, hide_input=hides, show_default=bool(default)
                )
            )
        except typer.Abort:
            raise ConfigurationError(
                "The set-up was left before its end: nothing was written. Begin again with "
                "'relevo init'."
            ) from None
