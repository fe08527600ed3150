"""The settings tree: ``relevo.toml``, overridden by ``RELEVO_SECTION__KEY`` in the environment.

Secrets are ``SecretStr``: no ``repr`` and no log shows them.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, PrivateAttr, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from config.answers import AnswersSettings
from config.copilot import CannedSettings, CopilotSettings, TranslationSettings
from config.embeddings import EmbeddingsSettings
from config.escalation import EscalationSettings, TierSettings
from config.memory import MemorySettings
from config.mood import MoodSettings
from config.overlay import plain
from config.rollout import AuthoritySettings, RolloutSettings
from config.sections import (
    ConversationSettings,
    DeskSettings,
    DiscordSettings,
    EngineSettings,
    HttpSettings,
    KnowledgeSettings,
    LlmSettings,
    PlaygroundSettings,
    RedisSettings,
    SlackSettings,
    TelegramSettings,
    WeaviateSettings,
)
from config.sources import PREFIX, ConfigurationProblem, Sources, environment
from config.surveys import OfferSettings, SurveysSettings
from config.teams import (
    AgentSettings,
    StormSettings,
    TeamSettings,
    TimingSettings,
    TopicSettings,
)

__all__ = ["ConfigurationProblem", "Settings", "load"]

NAMED_IN_FILES = {"url"}
"""``redis.url`` may stand in the file: it needs no password on one machine."""


class Settings(BaseSettings):
    """All settings; each has a default with which ``relevo demo`` runs.

    ``admins`` are ``platform:user id``, such as ``slack:U024BE7LH``. ``topics``, ``teams``,
    ``agents`` and ``tiers`` are tables that can stand several times, such as ``[[teams]]``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("relevo-data")
    admins: tuple[str, ...] = ()
    authority: AuthoritySettings = AuthoritySettings()
    rollout: RolloutSettings = RolloutSettings()
    redis: RedisSettings = RedisSettings()
    engine: EngineSettings = EngineSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    llm: LlmSettings = LlmSettings()
    answers: AnswersSettings = AnswersSettings()
    embeddings: EmbeddingsSettings = EmbeddingsSettings()
    mood: MoodSettings = MoodSettings()
    memory: MemorySettings = MemorySettings()
    weaviate: WeaviateSettings = WeaviateSettings()
    conversation: ConversationSettings = ConversationSettings()
    escalation: EscalationSettings = EscalationSettings()
    desk: DeskSettings = DeskSettings()
    timing: TimingSettings = TimingSettings()
    storm: StormSettings = StormSettings()
    topics: tuple[TopicSettings, ...] = ()
    teams: tuple[TeamSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    tiers: tuple[TierSettings, ...] = ()
    copilot: CopilotSettings = CopilotSettings()
    translation: TranslationSettings = TranslationSettings()
    canned: tuple[CannedSettings, ...] = ()
    surveys: SurveysSettings = SurveysSettings()
    offers: tuple[OfferSettings, ...] = ()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    playground: PlaygroundSettings = PlaygroundSettings()
    http: HttpSettings = HttpSettings()

    _sources: Sources = PrivateAttr(default=Sources())

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
        """Take what the caller hands in: ``load`` reads the other sources."""
        return (init_settings,)

    @property
    def sources(self) -> Sources:
        """Where they come from; those that were built by hand were given by their caller."""
        return self._sources if self._sources.tree else Sources(given=plain(self))

    def from_sources(self, sources: Sources) -> "Settings":
        """Remember where they come from; for whoever has read them just now."""
        self._sources = sources
        return self


def load(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings from a TOML file, the environment and explicit overrides (strongest).

    Without ``config``, ``relevo.toml`` in the working directory is read when it exists; ``.env`` there
    is weaker than the environment and stronger than the file.

    Raises:
        ConfigurationProblem: One sentence that names each wrong setting, never its value.
    """
    variables = environment(Settings)
    if config is not None and not config.is_file():
        raise ConfigurationProblem(f"There is no settings file {config}: check the --config path.")
    sources = Sources(
        file=_read_toml(config or Path("relevo.toml")),
        environment=variables,
        given=cast("dict[str, Any]", plain(overrides)),
    )
    try:
        return Settings(**sources.tree).from_sources(sources)
    except ValidationError as error:
        raise ConfigurationProblem(_sentence(error)) from None


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(f"{path} is not valid TOML: {error}.") from None
    for section, name in _secrets_in(tables):
        raise ConfigurationProblem(
            f"{section}.{name} is a secret and does not belong into {path}: put it into "
            f"{PREFIX}{section.upper()}__{name.upper()} or into a file that {section}.{name}_file "
            "names."
        )
    return tables


def _secrets_in(tables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(section, key) of each secret in a settings file, which people copy and commit."""
    for section, table in tables.items():
        field = Settings.model_fields.get(section)
        kind = field.annotation if field else None
        if isinstance(table, dict) and isinstance(kind, type) and issubclass(kind, BaseModel):
            for name in cast("dict[str, Any]", table):
                secret = kind.model_fields.get(name)
                if secret and secret.annotation is SecretStr and name not in NAMED_IN_FILES:
                    yield section, name


def _sentence(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(part) for part in item['loc'])} ({_reason(item)})"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return f"These settings are wrong: {'; '.join(problems)}. Correct them and start again."


def _reason(item: ErrorDetails) -> str:
    unknown = item["type"] == "extra_forbidden"
    return "there is no such setting" if unknown else item["msg"].lower()
