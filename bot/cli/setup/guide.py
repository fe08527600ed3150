"""The way through the set-up."""

import time
from collections.abc import Sequence
from pathlib import Path

from bot.cli.setup.asking import Asker
from bot.cli.setup.desk import ask_desk
from bot.cli.setup.files import look_ahead, write_secrets, write_settings
from bot.cli.setup.tokens import Tokens
from bot.cli.setup.trying import load_first, try_a_case
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import Platform
from config.logs import set_up

PLATFORMS = (Platform.SLACK, Platform.DISCORD, Platform.TELEGRAM)

WRITTEN = (
    "relevo.toml and .env are written: 'relevo kb add' loads knowledge, 'relevo doctor' says what is "
    "missing, and 'relevo run' starts it."
)


def set_up_relevo(*, force: bool, tests: bool) -> None:
    """Ask, try, write, load and send a test case through.

    Raises:
        ConfigurationError: Something can't be done; until the files are written nothing has changed.
    """
    set_up("CRITICAL")
    look_ahead(Path.cwd(), force=force)
    asker, began = Asker(), time.monotonic()
    with asker.until_left():
        _walk(asker, Path.cwd(), tests=tests)
    seconds = time.monotonic() - began
    asker.tell(f"\n{_END.format(questions=asker.questions, seconds=seconds)}")


def _walk(asker: Asker, folder: Path, *, tests: bool) -> None:
    asker.tell("Relevo's set-up. Ctrl-C leaves it; nothing is written before the end of step 3.\n")
    platforms = asker.ask(
        "1. Where do your customers write (slack, discord, telegram)", _platforms, default="slack"
    )
    tokens = Tokens(asker=asker, given={})
    for platform in platforms:
        _connect(asker, tokens, platform)
    asker.tell("\n3. The desk")
    desk = ask_desk(asker, tokens, platforms)
    # Tokens first: should the other file fail, the next try finds them.
    for path in (write_secrets(folder, tokens.environment()), write_settings(folder, desk=desk)):
        asker.tell(f"  ✓ {path.name} is written.")
    asker.state = WRITTEN
    asker.tell("\n4. The knowledge")
    load_first(asker)
    if tests:
        asker.tell("\n5. A test case")
        try_a_case(asker)


def _connect(asker: Asker, tokens: Tokens, platform: Platform) -> None:
    asker.tell(f"\n2. {platform.capitalize()}\n{_steps(platform)}")
    tokens.ask(platform)
    invitation = tokens.invitation(platform)
    if invitation:
        asker.tell(f"  Add the bot to your {_HOMES[platform]} here: {invitation}")


def _platforms(given: str) -> Sequence[Platform]:
    names = given.replace(",", " ").lower().split()
    unknown = [name for name in names if name not in PLATFORMS]
    if unknown or not names:
        raise ConfigurationError("Write slack, discord, telegram, or several of them.")
    return [platform for platform in PLATFORMS if platform in names]


def _steps(platform: Platform) -> str:
    if platform is not Platform.SLACK:
        return _STEPS[platform]
    from adapters.slack.manifest import create_app_link  # noqa: PLC0415 - a part of a heavy SDK's room

    return _STEPS[platform].format(link=create_app_link())


_STEPS = {
    Platform.SLACK: """\
  a. Open {link}
     The manifest is filled in: choose your workspace and create the app.
  b. Install App: install it, and copy the Bot User OAuth Token.
  c. Basic Information, App-Level Tokens: generate one with connections:write.""",
    Platform.DISCORD: """\
  a. Open https://discord.com/developers/applications and create an application.
  b. Bot: switch Message Content Intent on, reset the token and copy it.""",
    Platform.TELEGRAM: """\
  a. Write /newbot to @BotFather, choose a name, and copy the token.
  b. For groups: /setprivacy, Disable. For the desk: a private group with Topics on, the bot an
     administrator that may manage topics.""",
}

_HOMES = {Platform.DISCORD: "server", Platform.TELEGRAM: "group", Platform.SLACK: "workspace"}

_END = """\
Done: {questions} questions, {seconds:.0f} seconds. Now start it:

  relevo run

It prints a code for the first admin. People answer for the time being, with the bot's drafts at hand;
'/mode' in chat lets it do more, topic by topic. 'relevo doctor' says how all is."""
