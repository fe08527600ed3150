"""Models are opened and looked at, and what is wrong is said in one sentence."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.diagnosis import diagnose
from bot.app.models import model_specs
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from knowledge.model import Deadlines, ModelSpec, check_model
from knowledge.model.client import Form, open_client
from tests.knowledge.model.kit import PATIENT
from tests.knowledge.model.server import KEY, ModelServer, Says


def settings_of(**llm: object) -> Settings:
    return Settings.model_validate({"llm": llm})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpt-5-mini", "provider:name"),
        ("openai:", "provider:name"),
        ("nobody:small", "a provider that LangChain doesn't know"),
        ("anthropic:small", "pip install langchain-anthropic"),
        ("google_genai:small", "pip install langchain-google-genai"),
    ],
)
def test_a_wrong_name_is_explained(name: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_client(ModelSpec(name=name))
    sentence = str(caught.value)
    assert sentence.startswith("llm.model ")
    assert said in sentence
    assert "\n" not in sentence


def test_a_missing_key_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match=r"llm\.api_key.* llm\.base_url"):
        open_client(ModelSpec(name="openai:small"))
    second = ModelSpec(name="openai:small", setting="llm.fallback_model")
    with pytest.raises(ConfigurationError, match=r"llm\.fallback_api_key.* llm\.fallback_base_url"):
        open_client(second)


def test_no_error_shows_a_key() -> None:
    spec = ModelSpec(name="nobody:small", api_key=SecretStr("sk-hunter2"))
    with pytest.raises(ConfigurationError) as caught:
        open_client(spec)
    assert "hunter2" not in str(caught.value) + repr(spec)


def test_a_server_of_ones_own_needs_no_key() -> None:
    client = open_client(ModelSpec(name="openai:small", base_url="http://127.0.0.1:9/v1"))
    assert client.form is Form.SCHEMA


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("key", "another", "refuses the key: set llm.fallback_api_key"),
        ("models", frozenset[str](), "no model openai:small"),
        ("always", Says(status=429), "no capacity"),
        ("always", Says(status=400), "llm.temperature"),
        ("always", Says(status=500), "the model's provider failed"),
        ("always", "", "answers with nothing"),
        ("port", 1, "check llm.fallback_base_url"),
    ],
    ids=["key", "model", "capacity", "request", "error", "empty", "address"],
)
async def test_what_is_wrong_with_a_model_is_named(
    server: ModelServer, name: str, value: object, said: str
) -> None:
    setattr(server, name, value)
    spec = ModelSpec(
        name="openai:small",
        base_url=server.url,
        api_key=SecretStr(KEY),
        setting="llm.fallback_model",
    )
    problem = await check_model(spec, PATIENT)
    assert problem is not None
    assert said in problem
    assert KEY not in problem
    assert "\n" not in problem


async def test_a_silent_model_is_named(server: ModelServer) -> None:
    server.always = Says(text="ready", ending="hang", upto=0)
    spec = ModelSpec(name="openai:small", base_url=server.url, api_key=SecretStr(KEY))
    deadlines = Deadlines(first_token=0.2, inter_token=20.0, total=40.0)
    assert "did not begin in time" in str(await check_model(spec, deadlines))


async def test_the_doctor_asks_both_models(server: ModelServer, tmp_path: Path) -> None:
    server.always = "ready"
    llm = {"model": "openai:small", "fallback_model": "openai:none", "base_url": server.url}
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "llm": {**llm, "api_key": KEY},
            "redis": {"url": "redis://127.0.0.1:1"},
        }
    )
    found = {finding.subject: finding for finding in await diagnose(settings)}
    assert found["model"] == Finding(
        subject="model", health=Health.GOOD, text="openai:small answers."
    )
    assert found["fallback model"].health is Health.BROKEN
    assert "correct llm.fallback_model" in found["fallback model"].text
    assert all(len(json.dumps(body)) < 400 for body in server.asked)


def test_a_second_model_of_the_same_provider_shares_address_and_key() -> None:
    llm = settings_of(
        model="openai:a", fallback_model="openai:b", base_url="http://127.0.0.1:9/v1", api_key="k"
    ).llm
    first, second = model_specs(llm)
    assert (second.base_url, second.api_key) == (first.base_url, first.api_key)


@pytest.mark.parametrize(
    "fields",
    [
        {"fallback_model": "anthropic:b"},
        {"fallback_model": "openai:b", "fallback_base_url": "http://127.0.0.1:8/v1"},
    ],
    ids=["another provider", "another address"],
)
def test_a_key_never_goes_to_somebody_else(fields: dict[str, str]) -> None:
    llm = settings_of(model="openai:a", base_url="http://127.0.0.1:9/v1", api_key="k", **fields).llm
    _, second = model_specs(llm)
    assert not second.api_key
    assert second.base_url == fields.get("fallback_base_url", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": "gpt-5-mini"}, "provider:name"),
        ({"model": "openai:a", "base_url": "127.0.0.1:8000"}, "whole address"),
        ({"fallback_model": "openai:a"}, "without model"),
    ],
)
def test_settings_that_can_not_be_meant_are_refused(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings_of(**fields)


def test_without_a_model_there_is_none() -> None:
    assert model_specs(Settings().llm) == []
