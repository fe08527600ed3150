"""What each platform needs, how one gets it, and whether it is right: tried as soon as it is pasted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app import read_settings
from bot.app.alone import opened_alone
from bot.cli.setup.asking import Asker
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Finding, Health
from bot.vocabulary.standing import Inviting
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One secret that is asked for: its setting, and the subject under which a look tells of it.

    ``beside`` are other settings without which it can't be tried alone.
    """

    setting: str
    question: str
    subjects: tuple[str, ...]
    beside: Mapping[str, str]


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
                self.asker.tell(f"  ✓ {token.question}: found in the environment.")
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
            f"RELEVO_{section.upper()}__{name.upper()}": value
            for section, tokens in self.given.items()
            for name, value in tokens.items()
        }

    def invitation(self, platform: Platform) -> str:
        """Return the address by which the bot is added to a server or a group; empty without one."""
        return asyncio.run(_invitation(platform, self.settings()))

    def _is_known(self, platform: Platform, token: Token) -> bool:
        section = getattr(read_settings(), platform)
        return bool(getattr(section, token.setting))

    def _tried(self, platform: Platform, token: Token, value: str) -> str:
        if not value:
            raise ConfigurationError("It is needed: paste it, or leave with Ctrl-C.")
        beside = {**token.beside, **self.given.get(platform, {})}
        settings = self.settings(**{platform: {**beside, token.setting: value}})
        findings = asyncio.run(_look(platform, settings))
        about = [one for one in findings if one.subject.lower().startswith(token.subjects)]
        if broken := [one for one in about if one.health is Health.BROKEN]:
            raise ConfigurationError(" ".join(one.text for one in broken))
        for one in about:
            sign = "✓" if one.health is Health.GOOD else "!"
            self.asker.tell(f"  {sign} {one.text}")
        return value


async def _look(platform: Platform, settings: Settings) -> Sequence[Finding]:
    async with opened_alone(platform, settings) as adapter:
        return await adapter.diagnose()


async def _invitation(platform: Platform, settings: Settings) -> str:
    async with opened_alone(platform, settings) as adapter:
        return await adapter.invitation() if isinstance(adapter, Inviting) else ""
