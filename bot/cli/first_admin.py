"""Prints the code with which somebody becomes the first admin: to whoever starts Relevo, and into no log."""

import sys

import typer

from bot.app.admin import Administration
from bot.engine.claims import LIVES_SECONDS

_HOUR = 3600


async def tell_first_code(administration: Administration) -> None:
    """Print a new code while nobody is named as an admin; of processes that start together one does.

    Raises:
        StateUnavailableError: Redis did not answer in time.
    """
    if administration.has_admins():
        return
    code = await administration.claims.offer()
    typer.echo(_elsewhere() if code is None else _told(code))
    sys.stdout.flush()


def _told(code: str) -> str:
    return (
        "Nobody is named as an admin of this Relevo. Whoever is to be the first one writes to the bot, in a "
        f"direct message and within {LIVES_SECONDS // _HOUR} hours:\n\n"
        f"    /claim {code}\n\n"
        f"(on Slack: /relevo claim {code}). The code counts once; starting again makes another one."
    )


def _elsewhere() -> str:
    return (
        "Nobody is named as an admin of this Relevo. The code for the first one was just printed by "
        "another process that started with this one."
    )
