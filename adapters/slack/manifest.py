"""The manifest of the Slack app, which makes the app in one go (pure)."""

from importlib.resources import files
from typing import Any, cast
from urllib.parse import quote

import yaml

from adapters.slack.webhook import PATH
from bot.vocabulary.errors import ConfigurationError

NAME = "Relevo"
NAME_CHARACTERS = 35
CREATE = "https://api.slack.com/apps?new_app=1&manifest_yaml="


def manifest(name: str = NAME, *, url: str = "") -> str:
    """Return the manifest as YAML, for an app of a name.

    With ``url``, the address of Relevo's HTTP edge (``https://help.example``), Slack calls it there
    instead of over a socket.

    Raises:
        ConfigurationError: Slack takes no app of such a name.
    """
    shown = name.strip()
    if not 0 < len(shown) <= NAME_CHARACTERS:
        raise ConfigurationError(
            f"An app of Slack's has a name of 1 to {NAME_CHARACTERS} characters: choose one."
        )
    told = cast("dict[str, Any]", yaml.safe_load(written_down()))
    told["display_information"]["name"] = shown
    told["features"]["bot_user"]["display_name"] = shown
    if url:
        _over_http(told, f"{url.rstrip('/')}{PATH}")
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True)


def written_down() -> str:
    """Return the manifest as it is shipped, with its comments."""
    return (files("adapters.slack") / "manifest.yaml").read_text(encoding="utf-8")


def create_app_link(name: str = NAME, *, url: str = "") -> str:
    """Return the address at which Slack creates the app of a manifest, filled in."""
    return f"{CREATE}{quote(manifest(name, url=url), safe='')}"


def _over_http(told: dict[str, Any], address: str) -> None:
    """Name the four places that Slack calls; the last is where fields ask what they offer."""
    settings = told["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    settings["interactivity"]["message_menu_options_url"] = address
    for command in told["features"]["slash_commands"]:
        command["url"] = address
