"""Live settings over a real Redis, opened as often as an installation has processes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.app.live import Live, open_live
from bot.engine.client.connection import run_command
from bot.vocabulary.steering import Edit, Editor, SettingChange
from config.settings import Settings, load

FILE = """
admins = ["slack:U1"]

[escalation]
answer_above = 0.5

[[topics]]
name = "refunds"
words = ["refund*"]

[[teams]]
name = "Billing"
topics = ["refunds"]
hours = "mon-fri 09:00-17:00"

[[teams]]
name = "Orders"

[[rollout.topics]]
name = "refunds"
mode = "shadow"
"""

_keys = count()


def base(folder: Path, text: str = FILE) -> Settings:
    """Read settings from a file in a folder."""
    path = folder / "relevo.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, data_dir=folder)


async def opened(redis: Redis, settings: Settings) -> Live:
    """Open them as one process does, without following changes by itself."""
    return await open_live(settings, redis)


def ana(key: str = "") -> Editor:
    """Ana, who changes settings in her direct conversation; each time by another event."""
    return Editor(
        actor_id="slack:T1:U1",
        actor="Ana",
        place="slack:T1:D1",
        at=datetime(2026, 11, 28, 9, 30, tzinfo=UTC),
        key=key or f"event-{next(_keys)}",
    )


async def put(live: Live, path: str, value: Any, *, key: str = "") -> SettingChange:
    """Change one setting."""
    return await live.change([Edit(path=path, value=value)], ana(key))


async def stored(redis: Redis) -> Mapping[str, str]:
    """Return what Redis has of the overlay, without its number."""
    found: dict[str, str] = await run_command(redis, "HGETALL", "rv:{settings}:overlay")
    return {path: text for path, text in found.items() if path}
