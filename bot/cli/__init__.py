"""The command line ``relevo``: one small module for each command.

- ``demo``: everything embedded, with the playground
- ``run``: the real thing; ``first_admin``: the code with which somebody becomes the first admin
- ``ask``: one answer with sources, confidence and receipt
- ``kb``: the knowledge base; ``kb_output``: its progress and its reports; ``kb_labels``: audiences,
  tags and review dates; ``kb_publish``: what other machines get of it; ``gaps``: what it lacks
- ``evaluate``: how good the answers to labelled questions are; ``calibrate``: the confidence fitted to them
- ``analyze``: how customers feel and what they want; ``messages``: the lines that it reads
- ``stats``: the measures of some days
- ``surveys``: how customers were served, and whether they recommend us
- ``memory``: what is remembered of a person, and their end; ``memory_office``: does it, over the stores;
  ``memory_output``: how it is shown
- ``setup``: the guided set-up of ``relevo init``
- ``steering``: admins' commands, from the table that all platforms have; ``steering_office``: does them
- ``doctor``: what is set up, what is wrong, and what helps
- ``replay``: past conversations run through today's bot; ``replay_output``: how that is shown
- ``running``: shared by ``demo`` and ``run``: event loop, signals, readiness
- ``progress``: shared by ``kb``, ``evaluate`` and ``analyze``: a bar for work that takes a while
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.kb_labels import AsWhom, Tags
from bot.vocabulary.errors import AuthenticationError, ConfigurationError, RelevoError
from bot.vocabulary.knowledge import Audience

ConfigOption = Annotated[
    Path | None, typer.Option(help="Settings file; default relevo.toml in this folder.")
]
WRONG_USE = 2
FAILED = 1

app = typer.Typer(
    name="relevo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A support bot for chat that answers from your knowledge and hands over to a human.",
)


@app.command()
def demo(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8080, help="Port to listen on; 0 takes any free one."),
    browser: bool = typer.Option(True, "--browser/--no-browser", help="Open the page."),  # noqa: FBT001, FBT003
) -> None:
    """Start everything embedded with sample knowledge: a customer pane and an agents' desk."""
    from bot.cli.demo import run_demo  # noqa: PLC0415 - keeps --help fast

    run_demo(host=host, port=port, open_browser=browser)


@app.command()
def run(
    config: ConfigOption = None,
    role: str = typer.Option("all", help="all, adapter (events in) or worker (turns, replies)."),
) -> None:
    """Run Relevo with your settings."""
    from bot.cli.run import run_relevo  # noqa: PLC0415

    run_relevo(config=config, role=role)


@app.command()
def ask(
    text: str = typer.Argument(help="The question."),
    audience: AsWhom = Audience.PUBLIC,
    tag: Tags = None,
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Answer one question from the knowledge base, as a customer would be answered."""
    from bot.cli.ask import ask_once  # noqa: PLC0415

    ask_once(text, config=config, as_json=as_json, audience=audience, tags=tag)


@app.command("eval")
def evaluate(  # noqa: PLR0913, PLR0917 - each is an option
    file: Path = typer.Argument(help="Labelled questions, one JSON object a line."),  # noqa: B008
    kb: Path | None = typer.Option(None, help="Folder of documents; else your knowledge."),  # noqa: B008
    details: Path | None = typer.Option(None, help="Write one line for each question here."),  # noqa: B008
    fit: bool = typer.Option(False, "--fit", help="Fit the confidence to these questions."),  # noqa: FBT001, FBT003
    risk: float = typer.Option(
        0.05, min=0.001, max=0.5, help="Share of answers that may be wrong."
    ),
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Measure search, answers, abstention and calibration on labelled questions."""
    from bot.cli.evaluate import EvaluationWishes, evaluate_file  # noqa: PLC0415

    wishes = EvaluationWishes(kb=kb, details=details, fit=fit, risk=risk, as_json=as_json)
    evaluate_file(file, wishes, config=config)


@app.command()
def analyze(
    file: str = typer.Argument(help="Messages, one JSON object a line; - reads stdin."),
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a line."),  # noqa: FBT001, FBT003
) -> None:
    """Show how customers feel and what they want: mood, wish for a human, concern."""
    from bot.cli.analyze import analyze_file  # noqa: PLC0415

    analyze_file(file, config=config, as_json=as_json)


@app.command()
def replay(  # noqa: PLR0913, PLR0917 - each is an option
    file: Path = typer.Argument(help="An export of Slack, Discord, Telegram, Zendesk, Intercom."),  # noqa: B008
    format_: str | None = typer.Option(
        None, "--format", help="What it is, where that is not recognised."
    ),
    limit: int | None = typer.Option(None, min=1, help="Replay the first ones only."),
    sample: int | None = typer.Option(None, min=1, help="Replay so many, drawn by chance."),
    seed: int = typer.Option(7, help="Another one draws others."),
    minutes: float = typer.Option(
        3.0, min=0, max=600, help="A human's message, where the export has no times."
    ),
    html: Path | None = typer.Option(None, help="Write the report here as one page."),  # noqa: B008
    details: Path | None = typer.Option(None, help="Write one line for each conversation here."),  # noqa: B008
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Run past conversations through today's bot: what would be answered, handed over or wrong."""
    from bot.cli.replay import ReplayWishes, replay_file  # noqa: PLC0415

    wishes = ReplayWishes(
        format=format_,
        limit=limit,
        sample=sample,
        seed=seed,
        minutes=minutes,
        html=html,
        details=details,
        as_json=as_json,
    )
    replay_file(file, wishes, config=config)


@app.command()
def stats(
    days: int = typer.Option(7, min=1, max=400, help="How far to look back, today among them."),
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Show the measures: turns, outcomes, hand-overs, waiting times, satisfaction, gaps, costs."""
    from bot.cli.stats import show_stats  # noqa: PLC0415

    show_stats(days=days, config=config, as_json=as_json)


@app.command()
def surveys(
    days: int = typer.Option(30, min=1, max=36500, help="How far to look back."),
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Show how customers were served and whether they recommend you, with their words."""
    from bot.cli.surveys import show_surveys  # noqa: PLC0415

    show_surveys(days=days, config=config, as_json=as_json)


@app.command()
def init(
    force: bool = typer.Option(False, "--force", help="Write relevo.toml anew."),  # noqa: FBT001, FBT003
    test: bool = typer.Option(True, "--test/--no-test", help="Send a test case to the desk."),  # noqa: FBT001, FBT003
) -> None:
    """Set Relevo up: a few questions, each token tried as it is pasted, and a test case at the end."""
    from bot.cli.setup.guide import set_up_relevo  # noqa: PLC0415

    set_up_relevo(force=force, tests=test)


@app.command()
def doctor(
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),  # noqa: FBT001, FBT003
) -> None:
    """Check tokens, permissions, channels, Redis and knowledge; say what is wrong and what helps."""
    from bot.cli.doctor import examine  # noqa: PLC0415

    examine(config=config, as_json=as_json)


def command_line() -> typer.Typer:
    """Return the whole command line: what is above, and the groups."""
    from bot.cli.kb import kb  # noqa: PLC0415
    from bot.cli.memory import memory  # noqa: PLC0415
    from bot.cli.steering import add_steering  # noqa: PLC0415

    if not app.registered_groups:
        app.add_typer(kb, name="kb")
        app.add_typer(memory, name="memory")
        add_steering(app)
    return app


def main() -> None:
    """Run the command line; an error is one sentence on stderr, never a traceback."""
    sys.exit(_guarded(command_line()))


def _guarded(command: Callable[[], object]) -> int:
    try:
        command()
    except (ConfigurationError, AuthenticationError) as error:
        return _complain(error, WRONG_USE)
    except RelevoError as error:
        return _complain(error, FAILED)
    return 0


def _complain(error: RelevoError, code: int) -> int:
    typer.echo(str(error), err=True)
    return code
