"""``relevo demo``: everything embedded on one machine, with sample knowledge and the playground."""

import asyncio
import webbrowser

import typer

from bot.app import Relevo, read_settings
from bot.cli.running import run_until_signal
from config.logs import set_up
from knowledge import load_sample


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
