"""The settings tree: ``relevo.toml``, overridden by ``RELEVO_SECTION__KEY`` in the environment.

The only reader of the environment. Secrets are ``SecretStr``: no ``repr`` and no log shows them.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)
from typing_extensions import override

PREFIX = "RELEVO_"
FORBIDDEN_VARIABLE = "RELEVO_FAILPOINTS"
TEST_PREFIX = "RELEVO_TEST_"
"""Variables of our own test runs, which are no settings."""


class ConfigurationProblem(Exception):  # noqa: N818 - the front door turns it into its own error
    """The settings can't be used; the text is one sentence for the operator."""


class Section(BaseModel):
    """A table of ``relevo.toml``; unknown keys are refused, so that a typo is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RedisSettings(Section):
    """Where state lives.

    ``url`` is ``embedded`` (a private server as a child) or a Redis address. ``fsync`` is the
    embedded server's append-only policy. ``pool_size`` bounds the connections of one process; keep
    it above ``engine.concurrency``, so that no turn waits for a connection.
    """

    url: SecretStr = SecretStr("embedded")
    fsync: Literal["always", "everysec"] = "everysec"
    pool_size: int = Field(default=160, ge=4, le=4000)
    deadline_seconds: float = Field(default=5.0, gt=0)


class EngineSettings(Section):
    """How turns are worked off. Times are seconds.

    ``join_seconds`` is the quiet time after which quick messages become one turn, ``lease_seconds``
    the time after which the conversation of a dead worker is taken over, ``send_seconds`` the
    longest that one try to show a message on a platform may take.
    """

    concurrency: int = Field(default=128, ge=1, le=2000)
    join_seconds: float = Field(default=0.6, ge=0, le=10)
    lease_seconds: float = Field(default=6.0, ge=0.5, le=120)
    sweep_seconds: float = Field(default=3.0, ge=0.2, le=60)
    drain_seconds: float = Field(default=15.0, ge=0, le=120)
    send_seconds: float = Field(default=10.0, ge=0.5, le=120)


class KnowledgeSettings(Section):
    """Which index answers."""

    store: Literal["embedded"] = "embedded"


class ConversationSettings(Section):
    """Languages that customers may write (ISO 639-1), and how much of a conversation is kept."""

    languages: tuple[str, ...] = ("en", "es", "fr", "de", "it", "pt")
    history_lines: int = Field(default=60, ge=10, le=500)
    history_days: int = Field(default=90, ge=1)


class EscalationSettings(Section):
    """When a human is asked in. ``answer_above`` is the confidence from which the bot answers."""

    answer_above: float = Field(default=0.5, ge=0, le=1)
    unsure_limit: int = Field(default=2, ge=1)
    rejection_limit: int = Field(default=2, ge=1)


class DeskSettings(Section):
    """Where agents work (``playground:desk``), and the language that they read."""

    channel: str = ""
    language: Literal["en", "es"] = "en"


class PlaygroundSettings(Section):
    """The web playground; it may act as anyone, so keep it off where strangers can reach it."""

    enabled: bool = False


class HttpSettings(Section):
    """The HTTP edge; loopback unless told otherwise."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class Settings(BaseSettings):
    """All settings; each has a default with which ``relevo demo`` runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("relevo-data")
    redis: RedisSettings = RedisSettings()
    engine: EngineSettings = EngineSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    conversation: ConversationSettings = ConversationSettings()
    escalation: EscalationSettings = EscalationSettings()
    desk: DeskSettings = DeskSettings()
    playground: PlaygroundSettings = PlaygroundSettings()
    http: HttpSettings = HttpSettings()

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings from a TOML file, the environment and explicit overrides (strongest).

    Without ``config``, ``relevo.toml`` in the working directory is read when it exists.

    Raises:
        ConfigurationProblem: One sentence that names each wrong setting, never its value.
    """
    _refuse_failpoints()
    _refuse_unknown_variables()
    if config is not None and not config.is_file():
        raise ConfigurationProblem(f"There is no settings file {config}: check the --config path.")
    path = config or Path("relevo.toml")
    _check_toml(path)

    class ChosenSettings(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        return ChosenSettings(**overrides)
    except ValidationError as error:
        raise ConfigurationProblem(_sentence(error)) from None
    except SettingsError as error:
        raise ConfigurationProblem(_unreadable(error)) from None


def _refuse_failpoints() -> None:
    if FORBIDDEN_VARIABLE in os.environ:
        raise ConfigurationProblem(
            f"{FORBIDDEN_VARIABLE} is set, but crash tests never run in production: unset it."
        )


def _refuse_unknown_variables() -> None:
    """A misspelt variable would silently leave its setting at the default."""
    names = (name for name in os.environ if name.upper().startswith(PREFIX))
    unknown = sorted(name for name in names if not _is_setting(name.upper()))
    if unknown:
        raise ConfigurationProblem(
            f"The environment has {', '.join(unknown)}, which is no setting: write "
            "RELEVO_SECTION__KEY with two underscores, such as RELEVO_REDIS__URL."
        )


def _is_setting(name: str) -> bool:
    field = name.removeprefix(PREFIX).partition("__")[0].lower()
    return field in Settings.model_fields or name.startswith(TEST_PREFIX)


def _check_toml(path: Path) -> None:
    if not path.is_file():
        return
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(f"{path} is not valid TOML: {error}.") from None


def _sentence(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(part) for part in item['loc'])} ({item['msg'].lower()})"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return f"These settings are wrong: {'; '.join(problems)}. Correct them and start again."


def _unreadable(error: SettingsError) -> str:
    """The library's own text names the section only, and never the value."""
    field = re.search(r'field "(\w+)"', str(error))
    name = f"{PREFIX}{field[1].upper()}" if field else PREFIX
    return (
        f"A variable of the environment that begins with {name} can't be read: write lists and "
        'whole sections as JSON, such as ["en", "es"].'
    )
