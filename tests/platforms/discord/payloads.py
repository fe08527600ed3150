"""Payloads as Discord makes them, complete enough for its published description."""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

Payload = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
EARLY = "2026-01-01T00:00:00+00:00"
ADMINISTRATOR = "8"

_counter = itertools.count(1)


def snowflake() -> str:
    """Return a new id; later ones are larger."""
    return str(((int(time.time() * 1000) - EPOCH_MS) << 22) + next(_counter))


def timestamp() -> str:
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        + f".{time.time_ns() % 10**9 // 1000:06}+00:00"
    )


def user(user_id: str, name: str, *, bot: bool = False) -> Payload:
    return {
        "id": user_id,
        "username": name.lower(),
        "global_name": None if bot else name,
        "discriminator": "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        "bot": bot,
    }


def member(*, nick: str | None = None, pending: bool = False) -> Payload:
    """A member without their user, as messages carry it."""
    return {
        "nick": nick,
        "roles": [],
        "joined_at": EARLY,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": pending,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "premium_since": None,
    }


def message(channel_id: str, author: Payload, content: str, **more: Any) -> Payload:
    base: Payload = {
        "id": snowflake(),
        "channel_id": channel_id,
        "author": author,
        "content": content,
        "timestamp": timestamp(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "components": [],
        "flags": 0,
    }
    return base | more


def attachment(name: str, content: bytes, url: str) -> Payload:
    return {
        "id": snowflake(),
        "filename": name,
        "size": len(content),
        "url": url,
        "proxy_url": url,
        "content_type": "text/plain",
    }


def channel(channel_id: str, kind: int, guild_id: str, name: str, **more: Any) -> Payload:
    base: Payload = {
        "id": channel_id,
        "type": kind,
        "flags": 0,
        "guild_id": guild_id,
        "name": name,
        "position": 0,
        "permission_overwrites": [],
        "parent_id": None,
        "last_message_id": None,
    }
    return base | more


def thread(thread_id: str, parent: Payload, owner_id: str, name: str, minutes: int) -> Payload:
    return {
        "id": thread_id,
        "type": 11,
        "flags": 0,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "name": name,
        "owner_id": owner_id,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "applied_tags": [],
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": None,
            "auto_archive_duration": minutes,
            "locked": False,
        },
    }


def direct(channel_id: str, person: Payload) -> Payload:
    return {
        "id": channel_id,
        "type": 1,
        "flags": 0,
        "recipients": [person],
        "last_message_id": None,
    }


def partial(place: Payload) -> Payload:
    """A channel or thread as an interaction carries it: not who has opened it."""
    return {name: value for name, value in place.items() if name != "owner_id"}


def role(role_id: str, permissions: str) -> Payload:
    return {
        "id": role_id,
        "name": "@everyone",
        "permissions": permissions,
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild(guild_id: str, owner_id: str, roles: Sequence[Payload]) -> Payload:
    """A guild as it is asked for by its id."""
    nothing = (
        *("icon", "description", "home_header", "splash", "discovery_splash", "banner"),
        *("application_id", "afk_channel_id", "system_channel_id", "widget_channel_id"),
        *("vanity_url_code", "rules_channel_id", "safety_alerts_channel_id"),
        *("public_updates_channel_id", "incidents_data"),
    )
    none = dict.fromkeys(
        ("verification_level", "default_message_notifications", "mfa_level", "nsfw_level"), 0
    )
    counts = dict.fromkeys(
        ("explicit_content_filter", "premium_tier", "premium_subscription_count"), 0
    )
    return {
        **dict.fromkeys(nothing),
        **none,
        **counts,
        "id": guild_id,
        "name": "Support",
        "owner_id": owner_id,
        "roles": list(roles),
        "features": [],
        "region": "us-west",
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def application(application_id: str, bot: Payload, flags: int) -> Payload:
    return {
        "id": application_id,
        "name": "relevo",
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "bot": bot,
        "bot_public": True,
        "bot_require_code_grant": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user("1", "Owner"),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "summary": "",
    }


def buttons(components: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All buttons of a message's rows."""
    return [button for row in components for button in row.get("components", ())]
