"""``relevo doctor``: what is set up, what is wrong, and what helps.

Exit codes: 0 when everything works, 1 when something is broken, 2 for settings that can't be read.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from bot.app import read_settings
from bot.app.diagnosis import diagnose
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.platforms import Finding, Health
from config.logs import set_up

FAILED = 1
WRONG_USE = 2
SIGNS = {Health.GOOD: "✓", Health.WARNING: "!", Health.BROKEN: "✗"}


def examine(*, config: Path | None, as_json: bool) -> None:
    """Look at everything and print what was found, worst news last."""
    set_up("CRITICAL")
    try:
        findings = asyncio.run(diagnose(read_settings(config)))
        code = FAILED
    except ConfigurationError as error:
        findings = [Finding(subject="settings", health=Health.BROKEN, text=str(error))]
        code = WRONG_USE
    broken = [finding for finding in findings if finding.health is Health.BROKEN]
    if as_json:
        found = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"ok": not broken, "findings": found}, ensure_ascii=False))
    else:
        _show(findings)
    if broken:
        raise typer.Exit(code)


def _show(findings: Sequence[Finding]) -> None:
    width = max(len(finding.subject) for finding in findings)
    for finding in sorted(findings, key=lambda item: list(SIGNS).index(item.health)):
        typer.echo(f"{SIGNS[finding.health]} {finding.subject:<{width}}  {finding.text}")
