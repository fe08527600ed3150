"""``relevo demo``: everything embedded on one machine, with sample knowledge and the playground."""

import asyncio
import webbrowser
from typing import Any

import typer

from bot.app import Relevo, read_settings
from bot.cli.running import run_until_signal
from config.logs import set_up
from config.settings import Settings
from knowledge import load_sample

TEAMS = (
    {
        "name": "Orders",
        "topics": ("orders",),
        "first_reply": {"urgent": 2, "high": 5, "normal": 15},
        "resolution": {"urgent": 30, "high": 60, "normal": 240},
    },
    {
        "name": "Cookware",
        "topics": ("cookware",),
        "first_reply": {"urgent": 2, "high": 10, "normal": 30},
        "resolution": {"urgent": 60, "high": 240, "normal": 480},
    },
)
TOPICS = (
    {"name": "cookware", "words": ("pan", "pans", "iron", "rust*", "knife", "sartén*", "hierro")},
    {"name": "orders", "words": ("order*", "deliver*", "refund*", "return*", "pedido*", "envío*")},
)
CANNED = (
    {
        "name": "sorry-new-one",
        "text": {
            "en": "I'm sorry about that, {customer}. A new one leaves our warehouse today, free of charge.",
            "es": "Lo siento mucho, {customer}. Hoy mismo sale de nuestro almacén uno nuevo, sin coste.",
        },
    },
    {
        "name": "photo-please",
        "text": {
            "en": "Could you send me a photo, {customer}? Then I can see at once what helps best.",
            "es": "¿Puedes enviarme una foto, {customer}? Así veo enseguida qué es lo mejor.",
        },
    },
)
"""What makes the desk of the demo worth a look: promised times that run, two teams, ready words."""


def run_demo(*, host: str, port: int, open_browser: bool) -> None:
    """Start the demo and keep it running; starting again resumes where it was."""
    set_up("WARNING")
    data_dir = read_settings().data_dir / "demo"
    settings = read_settings(
        data_dir=data_dir,
        http={"host": host, "port": port},
        desk={"channel": "playground:desk"},
        playground={"enabled": True},
        knowledge={"store": "embedded"},
        **demo_staff(read_settings()),
    )
    load_sample(data_dir)

    async def on_ready(relevo: Relevo) -> None:
        address = f"http://{relevo.edge.host}:{relevo.edge.port}/"
        typer.echo(
            f"Relevo is ready: {address}\nPress Ctrl-C to stop; your data stays here: {data_dir}"
        )
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)

    run_until_signal(settings, "all", on_ready)


def demo_staff(given: Settings) -> dict[str, Any]:
    """Return the settings of the demo's desk, where the operator has no teams of their own."""
    if given.teams or given.agents or given.topics:
        return {}
    canned = {} if given.canned else {"canned": CANNED}
    return {"teams": TEAMS, "topics": TOPICS, **canned}
