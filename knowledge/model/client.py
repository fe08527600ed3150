"""Opens a language model through LangChain, whoever provides it.

Everything of LangChain is imported here and only when a model is set: it costs seconds.
"""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr

from bot.vocabulary.errors import ConfigurationError
from knowledge.calls import outcome_in_thread
from knowledge.model.prompt import Prompt
from knowledge.model.reply import ANSWER, Agreed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

NO_KEY = SecretStr("")
OPENAI_KIND = frozenset({"azure_openai", "deepseek", "openai", "together", "upstage", "xai"})
"""Providers that speak OpenAI's protocol through LangChain's client for it."""

_LENGTH = {"ollama": "num_predict"}
"""What the longest reply is called where it has another name than with everybody else."""
_NAME = re.compile(r"[a-z][a-z0-9_-]*:\S+")
_PACKAGE = re.compile(r"pip install ([\w\[\]-]+)")


class Form(Enum):
    """How a model is made to answer in the agreed form, strictest first."""

    SCHEMA = "schema"
    TOOL = "tool"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """Which model, where, and within which bounds; ``setting`` is what errors name it by.

    ``name`` is ``provider:name`` as LangChain has it. Without ``base_url`` and ``api_key`` the
    provider's own are used.
    """

    name: str
    base_url: str = ""
    api_key: SecretStr = NO_KEY
    temperature: float = 0.0
    max_output_tokens: int = 600
    timeout_seconds: float = 20.0
    setting: str = "llm.model"

    @property
    def provider(self) -> str:
        """The part before the colon."""
        return self.name.partition(":")[0].replace("-", "_")

    def setting_of(self, field: str) -> str:
        """How the settings call another field of this model, such as its ``api_key``."""
        return self.setting.removesuffix("model") + field


@dataclass(slots=True)
class Client:
    """An opened model. ``form`` is how it is asked: looser once its server has refused the strict one."""

    spec: ModelSpec
    model: "BaseChatModel"
    form: Form
    _bound: dict[tuple[Form, str], Any] = field(default_factory=dict[tuple[Form, str], Any])

    def write(self, prompt: Prompt, form: Form) -> "AsyncIterator[AIMessageChunk]":
        """Begin a call; nothing is sent before the first chunk is asked for."""
        bound = (form, prompt.agreed.name)
        if bound not in self._bound:
            self._bound[bound] = _bind(self.model, form, prompt.agreed)
        return self._bound[bound].astream(_messages(prompt))


def open_client(spec: ModelSpec) -> Client:
    """Open a model; that it is there and takes the key shows with the first call.

    Raises:
        ConfigurationError: The name is no ``provider:name``, or the provider's package is missing.
    """
    if not _NAME.fullmatch(spec.name):
        raise ConfigurationError(
            f"{spec.setting} is not of the form provider:name: write it like openai:gpt-5-mini "
            "or anthropic:claude-haiku-4-5."
        )
    opened = outcome_in_thread(lambda: _open(spec))
    if isinstance(opened, BaseException):
        raise _unopened(spec, opened) from None
    return opened


def _open(spec: ModelSpec) -> Client:
    from langchain.chat_models import init_chat_model  # noqa: PLC0415

    name = spec.name.partition(":")[2]
    build = cast("Callable[..., BaseChatModel]", init_chat_model)
    model = build(name, model_provider=spec.provider, **_options(spec))
    return Client(spec, model, _strictest(spec, model))


def _strictest(spec: ModelSpec, model: "BaseChatModel") -> Form:
    if spec.provider in OPENAI_KIND:
        return Form.SCHEMA
    try:
        _bind(model, Form.TOOL, ANSWER)
    except NotImplementedError:
        return Form.ASKED
    return Form.TOOL


def _options(spec: ModelSpec) -> dict[str, Any]:
    options: dict[str, Any] = {
        "max_retries": 0,  # ours are the second model and the breaker; theirs would multiply
        _LENGTH.get(spec.provider, "max_tokens"): spec.max_output_tokens,
        "temperature": spec.temperature,
        "timeout": spec.timeout_seconds,
    }
    if spec.provider in OPENAI_KIND:
        # Without it streams of a custom address tell no usage (measured, langchain-openai 1.7).
        options["stream_usage"] = True
    if spec.base_url:
        options["base_url"] = spec.base_url
    if spec.api_key:
        options["api_key"] = spec.api_key
    elif spec.base_url and spec.provider == "openai":
        # A server of one's own mostly needs no key, and must not get that of the environment.
        options["api_key"] = SecretStr("none")
    return options


def _bind(model: "BaseChatModel", form: Form, agreed: Agreed) -> Any:
    if form is Form.SCHEMA:
        wanted = {"name": agreed.name, "strict": True, "schema": agreed.schema}
        # As a field of its own it would go through the client's parser of whole answers, which reads
        # the whole of it anew for each token (langchain-openai 1.7).
        reply = {"type": "json_schema", "json_schema": wanted}
        return model.bind(extra_body={"response_format": reply})
    if form is Form.TOOL:
        function = {
            "name": agreed.name,
            "description": agreed.description,
            "parameters": agreed.schema,
        }
        tool: dict[str, Any] = {"type": "function", "function": function}
        return model.bind_tools([tool], tool_choice="any")
    return model


def _messages(prompt: Prompt) -> "list[BaseMessage]":
    from langchain_core.messages import HumanMessage, SystemMessage  # noqa: PLC0415

    return [SystemMessage(prompt.system), HumanMessage(prompt.user)]


def _unopened(spec: ModelSpec, error: BaseException) -> ConfigurationError:
    if isinstance(error, ImportError):
        package = _PACKAGE.search(str(error))
        name = package[1] if package else f"langchain-{spec.provider}"
        return ConfigurationError(
            f"{spec.setting} needs a package that is not installed: pip install {name}."
        )
    if "Unsupported provider" in str(error):
        return ConfigurationError(
            f"{spec.setting} names a provider that LangChain doesn't know: correct what stands "
            "before the colon."
        )
    return ConfigurationError(
        f"{spec.setting} can't be opened ({type(error).__name__}): set {spec.setting_of('api_key')}, "
        f"and {spec.setting_of('base_url')} when it is a server of your own."
    )
