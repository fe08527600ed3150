"""``relevo run``: the real thing, from your settings."""

import logging
from pathlib import Path
from typing import cast, get_args

from bot.app import Relevo, Role, read_settings
from bot.cli.first_admin import tell_first_code
from bot.cli.running import run_until_signal
from bot.vocabulary.errors import ConfigurationError
from config.logs import set_up

logger = logging.getLogger(__name__)


def run_relevo(*, config: Path | None, role: str) -> None:
    """Run one process of an installation.

    Raises:
        ConfigurationError: The role or a setting is wrong.
    """
    if role not in get_args(Role):
        raise ConfigurationError(f"--role {role} is unknown: use all, adapter or worker.")
    set_up()
    settings = read_settings(config)

    async def on_ready(relevo: Relevo) -> None:
        logger.info("ready", extra={"role": role, "port": relevo.edge.port})
        await tell_first_code(relevo.administration)

    run_until_signal(settings, cast(Role, role), on_ready)
