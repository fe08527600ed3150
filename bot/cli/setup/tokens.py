"""What each platform needs, how one gets it, and whether it is right: tried as soon as it is pasted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import read_settings
from bot.app.alone import opened_alone
from bot.cli.setup.asking import Asker
from bot.cli.setup.files import stands_in_secrets
from bot.vocabulary.errors import AdapterError, ConfigurationError, RelevoError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Finding, Health
from bot.vocabulary.standing import Inviting
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One secret that is asked for: its setting, and the subject under which a look tells of it.

    ``beside`` are other settings without which it can't be tried alone. It is not asked for where
    ``instead`` is set.
    """

    setting: str
    question: str
    subjects: tuple[str, ...]
    beside: Mapping[str, str]
    instead: str = ""


TOKENS: Mapping[Platform, tuple[Token, ...]] = {
    Platform.SLACK: (
        Token(
            setting="bot_token",
            question="Bot User OAuth Token (xoxb-…)",
            subjects=("slack token", "slack scope"),
            # A token can be tried before the other one is there, as over HTTP.
            beside={"signing_secret": "not-asked-yet"},
        ),
        Token(
            setting="app_token",
            question="App-Level Token (xapp-…)",
            subjects=("slack connection",),
            beside={},
            instead="signing_secret",
        ),
    ),
    Platform.DISCORD: (
        Token(setting="token", question="Bot token", subjects=("token", "intent"), beside={}),
    ),
    Platform.TELEGRAM: (
        Token(setting="token", question="Token of the bot", subjects=("token",), beside={}),
    ),
}


@dataclass(slots=True)
class Tokens:
    """Asks for the tokens of platforms; ``given`` are those that were right, by section and name."""

    asker: Asker
    given: dict[str, dict[str, str]]

    def ask(self, platform: Platform) -> None:
        """Ask for what a platform needs and the environment does not have.

        Raises:
            ConfigurationError: There are no good answers.
        """
        for token in TOKENS[platform]:
            if self._is_known(platform, token):
                continue

            def read(given: str, token: Token = token) -> str:
                return self._tried(platform, token, given)

            value = self.asker.ask(f"  {token.question}", read, secret=True)
            self.given.setdefault(platform, {})[token.setting] = value

    def settings(self, **overrides: Any) -> Settings:
        """Return the settings with all tokens that were given."""
        sections: dict[str, Any] = {name: dict(tokens) for name, tokens in self.given.items()}
        for name, values in overrides.items():
            sections[name] = sections.get(name, {}) | values
        return read_settings(**sections)

    def environment(self) -> dict[str, str]:
        """Return the tokens as variables."""
        return {
            _variable(section, name): value
            for section, tokens in self.given.items()
            for name, value in tokens.items()
        }

    def invitation(self, platform: Platform) -> str:
        """Return the address by which the bot is added to a server or a group; empty without one."""
        try:
            return asyncio.run(_invitation(platform, self.settings()))
        except AdapterError:
            return ""

    def _is_known(self, platform: Platform, token: Token) -> bool:
        """Whether a token is set already and right, or not needed.

        A wrong one of ``.env`` is asked for anew, for there it can be replaced.

        Raises:
            ConfigurationError: It is wrong, and set elsewhere.
        """
        section = getattr(read_settings(), platform)
        if token.instead and getattr(section, token.instead):
            return True
        if not getattr(section, token.setting):
            return False
        self.asker.tell(f"  {token.question}: it is set already.")
        try:
            self._look(platform, token, {})
        except RelevoError as error:
            name = _variable(platform, token.setting)
            if not stands_in_secrets(Path.cwd(), name):
                raise ConfigurationError(
                    f"{name} is set already and won't do: {error} Put it right or unset it. "
                    f"{self.asker.state}"
                ) from error
            self.asker.tell(f"  ✗ {error}")
            return False
        return True

    def _tried(self, platform: Platform, token: Token, value: str) -> str:
        if not value:
            raise ConfigurationError("It is needed: paste it, or leave with Ctrl-C.")
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise ConfigurationError(
                "A token has no blanks and no special characters: copy it again."
            )
        self._look(platform, token, {token.setting: value})
        return value

    def _look(self, platform: Platform, token: Token, values: Mapping[str, str]) -> None:
        """Look at the platform with a token, and tell what is found.

        Raises:
            RelevoError: It won't do.
        """
        beside = {**token.beside, **self.given.get(platform, {}), **values}
        findings = asyncio.run(_findings(platform, self.settings(**{platform: beside})))
        about = [one for one in findings if one.subject.lower().startswith(token.subjects)]
        broken = [one for one in about or findings if one.health is Health.BROKEN]
        if broken:
            raise ConfigurationError(" ".join(one.text for one in broken))
        for one in about:
            sign = "✓" if one.health is Health.GOOD else "!"
            self.asker.tell(f"  {sign} {one.text}")


def _variable(section: str, name: str) -> str:
    return f"RELEVO_{section.upper()}__{name.upper()}"


async def _findings(platform: Platform, settings: Settings) -> Sequence[Finding]:
    async with opened_alone(platform, settings) as adapter:
        return await adapter.diagnose()


async def _invitation(platform: Platform, settings: Settings) -> str:
    async with opened_alone(platform, settings) as adapter:
        return await adapter.invitation() if isinstance(adapter, Inviting) else ""
