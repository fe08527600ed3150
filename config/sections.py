"""The tables of ``relevo.toml``: every setting with its default and its bounds."""

import re
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_MODEL = re.compile(r"[a-z][a-z0-9_-]*:\S+")
_PLACE = re.compile(r"(slack|discord|playground):[A-Za-z0-9_-]+")
_RERANKER = re.compile(r"(http|tei|huggingface):\S+")
_TAG = re.compile(r"[^:,;|]+:[^:,;|]+")
FILE_SUFFIX = "_file"
NO_SECRET = SecretStr("")


class Section(BaseModel):
    """A table of ``relevo.toml``; unknown keys are refused, so that a typo is noticed.

    A secret ``x`` may stand in a file that ``x_file`` names, such as a Docker secret.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        values = dict(cast("dict[str, Any]", given))
        for name in [name for name in values if name.endswith(FILE_SUFFIX) and values[name]]:
            secret = name.removesuffix(FILE_SUFFIX)
            if values.get(secret):
                raise ValueError(f"both {secret} and {name} are set: keep one of them")
            values[secret] = _content_of(values[name], name)
        return values


def _content_of(path: object, name: str) -> str:
    try:
        return Path(str(path)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file of {name} can't be read: check its path and rights") from None


class RedisSettings(Section):
    """Where state lives.

    ``url`` is ``embedded`` (a private server as a child) or a Redis address. ``fsync`` is the
    embedded server's append-only policy. ``pool_size`` bounds the connections of one process; keep
    it above ``engine.concurrency``, so that no turn waits for a connection.
    """

    url: SecretStr = SecretStr("embedded")
    url_file: str = ""
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
    """Which index answers, and how web pages and repositories are read.

    ``allow_hosts`` are exact names of hosts in the own network, ``host`` or ``host:port``.
    ``sync_hours`` is how old a page may become before a running Relevo reads it again, 0 for never.
    ``members`` are the places whose own people are told what is for members, ``tags`` what this
    Relevo is about: documents on another product or version are not used. ``reranker`` orders what
    is found, behind ``reranker_url`` unless it is on this machine, within ``reranker_seconds``.
    """

    store: Literal["embedded", "weaviate"] = "embedded"
    sync_hours: float = Field(default=24.0, ge=0, le=8760)
    allow_hosts: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reranker: str = ""
    reranker_url: str = ""
    reranker_api_key: SecretStr = NO_SECRET
    reranker_api_key_file: str = ""
    reranker_seconds: float = Field(default=1.5, gt=0, le=60)

    @model_validator(mode="after")
    def _check_reranker(self) -> "KnowledgeSettings":
        kind = self.reranker.partition(":")[0]
        if self.reranker and not _RERANKER.fullmatch(self.reranker):
            raise ValueError(
                "write reranker as http:NAME, tei:NAME or huggingface:NAME, such as http:rerank-v3.5"
            )
        if kind in {"http", "tei"} and not self.reranker_url.startswith(("http://", "https://")):
            raise ValueError("reranker needs reranker_url, such as http://127.0.0.1:8080/rerank")
        return self

    @field_validator("members")
    @classmethod
    def _check_members(cls, members: tuple[str, ...]) -> tuple[str, ...]:
        for place in members:
            if not _PLACE.fullmatch(place):
                raise ValueError(
                    f"{place!r} is no place with members: write a Slack workspace or a Discord "
                    "server, such as 'slack:T0123ABCD' or 'discord:112233445566778899'"
                )
        return members

    @field_validator("tags")
    @classmethod
    def _check_tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        for tag in tags:
            if not _TAG.fullmatch(tag):
                raise ValueError(f"{tag!r} is no tag: write a key and a value, 'product:shop'")
        return tuple(tag.lower() for tag in tags)

    @field_validator("allow_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(
                    f"{host!r} is no host: write exact names such as 'wiki.intranet' or "
                    "'wiki.intranet:8080', without https:// and without *"
                )
        return tuple(host.lower() for host in hosts)


class LlmSettings(Section):
    """The language model that writes answers; without ``model`` they are quoted. Times are seconds.

    ``model`` is ``provider:name`` as LangChain has it; ``base_url`` is for servers of one's own. The
    ``fallback_`` model is asked once when the first one fails; with the same provider it takes the
    first one's address and key where it has none of its own. ``first_token_seconds`` and
    ``inter_token_seconds`` bound the silence before and between words, ``total_seconds`` all of it.
    Then the caps, 0 for none: calls in a minute are one person's, ``input_price`` and
    ``output_price`` are for a million tokens and give the cost, in the currency of the caps.
    """

    model: str = ""
    base_url: str = ""
    api_key: SecretStr = NO_SECRET
    api_key_file: str = ""
    fallback_model: str = ""
    fallback_base_url: str = ""
    fallback_api_key: SecretStr = NO_SECRET
    fallback_api_key_file: str = ""
    temperature: float = Field(default=0.0, ge=0, le=2)
    first_token_seconds: float = Field(default=4.0, gt=0, le=120)
    inter_token_seconds: float = Field(default=4.0, gt=0, le=120)
    total_seconds: float = Field(default=20.0, gt=0, le=300)
    max_input_tokens: int = Field(default=6000, ge=3000, le=200_000)
    max_output_tokens: int = Field(default=600, ge=50, le=8000)
    calls_per_minute: int = Field(default=20, ge=0)
    person_tokens_per_day: int = Field(default=200_000, ge=0)
    tenant_tokens_per_day: int = Field(default=5_000_000, ge=0)
    tokens_per_day: int = Field(default=20_000_000, ge=0)
    cost_per_day: float = Field(default=0.0, ge=0)
    cost_per_minute: float = Field(default=0.0, ge=0)
    input_price: float = Field(default=0.0, ge=0)
    output_price: float = Field(default=0.0, ge=0)

    @field_validator("model", "fallback_model")
    @classmethod
    def _check_model(cls, name: str) -> str:
        if name and not _MODEL.fullmatch(name):
            raise ValueError(
                "write provider:name, such as openai:gpt-5-mini, anthropic:claude-haiku-4-5 or "
                "ollama:llama3.2"
            )
        return name

    @field_validator("base_url", "fallback_base_url")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("write a whole address, such as http://127.0.0.1:11434/v1")
        return address

    @model_validator(mode="after")
    def _check_order(self) -> "LlmSettings":
        if self.fallback_model and not self.model:
            raise ValueError("fallback_model is set without model: name the first one as well")
        return self

    @model_validator(mode="after")
    def _check_prices(self) -> "LlmSettings":
        if (self.cost_per_day or self.cost_per_minute) and not (
            self.input_price or self.output_price
        ):
            raise ValueError("a cap of cost needs prices: set input_price and output_price")
        return self


class WeaviateSettings(Section):
    """The store that many machines share, with ``knowledge.store = "weaviate"``.

    ``url`` is its REST address, ``grpc_url`` that of gRPC (empty: the same host, port 50051),
    ``tenant`` the name of this installation in it, ``timeout_seconds`` the longest that a search
    may take before this machine's own copy is asked.
    """

    url: str = ""
    grpc_url: str = ""
    api_key: SecretStr = NO_SECRET
    api_key_file: str = ""
    tenant: str = Field(default="relevo", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    timeout_seconds: float = Field(default=2.0, gt=0, le=10)


class ConversationSettings(Section):
    """Languages that customers may write (ISO 639-1), and how much of a conversation is kept.

    ``suggestions`` are questions that a new customer is offered as buttons.
    """

    languages: tuple[str, ...] = ("en", "es", "fr", "de", "it", "pt")
    suggestions: tuple[str, ...] = Field(default=(), max_length=5)
    history_lines: int = Field(default=60, ge=10, le=500)
    history_days: int = Field(default=90, ge=1)


class DeskSettings(Section):
    """Where agents work, and the language that they read.

    ``channel`` is ``slack:C…``, ``discord:<forum id>``, ``telegram:<supergroup id>`` or
    ``playground:desk``. ``agents_as`` says how customers see agents: by name, or as ``brand``.
    ``undo_seconds`` is how long an agent's reply can be changed before the customer gets it,
    ``receipts`` lets each side see that the other one writes and has seen,
    ``reopen_hours`` how long after its end a case goes on when the same matter comes back.
    """

    channel: str = ""
    language: Literal["en", "es"] = "en"
    agents_as: Literal["name", "brand"] = "name"
    brand: str = Field(default="", max_length=60)
    undo_seconds: float = Field(default=5.0, ge=0, le=60)
    receipts: bool = True
    reopen_hours: float = Field(default=72.0, ge=0, le=8760)


class SlackSettings(Section):
    """The Slack app: Socket Mode with ``app_token``, else HTTP with ``signing_secret``."""

    bot_token: SecretStr = NO_SECRET
    bot_token_file: str = ""
    app_token: SecretStr = NO_SECRET
    app_token_file: str = ""
    signing_secret: SecretStr = NO_SECRET
    signing_secret_file: str = ""
    api_url: str = "https://slack.com/api/"


class DiscordSettings(Section):
    """The Discord bot. An empty ``gateway_url`` is Discord's own."""

    token: SecretStr = NO_SECRET
    token_file: str = ""
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = ""


class TelegramSettings(Section):
    """The Telegram bot: polling, or a webhook under the public address ``webhook_url``."""

    token: SecretStr = NO_SECRET
    token_file: str = ""
    api_url: str = "https://api.telegram.org/bot"
    file_url: str = "https://api.telegram.org/file/bot"
    webhook_url: str = ""
    webhook_secret: SecretStr = NO_SECRET
    webhook_secret_file: str = ""


class PlaygroundSettings(Section):
    """The web playground; it may act as anyone, so keep it off where strangers can reach it."""

    enabled: bool = False


class HttpSettings(Section):
    """The HTTP edge; loopback unless told otherwise."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
