"""The app's manifest, as it is shipped, filled in and linked to."""

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from adapters.slack.doctor import NEEDED, WELCOME
from adapters.slack.manifest import create_app_link, manifest, written_down
from adapters.slack.webhook import PATH
from bot.vocabulary.errors import ConfigurationError
from tests.test_house import ROOT


def told(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(text))


def test_the_documents_show_the_manifest_that_is_shipped() -> None:
    assert (ROOT / "docs/slack-manifest.yaml").read_text(encoding="utf-8") == written_down()
    assert told(manifest()) == told(written_down())


def test_what_can_be_refused_is_nothing_that_is_needed() -> None:
    scopes = told(manifest())["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) == {"groups:write"} <= set(WELCOME)
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert not set(scopes["bot_optional"]) & set(NEEDED)


def test_an_app_has_the_name_that_was_chosen() -> None:
    for name in ("Acme help", "yes", "a: b # c", "Ayuda ñ"):
        named = told(manifest(f" {name} "))
        assert named["display_information"]["name"] == name
        assert named["features"]["bot_user"]["display_name"] == name
        assert named["features"]["slash_commands"][0]["command"] == "/relevo"


@pytest.mark.parametrize("name", ["", "  ", "x" * 36])
def test_a_name_that_slack_refuses_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="35"):
        manifest(name)


def test_over_http_slack_knows_all_addresses() -> None:
    over_http = told(manifest(url="https://help.example/"))
    settings, address = over_http["settings"], f"https://help.example{PATH}"
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"] == {
        "is_enabled": True,
        "request_url": address,
        "message_menu_options_url": address,
    }
    assert [it["url"] for it in over_http["features"]["slash_commands"]] == [address]


def test_the_link_holds_the_manifest() -> None:
    parts = urlsplit(create_app_link("Acme & Co"))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "api.slack.com", "/apps")
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["new_app"] == ["1"]
    assert query["manifest_yaml"] == [manifest("Acme & Co")]
    assert len(create_app_link()) < 4000


def test_slack_takes_texts_of_such_lengths() -> None:
    shown = told(manifest())
    assert len(shown["display_information"]["description"]) <= 140
    for command in shown["features"]["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
